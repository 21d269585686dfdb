import { CloudError } from "../../../provider/errors";
import { ImageImport } from "../../../provider/resources/image-import";
import { ImageLock } from "../../../provider/resources/image-lock";
import { ImageTag } from "../../../provider/resources/image-tag";
import { registryId, type ManifestWriteLock } from "../support/fake-azure";
import { addReferrer } from "../support/images";
import { prodHost, promotion, repositoryName, signedInStaging } from "../support/promotion";

const closed = { canWrite: false, canDelete: false };

/** An image in prod whose manifest is locked for writing, as the strict option of the component does. */
async function lockedInProd(manifestWriteLock: ManifestWriteLock) {
  const world = signedInStaging();
  const { azure, digest, key } = world;
  azure.manifestWriteLock = manifestWriteLock;
  const imported = new ImageImport(azure);
  const news = { ...promotion(digest, key.publicKey), manifestWriteEnabled: false };
  const { inputs } = await imported.check(undefined, news);
  await imported.create(inputs);
  const place = {
    registryId: registryId(prodHost),
    loginServer: prodHost,
    repository: repositoryName,
    digest,
  };
  const lock = new ImageLock(azure);
  const locked = await lock.check(undefined, { ...place, tags: ["1.2.3-prod"], manifestWriteEnabled: false });
  await lock.create(locked.inputs);
  azure.calls.length = 0;
  const latest = {
    ...place,
    tag: "latest-prod",
    version: "1.2.3",
    viaImport: true,
    manifestWriteEnabled: false,
  };
  return { ...world, imported, inputs, tag: new ImageTag(azure), latest };
}

describe.each<ManifestWriteLock>(["refuses-tags", "allows-tags"])(
  "a manifest locked for writing that %s",
  (mode) => {
    test("takes the moving tag and is locked afterwards", async () => {
      const { azure, prod, digest, tag, latest } = await lockedInProd(mode);
      await tag.create(latest);
      expect(prod.tags.get("latest-prod")).toBe(digest);
      expect(prod.lockOf(digest)).toEqual(closed);
      const unlocked = azure.calls.some((call) => call.endsWith("write=on"));
      expect(unlocked).toBe(mode === "refuses-tags");
    });

    test("takes evidence that was added at the source later", async () => {
      const { staging, prod, digest, imported, inputs } = await lockedInProd(mode);
      const later = addReferrer(staging, digest, "application/vnd.in-toto+json");
      const { outputs } = await imported.create(inputs);
      expect(outputs.evidence).toContain(later);
      expect(prod.manifests.has(later)).toBe(true);
      expect(prod.lockOf(digest)).toEqual(closed);
    });

    test("killed at any call and run again, it has the tag and its lock", async () => {
      const whole = await lockedInProd(mode);
      await whole.tag.create(whole.latest);
      for (let fatal = 1; fatal <= whole.azure.calls.length; fatal++) {
        const { azure, prod, digest, tag, latest } = await lockedInProd(mode);
        let count = 0;
        azure.after = () => {
          if (++count >= fatal) throw new CloudError("the connection dropped");
        };
        await tag.create(latest).catch(() => undefined);
        azure.after = () => undefined;
        await tag.create(latest);
        expect(prod.tags.get("latest-prod")).toBe(digest);
        expect(prod.lockOf(digest)).toEqual(closed);
      }
    });
  },
);

test("a refusal that no lock explains is reported as it is", async () => {
  const { azure, tag, latest } = await lockedInProd("allows-tags");
  azure.at(prodHost, repositoryName).locks.clear();
  azure.before = (call) => {
    if (call.startsWith("import "))
      throw new CloudError("importing failed: 403 AuthorizationFailed", { status: 403 });
  };
  await expect(tag.create(latest)).rejects.toThrow("importing failed: 403 AuthorizationFailed");
  expect(azure.calls.filter((call) => call.startsWith("lock "))).toEqual([]);
});

test.each([
  ["a lost connection", { lost: true }],
  ["a missing sign-in", { status: 401 }],
  ["something that is not there", { status: 404 }],
  ["a limit", { status: 429 }],
  ["a fault of the registry's own", { status: 503 }],
])("%s opens no lock", async (_, details) => {
  const { azure, prod, digest, tag, latest } = await lockedInProd("allows-tags");
  azure.before = (call) => {
    if (call.startsWith("import ")) throw new CloudError("it failed", details);
  };
  await expect(tag.create(latest)).rejects.toThrow("it failed");
  expect(azure.calls.filter((call) => call.endsWith("write=on"))).toEqual([]);
  expect(prod.lockOf(digest)).toEqual(closed);
});
