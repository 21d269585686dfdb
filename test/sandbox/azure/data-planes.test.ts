import { addRegistry, addVault, openTestSandbox, registryId, type TestSandbox } from "../support";

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox(["onestreamdev"]);
  // The group, and a registry beside the ones of the tests.
  await addRegistry(test, "onestreamother");
});
afterEach(() => test.close());

it("two requests for one registry at once open one store", async () => {
  await Promise.all([addRegistry(test, "onestreamdev"), addRegistry(test, "onestreamdev")]);
  await test.sandbox.manager.delete(test.administrator, registryId("onestreamdev"));
  expect(test.sandbox.registries.store("onestreamdev")).toBeUndefined();
  await addRegistry(test, "onestreamdev");
});

it("two requests for one vault at once open one server", async () => {
  const [one, other] = await Promise.all([addVault(test, "onestreamkv"), addVault(test, "onestreamkv")]);
  expect(one).toEqual(other);
});
