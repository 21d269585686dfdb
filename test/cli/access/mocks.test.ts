import { mockResource } from "../../../cli/access/mocks";

const group = "/subscriptions/s/resourceGroups/g/providers";
const made = (type: string, inputs: Record<string, unknown>) =>
  mockResource({ type, name: "it", inputs }, "s");

test.each<[string, Record<string, unknown>]>([
  ["azure:containerservice/registry:Registry", { resourceGroupName: "g", name: "contosoprod" }],
  ["azurerm:index/containerRegistry:ContainerRegistry", { resourceGroupName: "g", name: "contosoprod" }],
  [
    "azapi:index/resource:Resource",
    {
      type: "Microsoft.ContainerRegistry/registries@2025-11-01",
      parentId: "/subscriptions/s/resourceGroups/g",
      name: "contosoprod",
    },
  ],
  ["azure-native:containerregistry:Registry", { resourceGroupName: "g", registryName: "contosoprod" }],
])("%s has the id that ARM would give it", (type, inputs) => {
  expect(made(type, inputs).id).toBe(`${group}/Microsoft.ContainerRegistry/registries/contosoprod`);
});

test("a managed identity is somebody of its own", () => {
  const type = "azure-native:managedidentity:UserAssignedIdentity";
  const one = made(type, { resourceGroupName: "g", resourceName: "one" }).outputs.principalId;
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(made(type, { resourceGroupName: "g", resourceName: "other" }).outputs.principalId).not.toBe(one);
});
