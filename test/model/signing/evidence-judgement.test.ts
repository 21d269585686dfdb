import { judgeEvidence, listEvidence } from "../../../model/signing";
import { MemoryRegistry, recorded } from "./memory-registry";

const { publicKey, otherPublicKey } = recorded;

/** What cosign left beside an image, judged, without what identifies it. */
async function judged(name: string, trusted = publicKey) {
  const registry = MemoryRegistry.holding(name);
  const { digest } = recorded.repositories[name];
  const trust = { publicKey: trusted, repository: name };
  const evidence = await listEvidence(registry, digest);
  const all = await Promise.all(evidence.map((one) => judgeEvidence(registry, one, trust)));
  return all.map(({ kind, subject, predicateType, signedBy, problem }) => ({
    kind,
    about: subject === digest ? "the image" : subject,
    ...(predicateType !== undefined && { predicateType }),
    ...(signedBy !== undefined && { signedBy: signedBy.replace(/[0-9a-f]{16}$/, "…") }),
    ...(problem !== undefined && { problem }),
  }));
}

const about = "the image";
const signedBy = "key sha256:…";
const predicateType = "https://sigstore.dev/cosign/sign/v1";

test("a signature in either form is the trusted key's", async () => {
  expect(await judged("iam/classic")).toEqual([{ kind: "signature", about, signedBy }]);
  expect(await judged("iam/bundle")).toEqual([{ kind: "signature", about, predicateType, signedBy }]);
});

test("an attestation tells its predicate, and counts by the trusted key alone", async () => {
  const [attestation] = await judged("iam/attested");
  expect(attestation).toEqual({
    kind: "attestation",
    about,
    predicateType: expect.stringMatching(/^https:\/\//) as string,
    signedBy,
  });
  expect(await judged("iam/attested", otherPublicKey)).toEqual([
    {
      kind: "attestation",
      about,
      predicateType: attestation.predicateType,
      problem: "is signed, but not by the trusted key",
    },
  ]);
});

test("what airlock can't verify is not called verified", async () => {
  expect(await judged("iam/attested-classic")).toEqual([
    {
      kind: "attestation",
      about,
      problem: "is in a form of cosign's that airlock copies and doesn't verify",
    },
  ]);
});

test("an attestation of one image proves nothing about another that it is attached to", async () => {
  const registry = MemoryRegistry.holding("iam/attested", "iam/unsigned");
  const [{ digest: own }, other] = ["iam/attested", "iam/unsigned"].map(
    (name) => recorded.repositories[name],
  );
  const [attestation] = await listEvidence(registry, own);
  const manifest = JSON.parse(registry.manifests.get(attestation.digest)!) as { subject: object };
  const moved = registry.put({ ...manifest, subject: { ...manifest.subject, digest: other.digest } });
  expect(await judgeEvidence(registry, { ...attestation, digest: moved }, { publicKey })).toMatchObject({
    subject: other.digest,
    problem: `carries a signature for another digest (${own})`,
  });
});

test("evidence that is broken is called so", async () => {
  const registry = MemoryRegistry.holding("iam/bundle");
  const [evidence] = await listEvidence(registry, recorded.repositories["iam/bundle"].digest);
  for (const blob of registry.blobs.keys()) registry.blobs.set(blob, "{}");
  expect((await judgeEvidence(registry, evidence, { publicKey })).problem).toMatch(
    /^can't be read: its bundle is not the content of/,
  );
});
