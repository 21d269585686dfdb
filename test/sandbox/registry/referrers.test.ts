import { artifact, digestOf, empty, everything, ociIndex, ociManifest, TestRegistry } from "./support";

const repository = "iam/auth-service";
const absent = { digest: digestOf(Buffer.from("not there yet")), size: 13 };
let registry: TestRegistry;

beforeAll(async () => {
  registry = await TestRegistry.start({ writer: { "*": everything }, stranger: {} });
  await registry.pushBlob(repository, empty);
});
afterAll(() => registry.stop());

async function push(manifest: object): Promise<{ digest: string; size: number }> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const answer = await registry.pushManifest(repository, digestOf(bytes), bytes);
  expect([answer.status, answer.headers["oci-subject"]]).toEqual([201, absent.digest]);
  return { digest: digestOf(bytes), size: bytes.length };
}

const list = (query = "", name = repository) =>
  registry.send("GET", `/v2/${name}/referrers/${absent.digest}${query}`);

it("lists manifests and indexes that refer to what is not there, as the specification describes each", async () => {
  const subject = { mediaType: ociManifest, ...absent };
  const typed = await push(artifact(absent, { artifactType: "application/x.sbom", annotations: { a: "1" } }));
  const untyped = await push(artifact(absent, { artifactType: "" }));
  const index = await push({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: [],
    subject,
    annotations: { b: "2" },
  });
  const typedIndex = await push({
    schemaVersion: 2,
    mediaType: ociIndex,
    manifests: [],
    subject,
    artifactType: "application/x.set",
  });
  const wanted: { digest: string; artifactType?: string }[] = [
    { mediaType: ociManifest, ...typed, artifactType: "application/x.sbom", annotations: { a: "1" } },
    // The type of its config stands in.
    { mediaType: ociManifest, ...untyped, artifactType: "application/vnd.oci.empty.v1+json" },
    { mediaType: ociIndex, ...index, annotations: { b: "2" } },
    { mediaType: ociIndex, ...typedIndex, artifactType: "application/x.set" },
  ].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const answer = await list();
  expect(answer.headers).not.toHaveProperty("oci-filters-applied");
  expect([answer.headers["content-type"], answer.json()]).toEqual([
    ociIndex,
    { schemaVersion: 2, mediaType: ociIndex, manifests: wanted },
  ]);
  for (const type of [
    "application/x.sbom",
    "application/vnd.oci.empty.v1+json",
    "application/x.set",
    "application/x.none",
  ]) {
    const some = await list(`?artifactType=${encodeURIComponent(type)}`);
    expect([some.headers["oci-filters-applied"], some.json().manifests]).toEqual([
      "artifactType",
      wanted.filter(({ artifactType }) => artifactType === type),
    ]);
  }
  expect((await list("?artifactType=")).json().manifests).toEqual(wanted);
});

it("lists them in their own repository alone, no longer once they are gone, and to nobody who may not pull", async () => {
  expect((await list("", "iam/other")).json().manifests).toEqual([]);
  const { digest } = await push(artifact(absent, { annotations: { passing: "by" } }));
  const digests = async () =>
    ((await list()).json() as { manifests: { digest: string }[] }).manifests.map((one) => one.digest);
  expect(await digests()).toContain(digest);
  expect((await registry.send("DELETE", `/v2/${repository}/manifests/${digest}`)).status).toBe(202);
  expect(await digests()).not.toContain(digest);
  expect(
    (await registry.send("GET", `/v2/${repository}/referrers/${absent.digest}`, { as: "stranger" })).status,
  ).toBe(401);
});

it.each([
  ["a tag", "1.0.0", "DIGEST_INVALID"],
  ["half a digest", "sha256:abc", "DIGEST_INVALID"],
  ["another algorithm's digest", `md5:${"a".repeat(32)}`, "UNSUPPORTED"],
])("refuses to list those of %s", async (_, text, code) => {
  const answer = await registry.send("GET", `/v2/${repository}/referrers/${text}`);
  expect([answer.status, answer.json().errors[0].code]).toEqual([400, code]);
});

it("refuses a subject that is no descriptor", async () => {
  for (const subject of [null, "sha256:abc", {}, { ...absent, mediaType: ociManifest, digest: "x" }]) {
    const answer = await registry.pushManifest(repository, "1", artifact(undefined, { subject }));
    expect([answer.status, answer.json().errors[0].code]).toEqual([
      400,
      subject && typeof subject === "object" && "digest" in subject ? "DIGEST_INVALID" : "MANIFEST_INVALID",
    ]);
  }
});
