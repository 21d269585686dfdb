import { readContent } from "../../model/image-content";
import { MemoryRegistry } from "./signing/memory-registry";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";

function putImage(registry: MemoryRegistry, config: unknown, more: object = {}, mediaType = configType) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  const layers = [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...registry.putBlob("layer") }];
  return registry.put({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType, ...registry.putBlob(text) },
    layers,
    ...more,
  });
}

const labels = (environment: string) => ({ config: { Labels: { "dev.airlock.environment": environment } } });

test("one image: platform and labels of its configuration, size of its parts", async () => {
  const registry = new MemoryRegistry();
  const config = { os: "linux", architecture: "arm64", variant: "v8", ...labels("prod") };
  const digest = putImage(registry, config);
  expect(await readContent(registry, digest)).toEqual({
    images: [
      {
        digest,
        platform: "linux/arm64/v8",
        size: JSON.stringify(config).length + "layer".length,
        layers: 1,
        labels: { environment: "prod" },
      },
    ],
    listed: 0,
    labels: { environment: "prod" },
  });
});

test("an index: every platform, at any depth; what runs nowhere has none, and what is absent is counted alone", async () => {
  const registry = new MemoryRegistry();
  const amd64 = putImage(registry, { os: "linux", architecture: "amd64", ...labels("prod") });
  const attestation = putImage(registry, { os: "unknown", architecture: "unknown", ...labels("staging") });
  const inner = registry.put({ mediaType: indexType, manifests: [{ digest: attestation }] });
  const digest = registry.put({
    mediaType: indexType,
    manifests: [
      { digest: amd64, platform: { os: "windows", architecture: "amd64" } },
      { digest: inner },
      { digest: `sha256:${"0".repeat(64)}` },
      { digest: amd64 },
    ],
    annotations: {
      "dev.airlock.registry": "contosoprod.azurecr.io",
      "org.opencontainers.image.version": "1.2.3",
    },
  });
  const found = await readContent(registry, digest);
  expect(found.images.map(({ digest, platform }) => ({ digest, platform }))).toEqual([
    // What a client chooses by.
    { digest: amd64, platform: "windows/amd64" },
    { digest: attestation, platform: undefined },
  ]);
  expect(found.listed).toBe(4);
  expect(found.labels).toEqual({
    environment: "prod, staging",
    registry: "contosoprod.azurecr.io",
    version: "1.2.3",
  });
});

test("what is no image has no labels", async () => {
  const registry = new MemoryRegistry();
  const digest = putImage(registry, "\u0000\u0001", {}, "application/vnd.cncf.model.config.v1");
  expect((await readContent(registry, digest)).labels).toEqual({});
});

test.each<[string, unknown, object]>([
  ["no object", [], {}],
  ["no JSON", "{", {}],
  ["nothing", {}, { config: { mediaType: configType } }],
])("a configuration that is %s is no image without labels", async (_, config, more) => {
  const registry = new MemoryRegistry();
  await expect(readContent(registry, putImage(registry, config, more))).rejects.toThrow(
    /^its configuration /,
  );
});

test("another content than the digest's own is refused", async () => {
  const registry = new MemoryRegistry();
  const digest = putImage(registry, labels("staging"));
  for (const blob of registry.blobs.keys()) registry.blobs.set(blob, JSON.stringify(labels("prod")));
  await expect(readContent(registry, digest)).rejects.toThrow(/^its configuration is not the content of /);
});

test.each([
  { os: 5, architecture: [] },
  { os: "linux\u001b[2J", architecture: "amd64" },
  { os: "linux", architecture: "x".repeat(100) },
  { config: "text" },
  { config: null },
  { config: { Labels: ["x"] } },
])("hostile fields are no platform and no labels: %j", async (config) => {
  const registry = new MemoryRegistry();
  const digest = putImage(registry, config, { layers: [{ size: "many" }, { size: null }], annotations: "x" });
  const { images, labels } = await readContent(registry, digest);
  expect([images[0].platform, labels]).toEqual([undefined, {}]);
  expect(images[0].size).toBe(JSON.stringify(config).length);
});
