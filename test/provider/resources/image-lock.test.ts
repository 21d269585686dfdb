import { CloudError } from "../../../provider/errors";
import type { Properties } from "../../../provider/properties";
import { ImageLock } from "../../../provider/resources/image-lock";
import { FakeAzure } from "../support/fake-azure";
import { addImage, addReferrer, keyPair, signImage } from "../support/images";
import { prodHost, repositoryName } from "../support/promotion";

const closed = { canWrite: false, canDelete: false };

async function setUp(changed: Properties = {}) {
  const azure = new FakeAzure();
  const prod = azure.at(prodHost, repositoryName);
  const digest = addImage(prod, "auth-service 1.2.3", "1.2.3-prod");
  const resource = new ImageLock(azure);
  const place = {
    loginServer: prodHost,
    repository: repositoryName,
    digest,
  };
  const { inputs, failures } = await resource.check(undefined, {
    ...place,
    tags: ["1.2.3-prod"],
    ...changed,
  });
  expect(failures).toEqual([]);
  return { azure, prod, digest, resource, inputs };
}

test("check makes no call, and says what is locked without being asked", async () => {
  const { azure, inputs } = await setUp();
  expect(inputs).toMatchObject({
    manifestWriteEnabled: true,
    manifestDeleteEnabled: false,
    attachedDeleteEnabled: false,
  });
  expect(azure.calls).toEqual([]);
});

test("an attestation that came along later is locked too, though nothing else changed", async () => {
  const { prod, digest, resource, inputs } = await setUp({ carriedAttestations: [] });
  const { outputs } = await resource.create(inputs);
  const attestation = addReferrer(prod, digest, "application/vnd.dev.sigstore.bundle.v0.3+json");
  await resource.update({ ...inputs, carriedAttestations: [attestation] }, outputs);
  expect(prod.lockOf(attestation)).toEqual({ canWrite: true, canDelete: false });
});

test("tag and manifest are locked and read back", async () => {
  const { azure, prod, digest, resource, inputs } = await setUp();
  expect(await resource.create(inputs)).toEqual({
    id: `${prodHost}/${repositoryName}@${digest}#lock`,
    outputs: inputs,
  });
  expect(prod.lockOf("1.2.3-prod")).toEqual(closed);
  expect(prod.lockOf(digest)).toEqual({ canWrite: true, canDelete: false });
  // What was changed is read back.
  const last = azure.calls.map((call) => call.startsWith("lock ")).lastIndexOf(true);
  expect(azure.calls.slice(last).filter((call) => call.startsWith("lock? "))).toHaveLength(2);
});

test("with manifestWriteEnabled off the manifest takes no more writes", async () => {
  const { prod, digest, resource, inputs } = await setUp({ manifestWriteEnabled: false });
  await resource.create(inputs);
  expect(prod.lockOf(digest)).toEqual(closed);
});

test("killed at any call and run again, it converges", async () => {
  const whole = await setUp();
  await whole.resource.create(whole.inputs);
  for (let fatal = 1; fatal <= whole.azure.calls.length; fatal++) {
    const { azure, prod, digest, resource, inputs } = await setUp();
    let count = 0;
    azure.after = () => {
      if (++count >= fatal) throw new CloudError("the connection dropped");
    };
    await expect(resource.create(inputs)).rejects.toThrow("the connection dropped");
    azure.after = () => undefined;
    await resource.create(inputs);
    expect([prod.lockOf("1.2.3-prod"), prod.lockOf(digest).canDelete]).toEqual([closed, false]);
  }
});

test("a registry that forgets a lock once is told again; one that keeps forgetting is an error", async () => {
  const { azure, prod, digest, resource, inputs } = await setUp();
  let forgets = 1;
  azure.after = (call) => {
    if (call.startsWith(`lock ${prodHost} 1.2.3-prod`) && forgets-- > 0) prod.locks.delete("1.2.3-prod");
  };
  await resource.create(inputs);
  expect(prod.lockOf("1.2.3-prod")).toEqual(closed);
  prod.locks.clear();
  forgets = Infinity;
  await expect(resource.create(inputs)).rejects.toThrow(
    `iam/auth-service:1.2.3-prod stayed unlocked in ${prodHost} after 4 tries`,
  );
  expect(prod.lockOf(digest).canDelete).toBe(false);
});

