import { promotionType, signedPromotions, statedPlace, verifyPromotion } from "../../../model/attestation";
import { judgeEvidence, listEvidence } from "../../../model/signing";
import { identity, issuer, Sigstore } from "../../support/sigstore";
import { MemoryRegistry, recorded } from "../signing/memory-registry";
import { expected, otherKey, plain, released, trust, withImage, withRelease } from "./world";

const notCounting = "carries a promotion attestation that does not count: it";
const signedBy = expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string;

test("one attestation by the trusted key, for here, is enough, whatever else is attached", async () => {
  const { registry, digest, attest } = withImage();
  attest(plain, { key: otherKey });
  attest({ ...plain, environment: "staging" });
  const own = attest(plain);
  expect(await verifyPromotion(registry, digest, trust, expected)).toEqual({
    environment: "prod",
    registry: "contosoprod.azurecr.io",
    digest: own,
    signedBy,
  });
});

test("the release is told", async () => {
  const { registry, digest, attest } = withImage();
  attest(withRelease);
  expect(await verifyPromotion(registry, digest, trust, released)).toMatchObject({ release: "v0.0.1" });
});

test("without any, there is none, and a signature is none", async () => {
  const { registry, digest } = withImage();
  const problem = "carries no promotion attestation for prod";
  expect(await verifyPromotion(registry, digest, trust, expected)).toEqual({ problem });
  for (const name of ["iam/bundle", "iam/attested", "iam/attested-classic"]) {
    const { digest: other } = recorded.repositories[name];
    const { publicKey } = recorded;
    expect(await verifyPromotion(MemoryRegistry.holding(name), other, { publicKey }, expected)).toEqual({
      problem,
    });
  }
});

test("somebody else's, and one for another digest, count for nothing", async () => {
  const strangers = withImage();
  strangers.attest(plain, { key: otherKey });
  expect(await verifyPromotion(strangers.registry, strangers.digest, trust, expected)).toEqual({
    problem: `${notCounting} is signed, but not by the trusted key`,
  });
  const moved = withImage();
  const about = `sha256:${"b".repeat(64)}`;
  moved.attest(plain, { about });
  expect(await verifyPromotion(moved.registry, moved.digest, trust, expected)).toEqual({
    problem: `${notCounting} carries a signature for another digest (${about})`,
  });
});

test("without a key, the trusted identity's counts, and another's not", async () => {
  const sigstore = await Sigstore.begin();
  const keyless = { issuer, identity, trustedRoot: sigstore.trustedRoot() };
  const verdictOf = async (who: string) => {
    const { registry, digest } = withImage();
    const states = { predicateType: promotionType, predicate: plain };
    const { manifest, blobs } = await sigstore.sign({ digest, identity: who, states });
    for (const { bytes } of blobs) registry.putBlob(bytes.toString("utf8"));
    registry.put(manifest.toString("utf8"));
    return verifyPromotion(registry, digest, { keyless }, expected);
  };
  expect(await verdictOf(identity)).toMatchObject({
    environment: "prod",
    signedBy: `${identity} (${issuer})`,
  });
  const other = identity.replace("build", "test");
  expect(await verdictOf(other)).toEqual({
    problem: `${notCounting} is signed, but not by the trusted identity: ${other} (${issuer})`,
  });
});

test("every reason of the trusted key's own is told, once", async () => {
  const { registry, digest, attest } = withImage();
  attest({ ...plain, environment: "staging" });
  attest({ ...plain, environment: "staging", registry: "contosostaging.azurecr.io" });
  attest({ ...plain, repository: "iam/login" });
  const found = await verifyPromotion(registry, digest, trust, expected);
  expect("problem" in found && found.problem.split("; it ").sort()).toEqual([
    'is attested for "staging", and not for prod',
    'is attested for the repository "iam/login", and not for iam/auth-service',
  ]);
});

test("what claims to be a bundle and can't be read is told, and doesn't hide a good one", async () => {
  const { registry, digest, attest } = withImage();
  const broken = attest(withRelease);
  const { layers } = JSON.parse(registry.manifests.get(broken)!) as { layers: { digest: string }[] };
  registry.blobs.set(layers[0].digest, "{}");
  expect(await verifyPromotion(registry, digest, trust, expected)).toEqual({
    problem: expect.stringMatching(
      new RegExp(`^${notCounting} carries a signature that can't be read: its bundle is not the content of`),
    ) as string,
  });
  attest(plain);
  expect(await verifyPromotion(registry, digest, trust, expected)).toMatchObject({ environment: "prod" });
});

test("what is passed on is the trusted key's, and what is known is not read again", async () => {
  const { registry, digest, attest } = withImage();
  attest(plain, { key: otherKey });
  const first = attest({ ...plain, environment: "staging" });
  expect(await signedPromotions(registry, digest, trust)).toEqual([first]);
  const second = attest(plain);
  registry.reads.length = 0;
  expect(await signedPromotions(registry, digest, trust, [first])).toEqual([second]);
  expect(registry.reads).not.toContain(first);
});

test("judged as evidence it tells what it states, and the place in that", async () => {
  const { registry, digest, attest } = withImage();
  attest(withRelease);
  const [evidence] = await listEvidence(registry, digest);
  expect(await judgeEvidence(registry, evidence, trust)).toMatchObject({
    kind: "attestation",
    subject: digest,
    predicateType: promotionType,
    predicate: withRelease,
    signedBy,
  });
  expect(statedPlace(withRelease)).toEqual({
    environment: "prod",
    registry: "contosoprod.azurecr.io",
    release: "v0.0.1",
  });
});
