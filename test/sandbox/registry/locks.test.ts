import { artifact, digestOf, empty, everything, image1, TestRegistry } from "./support";

const repository = "iam/auth-service";
const other = image1("2.0.0");

const disallowed = (what: string, attribute: string): object => ({
  errors: [
    {
      code: "REGISTRY_DISALLOWED_OPERATION",
      message: `The operation is disallowed on this registry, repository or image: ${what} is locked (${attribute} is false)`,
    },
  ],
});

describe.each(["refuses-tags", "allows-tags"] as const)(
  "locks, where a manifest locked for writing %s",
  (mode) => {
    let registry: TestRegistry;
    let digest: string;
    const tag = `tag 1.0.0 of ${repository}`;

    beforeEach(async () => {
      registry = await TestRegistry.start({ writer: { "*": everything } }, mode);
      digest = await registry.pushImage(repository, "1.0.0");
      for (const blob of [other.config, ...other.layers, empty]) await registry.pushBlob(repository, blob);
    });
    afterEach(() => registry.stop());

    const lock = (target: string, changes: object) =>
      registry.send("PATCH", `/acr/v1/${repository}${target}`, { body: JSON.stringify(changes) });
    const retag = (name: string) => registry.pushManifest(repository, name, other.manifest);
    const remove = (reference: string) => registry.send("DELETE", `/v2/${repository}/manifests/${reference}`);

    it("a tag locked for writing is neither moved nor deleted, and its manifest is not protected", async () => {
      expect((await lock("/_tags/1.0.0", { writeEnabled: false })).status).toBe(200);
      const moved = await retag("1.0.0");
      expect([moved.status, moved.json()]).toEqual([405, disallowed(tag, "writeEnabled")]);
      expect((await remove("1.0.0")).json()).toEqual(disallowed(tag, "writeEnabled"));
      expect((await registry.send("DELETE", `/acr/v1/${repository}/_tags/1.0.0`)).status).toBe(405);
      expect((await retag("1.0.1")).status).toBe(201);
      expect((await remove(digest)).status).toBe(202);
    });

    it("a tag locked against deletion can still move", async () => {
      await lock("/_tags/1.0.0", { deleteEnabled: false });
      expect((await remove("1.0.0")).json()).toEqual(disallowed(tag, "deleteEnabled"));
      expect((await retag("1.0.0")).status).toBe(201);
      const shown = await registry.send("GET", `/acr/v1/${repository}/_tags/1.0.0`);
      expect(shown.json().tag.changeableAttributes.deleteEnabled).toBe(false);
    });

    it.each(["deleteEnabled", "writeEnabled"])(
      "a manifest without %s stays, and so do its blobs",
      async (attribute) => {
        await lock(`/_manifests/${digest}`, { [attribute]: false });
        const refusal = disallowed(`manifest ${digest} of ${repository}`, attribute);
        expect((await remove(digest)).json()).toEqual(refusal);
        const layer = digestOf(image1().layers[0]);
        expect((await registry.send("DELETE", `/v2/${repository}/blobs/${layer}`)).json()).toEqual(refusal);
        expect((await registry.send("DELETE", `/acr/v1/${repository}`)).json()).toEqual(refusal);
        expect((await remove("1.0.0")).status).toBe(202);
      },
    );

    it("new tags and referrers of a manifest locked for writing follow the switch", async () => {
      await lock(`/_manifests/${digest}`, { writeEnabled: false });
      const expected = mode === "allows-tags" ? 201 : 405;
      const image = image1();
      expect((await registry.pushManifest(repository, "latest", image.manifest)).status).toBe(expected);
      const referrer = artifact({ digest, size: image.manifest.length });
      expect((await registry.pushManifest(repository, "sig", referrer)).status).toBe(expected);
      expect((await retag("2.0.0")).status).toBe(201);
      await lock(`/_manifests/${digest}`, { writeEnabled: true });
      expect((await registry.pushManifest(repository, "latest", image.manifest)).status).toBe(201);
    });

    it("a locked repository takes nothing new and loses nothing", async () => {
      await lock("", { writeEnabled: false });
      const refusal = disallowed(`repository ${repository}`, "writeEnabled");
      expect((await retag("2.0.0")).json()).toEqual(refusal);
      expect((await registry.send("POST", `/v2/${repository}/blobs/uploads/`)).json()).toEqual(refusal);
      expect((await remove("1.0.0")).json()).toEqual(refusal);
      expect((await remove(digest)).json()).toEqual(refusal);
      expect((await registry.send("DELETE", `/acr/v1/${repository}`)).json()).toEqual(refusal);
      await lock("", { writeEnabled: true });
      expect((await registry.send("DELETE", `/acr/v1/${repository}`)).json()).toEqual({
        manifestsDeleted: [digest],
        tagsDeleted: ["1.0.0"],
      });
      expect((await registry.send("GET", `/acr/v1/${repository}`)).status).toBe(404);
    });

    it("reading can be switched off, listing too, and locks survive a restart", async () => {
      await lock("/_tags/1.0.0", { readEnabled: false, listEnabled: false });
      registry.serve(mode);
      const pulled = await registry.send("GET", `/v2/${repository}/manifests/1.0.0`);
      expect(pulled.json()).toEqual(disallowed(tag, "readEnabled"));
      expect((await registry.send("GET", `/v2/${repository}/manifests/${digest}`)).status).toBe(200);
      expect((await registry.send("GET", `/v2/${repository}/tags/list`)).json().tags).toEqual([]);
      await lock("", { listEnabled: false });
      expect((await registry.send("GET", "/v2/_catalog")).json().repositories).toEqual([]);
    });

    it.each([
      ["{", "attributes invalid: the body is not JSON"],
      ["[]", "attributes invalid: the body is not an object"],
      ['{"writeEnabled":"no"}', "attributes invalid: writeEnabled must be true or false"],
      [
        '{"locked":true}',
        "attributes invalid: locked is not one of deleteEnabled, writeEnabled, listEnabled, readEnabled",
      ],
    ])("refuses the change %s", async (body, message) => {
      const answer = await registry.send("PATCH", `/acr/v1/${repository}`, { body });
      expect([answer.status, answer.json().errors[0].message]).toEqual([400, message]);
    });
  },
);
