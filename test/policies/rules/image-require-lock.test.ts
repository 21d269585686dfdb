import type { Resource } from "../../../policies/rule";
import { imageRequireLock } from "../../../policies/rules/image-require-lock";
import { digest, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(imageRequireLock);

const repository = "iam/auth-service";
const place = { loginServer: "contosoprod.azurecr.io", repository, digest };
const image: Resource = {
  type: "airlock:index:ImageImport",
  name: "image",
  properties: { ...place, tags: ["1-prod"] },
};
const lock: Resource = {
  type: "airlock:index:ImageLock",
  name: "lock",
  properties: { ...place, tags: ["1-prod"] },
};
const previous = { version: "0", digest: `sha256:${"b".repeat(64)}` };
const facts = stack("prod", "contoso", {
  images: { [repository]: { version: "1", digest, previous: [previous] } },
});
const unlocked =
  "the image is imported into prod, and not locked there (image: digest). Add an ImageLock with the same repository, digest and tags, as PromotedImage does";

test("each import has its lock, with its tags", () => {
  expect(says([image, lock])).toEqual([]);
  expect(says([image])).toEqual([unlocked]);
  expect(says([image, { ...lock, properties: { ...lock.properties, tags: [] } }])).toEqual([unlocked]);
  expect(says([image], stack("dev"))).toEqual([]);
});

test("what the configuration names is imported, the rollback window too", () => {
  expect(says([image, lock], facts)).toEqual([
    `${repository}@${previous.digest} (0-prod) stands in the configuration, and the program does not import it (image: images.${repository}). Make a PromotedImage of every entry of \`images\`, as the reference program does`,
  ]);
});
