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

test.each<[string, Record<string, unknown>, string]>([
  [
    "network:Subnet",
    { virtualNetworkName: "vnet", subnetName: "endpoints" },
    "Microsoft.Network/virtualNetworks/vnet/subnets/endpoints",
  ],
  ["network:PrivateEndpoint", { privateEndpointName: "prod" }, "Microsoft.Network/privateEndpoints/prod"],
  [
    "network:PrivateDnsZoneGroup",
    { privateEndpointName: "prod", privateDnsZoneGroupName: "default" },
    "Microsoft.Network/privateEndpoints/prod/privateDnsZoneGroups/default",
  ],
  ["privatedns:PrivateZone", { privateZoneName: "a.io" }, "Microsoft.Network/privateDnsZones/a.io"],
  [
    "privatedns:VirtualNetworkLink",
    { privateZoneName: "a.io", virtualNetworkLinkName: "vnet" },
    "Microsoft.Network/privateDnsZones/a.io/virtualNetworkLinks/vnet",
  ],
  [
    "authorization:ManagementLockByScope",
    { scope: "/subscriptions/s/resourceGroups/g", lockName: "keep" },
    "Microsoft.Authorization/locks/keep",
  ],
  [
    "machinelearningservices:Workspace",
    { workspaceName: "w" },
    "Microsoft.machinelearningservices/Workspace/w",
  ],
  ["new:Thing", { thingName: "one" }, "Microsoft.new/Thing/one"],
])("%s stands where ARM puts it", (type, inputs, id) => {
  expect(made(`azure-native:${type}`, { resourceGroupName: "g", ...inputs }).id).toBe(`${group}/${id}`);
});

test("a vault has an address, which the programs read", () => {
  const { outputs } = made("azure-native:keyvault:Vault", {
    resourceGroupName: "g",
    vaultName: "contoso-kv",
  });
  expect(outputs.properties).toEqual({ vaultUri: "https://contoso-kv.vault.azure.net/" });
});

test("a managed identity is somebody of its own", () => {
  const type = "azure-native:managedidentity:UserAssignedIdentity";
  const one = made(type, { resourceGroupName: "g", resourceName: "one" }).outputs.principalId;
  expect(one).toMatch(/^[0-9a-f-]{36}$/);
  expect(made(type, { resourceGroupName: "g", resourceName: "other" }).outputs.principalId).not.toBe(one);
});
