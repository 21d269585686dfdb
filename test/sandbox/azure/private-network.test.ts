import type { ArmBody, Caller } from "../../../sandbox/azure/resource-type";
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
  await put(network, body({ addressSpace: { addressPrefixes: ["10.0.0.0/16"] } }));
  await put(subnet, { properties: { addressPrefix: "10.0.2.0/24" } });
});
afterEach(() => test.close());

const under = (path: string) => `${groupId}/providers/Microsoft.Network/${path}`;
const network = under("virtualNetworks/vnet");
const subnet = under("virtualNetworks/vnet/subnets/endpoints");
const zone = under("privateDnsZones/privatelink.azurecr.io");
const link = `${zone}/virtualNetworkLinks/vnet`;
const endpoint = under("privateEndpoints/registry");
const zoneGroup = `${endpoint}/privateDnsZoneGroups/default`;
const put = (id: string, resource: ArmBody) => test.sandbox.manager.put(test.platform, id, resource);
const remove = (id: string) => test.sandbox.manager.delete(test.administrator, id);
const body = (properties: ArmBody["properties"], location = "eastus2"): ArmBody => ({ location, properties });
const connection = (groupIds: string[], target = registryId("onestreamdev")) => ({
  subnet: { id: subnet },
  privateLinkServiceConnections: [{ name: "it", groupIds, privateLinkServiceId: target }],
});
const toRegistry = connection(["registry"]);
const inZone = {
  properties: { privateDnsZoneConfigs: [{ name: "registry", privateDnsZoneId: zone }] },
};
const linked = body({ virtualNetwork: { id: network } }, "Global");

describe("private endpoints", () => {
  it("the platform makes an endpoint with its name in a linked zone", async () => {
    await put(zone, body({}, "Global"));
    await put(link, linked);
    const { properties } = await put(endpoint, body(toRegistry));
    expect(properties.networkInterfaces).toEqual([{ id: under("networkInterfaces/registry.nic") }]);
    await put(endpoint, body(toRegistry));
    const group = await put(zoneGroup, inZone);
    expect(group.properties.provisioningState).toBe("Succeeded");
  });

  it.each([
    ["InvalidResourceReference", { ...toRegistry, subnet: { id: `${network}/subnets/none` } }],
    ["InvalidResourceReference", connection(["registry"], registryId("nowhere"))],
    ["InvalidRequestFormat", { ...toRegistry, privateLinkServiceConnections: [] }],
    ["InvalidGroupId", connection(["vault"])],
    ["InvalidGroupId", connection(["registry", "vault"])],
    ["InvalidGroupId", connection(["virtualNetwork"], network)],
  ])("needs a subnet, a target and the target's own group: %s", async (code, properties) => {
    await expect(put(endpoint, body(properties))).rejects.toMatchObject({ code });
  });

  it("stands in the region of its network, wherever its target is", async () => {
    await expect(put(endpoint, body(toRegistry, "westus2"))).rejects.toMatchObject({
      code: "InvalidResourceReference",
    });
  });

  it("leads to a registry of the SKU Premium alone", async () => {
    await put(registryId("onestreamsmall"), { ...body({}), sku: { name: "Standard" } });
    const properties = connection(["registry"], registryId("onestreamsmall"));
    await expect(put(endpoint, body(properties))).rejects.toMatchObject({ code: "FeatureNotSupported" });
  });

  it("keeps its subnet and its network from being deleted", async () => {
    await put(endpoint, body(toRegistry));
    for (const id of [subnet, network])
      await expect(remove(id)).rejects.toMatchObject({ code: "InUseSubnetCannotBeDeleted" });
    await remove(endpoint);
    await remove(network);
  });
});

