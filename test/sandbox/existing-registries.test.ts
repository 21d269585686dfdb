import type { PermissionMode } from "../../model/access/types";
import { makeExisting } from "../../sandbox/existing-registries";
import { openTestSandbox, registryId, subscription, type TestSandbox } from "./support";

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox(["contosoold"]);
});
afterEach(() => test.close());

const group = `${subscription}/resourceGroups/legacy`;
const id = registryId("contosoold", group);
const registry = (mode: PermissionMode) => ({
  name: "contosoold",
  resourceGroup: "legacy",
  mode,
  location: "westeurope",
});

describe("registries that somebody made before", () => {
  it("stand from the start, with what was usual then", async () => {
    const { manager, directory } = test.sandbox;
    await makeExisting(manager, directory, [registry("rbac")]);
    expect(manager.find(group)).toMatchObject({ location: "westeurope" });
    expect(manager.find(id)).toMatchObject({
      location: "westeurope",
      sku: { name: "Standard" },
      properties: { adminUserEnabled: true, roleAssignmentMode: "LegacyRegistryPermissions" },
      systemData: { createdBy: test.administrator.objectId },
    });
  });

  it("are made once: what has become of them since stays", async () => {
    const { manager, directory } = test.sandbox;
    await makeExisting(manager, directory, [registry("rbac")]);
    const before = manager.find(id);
    await makeExisting(manager, directory, [registry("abac")]);
    expect(manager.find(id)).toEqual(before);
  });
});
