import { changesBetween } from "../../../provider/resource";
import { ImageTag } from "../../../provider/resources/image-tag";
import { FakeAzure, registryId, short } from "../support/fake-azure";
import { addImage } from "../support/images";
import { prodHost, repositoryName, without } from "../support/promotion";

function setUp() {
  const azure = new FakeAzure();
  const prod = azure.at(prodHost, repositoryName);
  const [first, second] = [addImage(prod, "1.2.3"), addImage(prod, "1.2.4")];
  const place = { registryId: registryId(prodHost), loginServer: prodHost, repository: repositoryName };
  const inputs = { ...place, tag: "latest-prod", digest: first, version: "1.2.3", viaImport: true };
  return { azure, prod, first, second, resource: new ImageTag(azure), inputs };
}

test("the tag follows each promotion by a forced import within the registry", async () => {
  const { azure, prod, first, second, resource, inputs } = setUp();
  expect(await resource.create(inputs)).toEqual({
    id: `${prodHost}/${repositoryName}:latest-prod`,
    outputs: inputs,
  });
  const next = { ...inputs, digest: second, version: "1.2.4" };
  expect(changesBetween(inputs, next, resource.replaceOn)).toEqual([
    { property: "digest", kind: "update", replaces: false },
    { property: "version", kind: "update", replaces: false },
  ]);
  expect(await resource.update(next)).toEqual(next);
  expect(prod.tags.get("latest-prod")).toBe(second);
  expect(azure.calls.filter((call) => call.startsWith("import "))).toEqual([
    `import ${prodHost} → ${prodHost} ${short(first)} latest-prod force`,
    `import ${prodHost} → ${prodHost} ${short(second)} latest-prod force`,
  ]);
});

test("without import the manifest is put under the tag", async () => {
  const { azure, prod, first, resource, inputs } = setUp();
  await resource.create({ ...inputs, viaImport: false });
  expect(prod.tags.get("latest-prod")).toBe(first);
  expect(azure.calls.filter((call) => /^(import|put) /.test(call))).toEqual([`put ${prodHost} latest-prod`]);
});

test("a tag that is right already costs one look", async () => {
  const { azure, prod, first, resource, inputs } = setUp();
  prod.tags.set("latest-prod", first);
  await resource.create(inputs);
  expect(azure.calls).toEqual([`manifest ${prodHost} latest-prod`]);
});

test("an image that is not there can't be tagged", async () => {
  const { resource, inputs } = setUp();
  const digest = `sha256:${"0".repeat(64)}`;
  await expect(resource.create({ ...inputs, viaImport: false, digest })).rejects.toThrow(
    `iam/auth-service@${digest} does not exist in ${prodHost}`,
  );
});

test("read reports another digest as drift and a missing tag as gone; delete leaves the tag", async () => {
  const { prod, second, resource, inputs } = setUp();
  await resource.create(inputs);
  prod.tags.set("latest-prod", second);
  const drifted = { ...inputs, digest: second };
  expect(await resource.read({ inputs, outputs: inputs })).toEqual({ inputs: drifted, outputs: drifted });
  await resource.delete();
  expect(prod.tags.get("latest-prod")).toBe(second);
  prod.tags.clear();
  expect(await resource.read({ inputs, outputs: inputs })).toBeUndefined();
});

test("a missing property is named", async () => {
  const { resource, inputs } = setUp();
  expect((await resource.check(undefined, without(inputs, "viaImport"))).failures).toEqual([
    { property: "viaImport", reason: "is required" },
  ]);
});
