import type { ArmBody } from "../../../sandbox/azure/resource-type";
import { groupId, openTestSandbox, subscription, type TestSandbox } from "../support";

let world: TestSandbox;
const tags = { release: "v0.0.1" };
const place = { location: "eastus2" };
const id = (path: string) => `${groupId}/providers/${path}`;
const [disk, machine] = [id("Microsoft.Compute/disks/data"), id("Microsoft.Compute/virtualMachines/runner")];
const account = id("Microsoft.Storage/storageAccounts/reports");
const container = `${account}/blobServices/default/containers/logs`;

beforeEach(async () => {
  world = await openTestSandbox();
  await put(groupId, { ...place, properties: {} });
});
afterEach(() => world.close());

const put = (of: string, body: ArmBody) => world.sandbox.manager.put(world.administrator, of, body);
const remove = (of: string) => world.sandbox.manager.delete(world.administrator, of);
const putDisk = (of = disk, changes = {}) =>
  put(of, { ...place, tags, properties: { creationData: { createOption: "Empty" } }, ...changes });
const putAccount = (of = account) =>
  put(of, { ...place, sku: { name: "Standard_LRS" }, kind: "StorageV2", properties: {} });

test("a disk is held by the machine that it is attached to", async () => {
  await putDisk();
  await put(machine, {
    ...place,
    properties: { storageProfile: { osDisk: { managedDisk: { id: disk } } } },
  });
  await expect(remove(disk)).rejects.toThrow(`Disk data is attached to VM ${machine}.`);
  await remove(machine);
  await remove(disk);
  expect(world.sandbox.manager.find(disk)).toBeUndefined();
});

test("a machine is attached to disks that are there", async () => {
  const lost = { storageProfile: { dataDisks: [{ managedDisk: { id: disk } }] } };
  await expect(put(machine, { ...place, properties: lost })).rejects.toThrow(
    `The disk '${disk}' of 'runner' was not found.`,
  );
  await expect(putDisk(disk, { properties: {} })).rejects.toThrow(
    "Required parameter 'disk.creationData.createOption' is missing (null).",
  );
});

test("a container stands in a storage account, whose blob service nobody makes, and goes with it", async () => {
  const body = { properties: { metadata: tags } };
  await expect(put(container, body)).rejects.toThrow("reports");
  await putAccount();
  await put(container, body);
  expect(world.sandbox.manager.get(world.administrator, container)).toMatchObject({
    name: "logs",
    properties: { metadata: tags },
  });
  await remove(account);
  expect(world.sandbox.manager.find(container)).toBeUndefined();
});

test("the name of a storage account is nobody else's, and metadata has names of its own", async () => {
  await putAccount();
  await put(`${subscription}/resourceGroups/tests`, { ...place, properties: {} });
  await expect(putAccount(account.replace("onestream-dev-rg", "tests"))).rejects.toThrow(
    "The storage account named reports is already taken.",
  );
  await expect(put(container, { properties: { metadata: { "a-b": "" } } })).rejects.toThrow(
    "The metadata name 'a-b' is not a valid identifier.",
  );
});