describe("private DNS zones", () => {
  it("are global, and linked to a network once", async () => {
    await expect(put(zone, body({}))).rejects.toMatchObject({ code: "LocationNotAvailableForResourceType" });
    await put(zone, body({}, "Global"));
    await put(link, linked);
    await put(link, linked);
    await expect(put(`${zone}/virtualNetworkLinks/again`, linked)).rejects.toMatchObject({
      code: "Conflict",
    });
  });

  it("go after their links", async () => {
    await put(zone, body({}, "Global"));
    await put(link, linked);
    await expect(remove(zone)).rejects.toMatchObject({ status: 409, code: "CannotDeleteResource" });
    await remove(link);
    await remove(zone);
  });

  it("have a group's names only when they exist", async () => {
    await put(endpoint, body(toRegistry));
    await expect(put(zoneGroup, inZone)).rejects.toMatchObject({ code: "InvalidResourceReference" });
  });
});

describe("what a resource refers to", () => {
  const networkContributor: ArmBody = {
    properties: {
      roleName: "endpoints",
      permissions: [
        { actions: ["Microsoft.Network/privateEndpoints/*", "Microsoft.Network/privateDnsZones/*/write"] },
      ],
    },
  };

  it.each([
    [endpoint, body(toRegistry), "Microsoft.Network/virtualNetworks/subnets/join/action", subnet],
    [link, linked, "Microsoft.Network/virtualNetworks/join/action", network],
    [zoneGroup, inZone, "Microsoft.Network/privateDnsZones/join/action", zone],
  ])("asks for a right of its own: %s", async (id, resource, action, scope) => {
    const caller: Caller = addIdentity(test.sandbox, "sp-contoso");
    await put(zone, body({}, "Global"));
    if (id === zoneGroup) await put(endpoint, body(toRegistry));
    const role = roleId("00000000-0000-4000-8000-0000000000ab");
    await test.sandbox.manager.put(test.administrator, role, networkContributor);
    await test.sandbox.manager.put(test.administrator, assignmentId(subscription, 7), {
      properties: {
        principalId: caller.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: role,
      },
    });
    await expect(test.sandbox.manager.put(caller, id, resource)).rejects.toMatchObject({
      status: 403,
      code: "LinkedAuthorizationFailed",
      text: `The client 'sp-contoso' with object id '${caller.objectId}' has permission to write '${id}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${scope}'.`,
    });
  });
});

describe("management locks", () => {
  const lock = `${registryId("onestreamdev")}/providers/Microsoft.Authorization/locks/keep`;
  const hold = (level: string) =>
    test.sandbox.manager.put(test.administrator, lock, { properties: { level } });

  it("holds the registry, its group and the role assignments on it, until it is removed", async () => {
    const assignment = assignmentId(registryId("onestreamdev"), 1);
    await test.sandbox.manager.put(test.administrator, assignment, {
      properties: {
        principalId: test.platform.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
      },
    });
    await hold("CanNotDelete");
    for (const id of [registryId("onestreamdev"), groupId, assignment]) {
      await expect(remove(id)).rejects.toMatchObject({
        status: 409,
        code: "ScopeLocked",
        text: `The scope '${id}' cannot perform delete operation because following scope(s) are locked: '${registryId("onestreamdev")}'. Please remove the lock and try again.`,
      });
    }
    await put(registryId("onestreamdev"), { ...body({}), sku: { name: "Premium" } });
    await remove(lock.toLowerCase());
    await remove(assignment);
    await remove(registryId("onestreamdev"));
  });

  it("of the level ReadOnly keeps it as it is", async () => {
    await hold("ReadOnly");
    await expect(
      put(registryId("onestreamdev"), { ...body({}), sku: { name: "Premium" } }),
    ).rejects.toMatchObject({ code: "ScopeLocked" });
    await put(subnet, { properties: { addressPrefix: "10.0.2.0/24" } });
    await hold("CanNotDelete");
    await put(registryId("onestreamdev"), { ...body({}), sku: { name: "Premium" } });
  });

  it("has a level that Azure knows", async () => {
    await expect(hold("Never")).rejects.toMatchObject({ code: "InvalidLockLevel" });
  });
});
