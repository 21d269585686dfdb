import {
  artifact,
  digestOf,
  empty,
  everything,
  image1,
  ociIndex,
  ociManifest,
  TestRegistry,
} from "./support";

describe("manifests of a registry", () => {
  let registry: TestRegistry;
  const repository = "iam/auth-service";
  const image = image1();
  const digest = digestOf(image.manifest);
  const at = (reference: string): string => `/v2/${repository}/manifests/${reference}`;

  beforeEach(async () => {
    registry = await TestRegistry.start({ writer: { "*": everything } });
  });
  afterEach(() => registry.stop());

  it("keeps the bytes as pushed, by tag and by digest", async () => {
    await registry.pushImage(repository, "1.0.0");
    for (const reference of ["1.0.0", digest]) {
      const answer = await registry.send("GET", at(reference));
      expect(answer.body.equals(image.manifest)).toBe(true);
      expect([answer.headers["content-type"], answer.headers["docker-content-digest"]]).toEqual([
        ociManifest,
        digest,
      ]);
      const head = await registry.send("HEAD", at(reference));
      expect([head.status, head.headers["content-length"]]).toEqual([200, String(image.manifest.length)]);
    }
  });

  it("refuses a manifest under another digest", async () => {
    const other = digestOf(Buffer.from("other"));
    const answer = await registry.pushManifest(repository, other, image.manifest);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({
      errors: [{ code: "DIGEST_INVALID", message: `the manifest's digest is ${digest}, not ${other}` }],
    });
  });

  it("refuses references to what the repository does not have", async () => {
    await registry.pushBlob(repository, image.config);
    await registry.pushBlob("iam/elsewhere", image.layers[0]);
    const missing = digestOf(image.layers[0]);
    expect((await registry.pushManifest(repository, "1", image.manifest)).json()).toEqual({
      errors: [
        {
          code: "MANIFEST_BLOB_UNKNOWN",
          message: `iam/auth-service does not have what the manifest refers to: blob ${missing}`,
        },
      ],
    });
    const index = {
      schemaVersion: 2,
      mediaType: ociIndex,
      manifests: [{ mediaType: ociManifest, digest, size: image.manifest.length }],
    };
    expect((await registry.pushManifest(repository, "1", index)).json().errors[0]).toEqual({
      code: "MANIFEST_BLOB_UNKNOWN",
      message: `iam/auth-service does not have what the manifest refers to: manifest ${digest}`,
    });
    expect((await registry.send("GET", at("1"))).json().errors[0].code).toBe("NAME_UNKNOWN");
  });

  it("takes an index once its children are there", async () => {
    await registry.pushImage(repository, "1.0.0");
    const platform = { architecture: "arm64", os: "linux" };
    const child = { mediaType: ociManifest, digest, size: image.manifest.length, platform };
    const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [child] };
    expect((await registry.pushManifest(repository, "multi", index)).status).toBe(201);
  });

  it.each([
    ["text", "manifest invalid: it is not JSON"],
    ["[]", "manifest invalid: it is not a JSON object"],
    ['{"schemaVersion":1}', "manifest invalid: media type text/plain is not supported"],
    [
      `{"schemaVersion":1,"mediaType":"${ociManifest}"}`,
      `manifest invalid: Content-Type is text/plain but the manifest says ${ociManifest}`,
    ],
  ])("refuses %s", async (body, message) => {
    const answer = await registry.send("PUT", at("1"), { body, headers: { "Content-Type": "text/plain" } });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ errors: [{ code: "MANIFEST_INVALID", message }] });
  });

  it.each([
    [{ schemaVersion: 1 }, "manifest invalid: schemaVersion must be 2"],
    [{ config: undefined }, "manifest invalid: config must be a descriptor with mediaType, digest and size"],
    [{ layers: {} }, "manifest invalid: layers must be a list"],
    [{ annotations: { a: 1 } }, "manifest invalid: annotations must map names to text"],
  ])("refuses an artifact with %j", async (extra, message) => {
    const answer = await registry.pushManifest(repository, "1", artifact(undefined, extra));
    expect(answer.json()).toEqual({ errors: [{ code: "MANIFEST_INVALID", message }] });
  });

  it("refuses more than 4 MiB, and a tag that is none", async () => {
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, 32);
    const answer = await registry.send("PUT", at("1"), {
      body: large,
      headers: { "Content-Type": ociManifest },
    });
    expect(answer.status).toBe(413);
    expect(answer.json().errors[0]).toEqual({
      code: "SIZE_INVALID",
      message: "a manifest may have 4194304 bytes at most",
    });
    expect((await registry.pushManifest(repository, "-x", image.manifest)).json().errors[0].code).toBe(
      "NAME_INVALID",
    );
  });

  it("deletes a tag alone, and a manifest with its tags", async () => {
    await registry.pushImage(repository, "1.0.0");
    await registry.pushImage(repository, "latest");
    expect((await registry.send("DELETE", at("latest"))).status).toBe(202);
    expect((await registry.send("GET", at("latest"))).json().errors[0]).toEqual({
      code: "MANIFEST_UNKNOWN",
      message: 'manifest tagged by "latest" is not found in iam/auth-service',
    });
    expect((await registry.send("HEAD", at(digest))).status).toBe(200);
    expect((await registry.send("DELETE", at(digest))).status).toBe(202);
    expect((await registry.send("GET", at("1.0.0"))).status).toBe(404);
    expect((await registry.send("DELETE", at(digest))).json().errors[0].message).toBe(
      `manifest ${digest} is not found in iam/auth-service`,
    );
  });

  it("lists tags in order and in pages", async () => {
    for (const tag of ["b", "A", "c", "1.10", "1.9"]) await registry.pushImage(repository, tag);
    const list = `/v2/${repository}/tags/list`;
    expect((await registry.send("GET", list)).json()).toEqual({
      name: repository,
      tags: ["1.10", "1.9", "A", "b", "c"],
    });
    const first = await registry.send("GET", `${list}?n=2`);
    expect(first.json().tags).toEqual(["1.10", "1.9"]);
    expect(first.headers.link).toBe(`<${list}?n=2&last=1.9>; rel="next"`);
    const second = await registry.send("GET", first.headers.link.slice(1, first.headers.link.indexOf(">")));
    expect(second.json().tags).toEqual(["A", "b"]);
    const third = await registry.send("GET", `${list}?n=2&last=b`);
    expect([third.json().tags, third.headers.link]).toEqual([["c"], undefined]);
    expect((await registry.send("GET", `${list}?last=a0`)).json().tags).toEqual(["b", "c"]);
    expect((await registry.send("GET", `${list}?n=0`)).json().tags).toEqual([]);
    expect((await registry.send("GET", `${list}?n=many`)).json().errors[0]).toEqual({
      code: "UNSUPPORTED",
      message: 'n must be a whole number, not "many"',
    });
    expect((await registry.send("GET", "/v2/iam/none/tags/list")).json().errors[0]).toEqual({
      code: "NAME_UNKNOWN",
      message: "repository iam/none is not found",
    });
  });

  it("lists repositories in pages, on both paths", async () => {
    for (const name of ["b", "iam/a", "a"]) await registry.pushImage(name, "1");
    await registry.pushBlob("blobs-only", empty);
    for (const path of ["/v2/_catalog", "/acr/v1/_catalog"]) {
      expect((await registry.send("GET", path)).json()).toEqual({ repositories: ["a", "b", "iam/a"] });
      const page = await registry.send("GET", `${path}?n=1&last=a`);
      expect([page.json().repositories, page.headers.link]).toEqual([
        ["b"],
        `<${path}?n=1&last=b>; rel="next"`,
      ]);
    }
  });

  it("lists referrers, also of a subject that comes later, and filters them by type", async () => {
    const subject = { digest, size: image.manifest.length };
    await registry.pushBlob(repository, empty);
    const bundle = artifact(subject, {
      artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      annotations: { kind: "signature" },
    });
    const plain = artifact(subject, { annotations: { kind: "sbom" } });
    const pushed = await registry.pushManifest(
      repository,
      digestOf(Buffer.from(JSON.stringify(bundle))),
      bundle,
    );
    expect([pushed.status, pushed.headers["oci-subject"]]).toEqual([201, digest]);
    await registry.pushManifest(repository, digestOf(Buffer.from(JSON.stringify(plain))), plain);
    const described = (manifest: object, artifactType: string, kind: string): object => {
      const bytes = Buffer.from(JSON.stringify(manifest));
      return {
        mediaType: ociManifest,
        digest: digestOf(bytes),
        size: bytes.length,
        artifactType,
        annotations: { kind },
      };
    };
    const signature = described(bundle, "application/vnd.dev.sigstore.bundle.v0.3+json", "signature");
    const sbom = described(plain, "application/vnd.oci.empty.v1+json", "sbom");

    await registry.pushImage(repository, "1.0.0");
    const referrers = `/v2/${repository}/referrers/${digest}`;
    const all = await registry.send("GET", referrers);
    expect([all.headers["content-type"], all.headers["oci-filters-applied"]]).toEqual([ociIndex, undefined]);
    expect(all.json()).toMatchObject({ schemaVersion: 2, mediaType: ociIndex });
    expect(all.json().manifests).toHaveLength(2);
    expect(all.json().manifests).toEqual(expect.arrayContaining([signature, sbom]));
    const type = encodeURIComponent("application/vnd.dev.sigstore.bundle.v0.3+json");
    const some = await registry.send("GET", `${referrers}?artifactType=${type}`);
    expect([some.headers["oci-filters-applied"], some.json().manifests]).toEqual([
      "artifactType",
      [signature],
    ]);
    const none = await registry.send("GET", `/v2/iam/none/referrers/${digest}`);
    expect([none.status, none.json().manifests]).toEqual([200, []]);
    expect((await registry.send("GET", `/v2/${repository}/referrers/1.0.0`)).status).toBe(400);
  });
});
