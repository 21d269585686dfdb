import type { ArmBody } from "../../../sandbox/azure/resource-type";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox();
  await addRegistry(test, "onestreamdev");
});
afterEach(() => test.close());

const copy = (region: string, registry = "onestreamdev") => `${registryId(registry)}/replications/${region}`;
const at = (location: string, properties: ArmBody["properties"] = {}): ArmBody => ({ location, properties });
const put = (id: string, resource: ArmBody, caller = test.platform) =>
  test.sandbox.manager.put(caller, id, resource);

describe("copies of a registry in other regions", () => {
  it("the platform makes one, changes it and takes it away", async () => {
    const { location, properties } = await put(copy("westus2"), at("westus2", { zoneRedundancy: "Enabled" }));
    expect({ location, properties }).toEqual({
      location: "westus2",
      properties: {
        zoneRedundancy: "Enabled",
        regionEndpointEnabled: true,
        status: { displayStatus: "Ready" },
        provisioningState: "Succeeded",
      },
    });
    const changed = await put(copy("westus2"), at("westus2", { regionEndpointEnabled: false }));
    expect(changed.properties).toMatchObject({ regionEndpointEnabled: false, zoneRedundancy: "Disabled" });
    await test.sandbox.manager.delete(test.platform, copy("westus2"));
    expect(test.sandbox.manager.find(copy("westus2"))).toBeUndefined();
  });

  it("there is one of a region", async () => {
    await put(copy("westus2"), at("westus2"));
    await expect(put(copy("another"), at("westus2"))).rejects.toMatchObject({ code: "AlreadyExists" });
    await put(copy("westus3"), at("westus3"));
  });

  it("needs the SKU Premium", async () => {
    await put(registryId("onestreamsmall"), { ...at("eastus2"), sku: { name: "Standard" } });
    await expect(put(copy("westus2", "onestreamsmall"), at("westus2"))).rejects.toMatchObject({
      code: "FeatureNotSupported",
      text: "The registry 'onestreamsmall' needs the SKU Premium.",
    });
  });

  it("goes with its registry", async () => {
    await put(copy("westus2"), at("westus2"));
    await test.sandbox.manager.delete(test.administrator, registryId("onestreamdev"));
    expect(test.sandbox.manager.find(copy("westus2"))).toBeUndefined();
  });

  it("asks for a right on the private endpoints that its data endpoint joins", async () => {
    const network = `${groupId}/providers/Microsoft.Network`;
    const endpoint = `${network}/privateEndpoints/registry`;
    await put(
      `${network}/virtualNetworks/vnet`,
      at("eastus2", { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } }),
    );
    const subnet = `${network}/virtualNetworks/vnet/subnets/endpoints`;
    await put(subnet, { properties: { addressPrefix: "10.0.2.0/24" } });
    const privateLinkServiceId = registryId("onestreamdev");
    await put(
      endpoint,
      at("eastus2", {
        subnet: { id: subnet },
        privateLinkServiceConnections: [{ name: "it", groupIds: ["registry"], privateLinkServiceId }],
      }),
    );
    const caller = addIdentity(test.sandbox, "sp-contoso");
    const role = roleId("00000000-0000-4000-8000-0000000000ab");
    const actions = ["Microsoft.ContainerRegistry/registries/replications/write"];
    await put(role, { properties: { roleName: "copies", permissions: [{ actions }] } }, test.administrator);
    await put(
      assignmentId(subscription, 7),
      {
        properties: {
          principalId: caller.objectId,
          principalType: "ServicePrincipal",
          roleDefinitionId: role,
        },
      },
      test.administrator,
    );
    await expect(put(copy("westus2"), at("westus2"), caller)).rejects.toMatchObject({
      status: 403,
      code: "LinkedAuthorizationFailed",
      text: `The client 'sp-contoso' with object id '${caller.objectId}' has permission to write '${copy("westus2")}'; however, it does not have permission to perform action(s) 'Microsoft.Network/privateEndpoints/privateLinkServiceProxies/write' on the linked scope(s) '${endpoint}'.`,
    });
    await put(copy("westus2"), at("westus2"));
  });
});
