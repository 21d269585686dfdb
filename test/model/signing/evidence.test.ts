import { listEvidence } from "../../../model/signing";
import { digestOf, MemoryRegistry, recorded } from "./memory-registry";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

function image(name: string): object {
  return { mediaType: manifestType, layers: [], annotations: { name } };
}

function referrer(subject: string, artifactType: string): object {
  return {
    mediaType: manifestType,
    artifactType,
    layers: [],
    subject: { mediaType: manifestType, digest: subject },
  };
}

test("signatures and attestations that cosign attached are listed with their kind", async () => {
  const { digest, tags } = recorded.repositories["iam/everything"];
  const evidence = await listEvidence(MemoryRegistry.holding("iam/everything"), digest);
  const tag = `sha256-${digest.slice(7)}.sig`;
  expect(evidence[0]).toEqual({ digest: tags[tag], tag, kind: "signature" });
  expect(
    evidence
      .slice(1)
      .map(({ kind, artifactType }) => [kind, artifactType])
      .sort(),
  ).toEqual([
    ["attestation", bundleType],
    ["signature", bundleType],
  ]);
});

test("an image without evidence has none", async () => {
  expect(
    await listEvidence(MemoryRegistry.holding("iam/unsigned"), recorded.repositories["iam/unsigned"].digest),
  ).toEqual([]);
  expect(await listEvidence(new MemoryRegistry(), digestOf("absent"))).toEqual([]);
});

test("what refers to evidence comes after it, once", async () => {
  const registry = new MemoryRegistry();
  const subject = registry.put(image("a"));
  const bill = registry.put(referrer(subject, "application/spdx+json"));
  const signature = registry.put(referrer(bill, bundleType));
  const attestations = registry.put(image("attestations"), `sha256-${subject.slice(7)}.att`);
  const sbom = registry.put(image("sbom"), `sha256-${subject.slice(7)}.sbom`);
  expect(await listEvidence(registry, subject)).toEqual([
    { digest: attestations, tag: `sha256-${subject.slice(7)}.att`, kind: "attestation" },
    { digest: sbom, tag: `sha256-${subject.slice(7)}.sbom`, kind: "sbom" },
    { digest: bill, artifactType: "application/spdx+json", kind: "sbom" },
    { digest: signature, artifactType: bundleType, kind: "attestation" },
  ]);
});

test("the images of an index bring their evidence", async () => {
  const registry = new MemoryRegistry();
  const child = registry.put(image("amd64"));
  const index = registry.put({
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [{ digest: child }, { digest: child }, { digest: digestOf("absent") }],
  });
  const signature = registry.put(image("signature"), `sha256-${child.slice(7)}.sig`);
  const report = registry.put(referrer(child, "application/vnd.example.report"));
  expect(await listEvidence(registry, index)).toEqual([
    { digest: signature, tag: `sha256-${child.slice(7)}.sig`, kind: "signature" },
    { digest: report, artifactType: "application/vnd.example.report", kind: "other" },
  ]);
});

test("two manifests that name each other come to an end", async () => {
  const registry = new MemoryRegistry();
  const subject = registry.put(image("a"));
  const first = registry.put(referrer(subject, "application/vnd.example.report"));
  const list = registry.referrers.bind(registry);
  registry.referrers = async (digest) =>
    digest === first ? [{ digest: first, mediaType: manifestType }] : list(digest);
  expect((await listEvidence(registry, subject)).map(({ digest }) => digest)).toEqual([first]);
});

test("what a container engine could run is no evidence, whatever it refers to and is called", async () => {
  const registry = new MemoryRegistry();
  const digest = registry.put(image("signed"));
  const runnable = {
    ...referrer(digest, "application/spdx+json"),
    layers: [
      { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digestOf("layer"), size: 5 },
    ],
  };
  registry.put(runnable);
  registry.put({ ...referrer(digest, "application/spdx+json"), manifests: [] });
  registry.put({ ...runnable, subject: undefined }, `sha256-${digest.slice(7)}.att`);
  expect(await listEvidence(registry, digest)).toEqual([]);
});