test("an absent image, or a tag that names another one, can't be locked", async () => {
  const { prod, digest, resource, inputs } = await setUp();
  const other = addImage(prod, "other", "1.2.3-prod");
  await expect(resource.create(inputs)).rejects.toThrow(
    `iam/auth-service:1.2.3-prod names ${other} in ${prodHost}, not ${digest}: it can't be locked`,
  );
  prod.manifests.delete(digest);
  await expect(resource.create(inputs)).rejects.toThrow(
    `iam/auth-service@${digest} does not exist in ${prodHost}: it can't be locked`,
  );
});

test("read reports what was unlocked by hand, and update locks it again", async () => {
  const { prod, digest, resource, inputs } = await setUp();
  await resource.create(inputs);
  expect(await resource.read({ inputs, outputs: inputs })).toEqual({ inputs, outputs: inputs });
  prod.locks.clear();
  const found = (await resource.read({ inputs, outputs: inputs }))!;
  expect(found.inputs).toEqual({ ...inputs, tags: [], manifestDeleteEnabled: true });
  expect(await resource.update(inputs, found.outputs)).toEqual(inputs);
  expect([prod.lockOf("1.2.3-prod"), prod.lockOf(digest).canDelete]).toEqual([closed, false]);
});

test("a tag taken off the list is unlocked, one that names another image by now is left alone", async () => {
  const { prod, digest, resource, inputs } = await setUp();
  prod.tags.set("1.2.3-rollback", digest).set("extra", digest);
  const three = { ...inputs, tags: ["1.2.3-prod", "1.2.3-rollback", "extra"] };
  await resource.create(three);
  addImage(prod, "other", "extra");
  await resource.update(inputs, three);
  expect(prod.lockOf("1.2.3-prod")).toEqual(closed);
  expect(prod.lockOf("1.2.3-rollback")).toEqual({ canWrite: true, canDelete: true });
  expect(prod.lockOf("extra")).toEqual(closed);
});

test("delete unlocks and removes nothing; a deleted image is no error", async () => {
  const { prod, digest, resource, inputs } = await setUp();
  await resource.create(inputs);
  await resource.delete(inputs);
  expect([prod.lockOf("1.2.3-prod"), prod.lockOf(digest)]).toEqual([
    { canWrite: true, canDelete: true },
    { canWrite: true, canDelete: true },
  ]);
  expect(prod.manifests.has(digest)).toBe(true);
  prod.manifests.clear();
  prod.tags.clear();
  await resource.delete(inputs);
  expect(await resource.read({ inputs, outputs: inputs })).toBeUndefined();
});

test("the images of an index and what is attached can't be deleted either; a release leaves shared images locked", async () => {
  const { prod, resource, inputs } = await setUp();
  const child = addImage(prod, "auth-service amd64");
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const digest = prod.put(
    { schemaVersion: 2, mediaType, manifests: [{ mediaType: "m", digest: child, size: 1 }] },
    "2-prod",
  );
  const attached = [signImage(prod, digest, keyPair()), addReferrer(prod, child, "application/spdx+json")];
  const index = { ...inputs, digest, tags: ["2-prod"] };
  const state = { inputs: index, outputs: index };
  await resource.create(index);
  expect([digest, child, ...attached].map((one) => prod.lockOf(one).canDelete)).toEqual(Array(4).fill(false));
  expect(await resource.read(state)).toEqual(state);

  prod.locks.delete(child);
  const found = (await resource.read(state))!;
  expect(found.inputs).toEqual({ ...index, attachedDeleteEnabled: true });
  await resource.update(index, found.outputs);
  expect(await resource.read(state)).toEqual(state);

  await resource.delete(index);
  expect([digest, child, ...attached].map((one) => prod.lockOf(one).canDelete)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});
