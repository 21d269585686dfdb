import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { copyImage, RegistryStore } from "../../../sandbox/registry";
import { artifact, digestOf, empty, image1, ociIndex, ociManifest } from "./support";

describe("import from one registry into another", () => {
  let directory: string;
  let from: RegistryStore;
  let to: RegistryStore;
  const repository = "iam/auth-service";
  const untagged = { tags: [], untagged: true, force: false };

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "import-"));
    from = new RegistryStore(path.join(directory, "from"));
    to = new RegistryStore(path.join(directory, "to"));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  function push(version = "1.0.0", tag = version): string {
    const image = image1(version);
    for (const blob of [image.config, ...image.layers]) from.putBlob(repository, blob);
    return from.putManifest(repository, tag, image.manifest).digest;
  }

  const tagsOf = (store: RegistryStore): Record<string, string> =>
    Object.fromEntries(store.tags(repository).map(({ name, digest }) => [name, digest]));
  const copy = (reference: string, target: Parameters<typeof copyImage>[5]) =>
    copyImage(from, repository, reference, to, repository, target);

  it("keeps the digest, and brings no tag of its own", async () => {
    const digest = push();
    expect(await copy(digest, untagged)).toBe(digest);
    expect(tagsOf(to)).toEqual({});
    expect(to.manifest(repository, digest).bytes.equals(image1().manifest)).toBe(true);
    expect(to.readBlob(repository, digestOf(image1().config)).equals(image1().config)).toBe(true);
    expect(await copy(digest, untagged)).toBe(digest);
  });

  it("brings an index with its children", async () => {
    const children = [push("1.0.0"), push("2.0.0")];
    const manifests = children.map((digest) => ({ mediaType: ociManifest, digest, size: 1 }));
    const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests }));
    from.putManifest(repository, "multi", index);
    const digest = await copy("multi", { tags: ["multi-prod"], untagged: false, force: false });
    expect(tagsOf(to)).toEqual({ "multi-prod": digest });
    expect(to.manifests(repository).map((manifest) => manifest.digest)).toEqual([digest, ...children].sort());
  });

  it("leaves referrers behind, and takes them one by one", async () => {
    const digest = push();
    from.putBlob(repository, empty);
    const signature = from.putManifest(
      repository,
      "sig",
      Buffer.from(JSON.stringify(artifact({ digest, size: 1 }))),
    );
    await copy(digest, untagged);
    expect(to.referrers(repository, digest)).toEqual([]);
    await copy(signature.digest, untagged);
    expect(to.referrers(repository, digest).map((referrer) => referrer.digest)).toEqual([signature.digest]);
  });

  it("fails before copying when a tag exists, and overwrites it with force", async () => {
    const old = push("1.0.0");
    const next = push("2.0.0");
    await copy(old, { tags: ["prod"], untagged: false, force: false });
    await expect(copy(next, { tags: ["new", "prod"], untagged: true, force: false })).rejects.toMatchObject({
      status: 409,
      code: "CONFLICT",
      message: "Tag iam/auth-service:prod already exists in target registry.",
    });
    expect(tagsOf(to)).toEqual({ prod: old });
    expect(to.manifests(repository).map(({ digest }) => digest)).toEqual([old]);
    await copy(next, { tags: ["new", "prod"], untagged: true, force: true });
    expect(tagsOf(to)).toEqual({ new: next, prod: next });
  });

  it("moves no locked tag, even with force", async () => {
    const old = push("1.0.0");
    const next = push("2.0.0");
    await copy(old, { tags: ["prod"], untagged: false, force: false });
    to.updateAttributes(repository, { tag: "prod" }, { writeEnabled: false });
    await expect(copy(next, { tags: ["prod"], untagged: false, force: true })).rejects.toMatchObject({
      code: "REGISTRY_DISALLOWED_OPERATION",
    });
    expect(tagsOf(to)).toEqual({ prod: old });
  });

  it.each([
    ["refuses-tags", false],
    ["allows-tags", true],
  ] as const)("where a locked manifest %s, a tag on it is taken: %s", async (mode, taken) => {
    to.manifestWriteLock = mode;
    const digest = push();
    await copy(digest, untagged);
    to.updateAttributes(repository, { digest }, { writeEnabled: false, deleteEnabled: false });
    expect(await copy(digest, untagged)).toBe(digest);
    const tagging = copy(digest, { tags: ["prod"], untagged: false, force: false });
    const outcome = await tagging.then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(taken);
  });

  it("adds a tag within one registry", async () => {
    const digest = push();
    await copyImage(from, repository, digest, from, repository, {
      tags: ["1.0.0-dev"],
      untagged: false,
      force: false,
    });
    expect(tagsOf(from)).toEqual({ "1.0.0": digest, "1.0.0-dev": digest });
  });

  it("says what is not there, and refuses more than 50 manifests", async () => {
    const absent = digestOf(Buffer.from("absent"));
    await expect(copy(absent, untagged)).rejects.toMatchObject({ code: "NAME_UNKNOWN" });
    const children = Array.from({ length: 50 }, (_, number) => push(`1.0.${number}`));
    await expect(copy(absent, untagged)).rejects.toMatchObject({
      message: `manifest ${absent} is not found in iam/auth-service`,
    });
    const manifests = children.map((digest) => ({ mediaType: ociManifest, digest, size: 1 }));
    from.putManifest(
      repository,
      "all",
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests })),
    );
    await expect(copy("all", untagged)).rejects.toMatchObject({ code: "MANIFEST_INVALID" });
    expect(to.hasRepository(repository)).toBe(false);
  });
});
