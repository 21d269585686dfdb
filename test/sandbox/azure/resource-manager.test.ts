import { repositoryCondition } from "../../../model/access/condition";
import { roleGuids } from "../../../model/access/roles";
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
beforeEach(async () => (test = await openTestSandbox()));
afterEach(() => test.close());

const body = (properties: ArmBody["properties"], rest: Record<string, unknown> = {}): ArmBody => ({
  location: "eastus2",
  ...rest,
  properties,
});
const premium = { sku: { name: "Premium" } };
const put = (id: string, resource: ArmBody) => test.sandbox.manager.put(test.administrator, id, resource);
const refusal = (text: string): { message: string } => expect.objectContaining({ message: text });

describe("rights", () => {
  it("refuses a caller without the action, in Azure's own words", async () => {
    const pipeline = addIdentity(test.sandbox, "sp-onestream-prod-pipeline");
    await expect(test.sandbox.manager.put(pipeline, groupId, body({}))).rejects.toEqual(
      refusal(
        `Status=403 Code="AuthorizationFailed" Message="The client 'sp-onestream-prod-pipeline' with object id '${pipeline.objectId}' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourceGroups/write' over scope '${groupId}'."`,
      ),
    );
  });

  it("lets the platform make registries, and not delete them", async () => {
    const { manager } = test.sandbox;
    await manager.put(test.platform, groupId, body({}));
    await manager.put(test.platform, registryId("onestreamdev"), body({}, premium));
    await expect(manager.delete(test.platform, registryId("onestreamdev"))).rejects.toMatchObject({
      code: "AuthorizationFailed",
    });
  });

  it("holds the platform to the roles that its condition names", async () => {
    await addRegistry(test, "onestreamdev");
    const pipeline = addIdentity(test.sandbox, "sp-onestream-dev-pipeline");
    const grant = (guid: string) =>
      body({
        principalId: pipeline.objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(guid),
      });
    const id = assignmentId(registryId("onestreamdev"), 1);
    await expect(test.sandbox.manager.put(test.platform, id, grant(roleGuids.owner))).rejects.toMatchObject({
      code: "AuthorizationFailed",
    });
    await test.sandbox.manager.put(test.platform, id, grant(roleGuids.repositoryReader));
    await test.sandbox.manager.delete(test.platform, id);
    expect(test.sandbox.manager.find(id)).toBeUndefined();
  });
});

describe("what stands where", () => {
  it("needs the resource group", async () => {
    await expect(put(registryId("onestreamdev"), body({}, premium))).rejects.toEqual(
      refusal(
        `Status=404 Code="ResourceGroupNotFound" Message="Resource group 'onestream-dev-rg' could not be found."`,
      ),
    );
  });

  it("needs the parent", async () => {
    await put(groupId, body({}));
    const id = `${registryId("absent")}/scopeMaps/readers`;
    await expect(put(id, body({ actions: [] }))).rejects.toMatchObject({
      status: 404,
      code: "ParentResourceNotFound",
    });
  });

  it("needs the scope of an assignment", async () => {
    await put(groupId, body({}));
    const id = assignmentId(registryId("absent"), 1);
    await expect(put(id, body({}))).rejects.toMatchObject({ status: 404, code: "ResourceNotFound" });
  });

  it("is deleted with what stands below and on it, and a second deletion is none", async () => {
    const { manager } = test.sandbox;
    await addRegistry(test, "onestreamdev");
    await put(`${registryId("onestreamdev")}/scopeMaps/readers`, body({ actions: [] }));
    await put(
      assignmentId(registryId("onestreamdev"), 1),
      body({
        principalId: test.administrator.objectId,
        principalType: "User",
        roleDefinitionId: roleId(roleGuids.repositoryReader),
      }),
    );
    await manager.delete(test.administrator, groupId);
    await manager.delete(test.administrator, groupId);
    expect(manager.all("Microsoft.ContainerRegistry/registries/scopeMaps")).toEqual([]);
    expect(manager.all("Microsoft.Authorization/roleAssignments").map(({ id }) => id)).not.toContain(
      assignmentId(registryId("onestreamdev"), 1),
    );
  });

  it("is found in any case, and keeps the spelling it was made with", async () => {
    await put(groupId, body({}));
    expect(
      test.sandbox.manager.get(
        test.administrator,
        groupId.toUpperCase().replace("SUBSCRIPTIONS", "subscriptions"),
      ).id,
    ).toBe(groupId);
  });
});

describe("Azure's rules", () => {
  beforeEach(() => put(groupId, body({})));
  const network = `${groupId}/providers/Microsoft.Network/virtualNetworks/onestream-vnet`;
  const vault = `${groupId}/providers/Microsoft.KeyVault/vaults`;
  const vaultProperties = {
    tenantId: "11111111-1111-4111-8111-111111111111",
    sku: { family: "A", name: "premium" },
    enableRbacAuthorization: true,
  };

  it.each<[string, string, () => string, ArmBody]>([
    [
      "a registry's name with a dash",
      "InvalidResourceName",
      () => registryId("onestream-dev"),
      body({}, premium),
    ],
    [
      "an unknown SKU",
      "SkuNotSupported",
      () => registryId("onestreamdev"),
      body({}, { sku: { name: "Gold" } }),
    ],
    ["no location", "LocationRequired", () => registryId("onestreamdev"), { ...premium, properties: {} }],
    [
      "an unknown permission mode",
      "InvalidParameter",
      () => registryId("onestreamdev"),
      body({ roleAssignmentMode: "Abac" }, premium),
    ],
    [
      "a Premium feature in Basic",
      "FeatureNotSupported",
      () => registryId("onestreamdev"),
      body({ publicNetworkAccess: "Disabled" }, { sku: { name: "Basic" } }),
    ],
    [
      "retention beside soft delete",
      "InvalidPolicy",
      () => registryId("onestreamdev"),
      body(
        { policies: { retentionPolicy: { status: "enabled" }, softDeletePolicy: { status: "enabled" } } },
        premium,
      ),
    ],
    [
      "content trust",
      "ContentTrustRetired",
      () => registryId("onestreamdev"),
      body({ policies: { trustPolicy: { status: "enabled" } } }, premium),
    ],
    ["a network without addresses", "InvalidRequestFormat", () => network, body({})],
    [
      "a malformed range",
      "InvalidCIDRNotation",
      () => network,
      body({ addressSpace: { addressPrefixes: ["10.0.0.1/16"] } }),
    ],
    ["a vault's name with two dashes", "InvalidResourceName", () => `${vault}/a--b`, body(vaultProperties)],
    [
      "a vault of another tenant",
      "InvalidTenantId",
      () => `${vault}/signing`,
      body({ ...vaultProperties, tenantId: "x" }),
    ],
    [
      "a workspace's retention",
      "InvalidParameter",
      () => `${groupId}/providers/Microsoft.OperationalInsights/workspaces/logs`,
      body({ retentionInDays: 7 }),
    ],
    [
      "a type that nobody knows",
      "InvalidResourceType",
      () => `${groupId}/providers/Microsoft.X/things/one`,
      body({}),
    ],
  ])("refuse %s: %s", async (_what, code, id, resource) => {
    await expect(put(id(), resource)).rejects.toMatchObject({ code });
  });

  it("give a registry's name to one alone", async () => {
    const other = `${subscription}/resourceGroups/other`;
    await put(other, body({}));
    await put(registryId("onestreamdev"), body({}, premium));
    await expect(put(registryId("onestreamdev", other), body({}, premium))).rejects.toEqual(
      refusal(
        `Status=409 Code="AlreadyInUse" Message="The registry DNS name onestreamdev.azurecr.io is already in use."`,
      ),
    );
  });

  it("keep subnets inside their network and apart", async () => {
    await put(network, body({ addressSpace: { addressPrefixes: ["10.0.0.0/16"] } }));
    await put(`${network}/subnets/one`, body({ addressPrefix: "10.0.1.0/24" }));
    await expect(put(`${network}/subnets/two`, body({ addressPrefix: "10.1.0.0/24" }))).rejects.toMatchObject(
      {
        code: "NetcfgInvalidSubnet",
      },
    );
    await expect(put(`${network}/subnets/two`, body({ addressPrefix: "10.0.0.0/23" }))).rejects.toMatchObject(
      {
        code: "NetcfgSubnetRangesOverlap",
      },
    );
  });

  it("never take purge protection back", async () => {
    await put(`${vault}/signing`, body({ ...vaultProperties, enablePurgeProtection: true }));
    await expect(
      put(`${vault}/signing`, body({ ...vaultProperties, enablePurgeProtection: false })),
    ).rejects.toMatchObject({ code: "BadRequest" });
  });
});

describe("role assignments", () => {
  let scope: string;
  let principalId: string;
  beforeEach(async () => {
    scope = await addRegistry(test, "onestreamdev");
    principalId = addIdentity(test.sandbox, "sp-onestream-dev-pipeline").objectId;
  });
  const grant = (changes: ArmBody["properties"] = {}): ArmBody => ({
    properties: {
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleId(roleGuids.repositoryReader),
      ...changes,
    },
  });

  it("exist once for a scope, role and principal", async () => {
    await put(assignmentId(scope, 1), grant());
    await expect(put(assignmentId(scope, 2), grant())).rejects.toEqual(
      refusal(
        'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists. The ID of the existing role assignment is 00000000000040008000000000000001."',
      ),
    );
  });

  it("keep their principal and role", async () => {
    await put(assignmentId(scope, 1), grant());
    const other = addIdentity(test.sandbox, "other").objectId;
    await expect(put(assignmentId(scope, 1), grant({ principalId: other }))).rejects.toMatchObject({
      code: "RoleAssignmentUpdateNotPermitted",
    });
  });

  it.each<[string, ArmBody["properties"], string]>([
    ["an unknown principal", { principalId: "00000000-0000-4000-8000-0000000000ff" }, "PrincipalNotFound"],
    ["the wrong type of principal", { principalType: "Group" }, "UnmatchedPrincipalType"],
    [
      "an unknown role",
      { roleDefinitionId: roleId("00000000-0000-4000-8000-0000000000ff") },
      "RoleDefinitionDoesNotExist",
    ],
    ["an unreadable condition", { condition: "((", conditionVersion: "2.0" }, "InvalidCondition"],
    [
      "a condition of another version",
      { condition: "x", conditionVersion: "1.0" },
      "InvalidConditionVersion",
    ],
  ])("refuse %s", async (_what, changes, code) => {
    await expect(put(assignmentId(scope, 1), grant(changes))).rejects.toMatchObject({ status: 400, code });
  });

  it("refuse a name that is no GUID", async () => {
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/reader`;
    await expect(put(id, grant())).rejects.toMatchObject({ code: "InvalidRoleAssignmentId" });
  });

  it("keep their condition, which the graph then has", async () => {
    const condition = repositoryCondition(
      ["Microsoft.ContainerRegistry/registries/repositories/content/read"],
      ["iam/*"],
    );
    await put(assignmentId(scope, 1), grant({ condition, conditionVersion: "2.0" }));
    expect(test.sandbox.graph.current().assignments).toContainEqual({
      id: assignmentId(scope, 1),
      principalId,
      roleGuid: roleGuids.repositoryReader,
      scope,
      condition,
    });
  });
});

describe("custom roles", () => {
  const guid = "00000000-0000-4000-8000-0000000000aa";
  const definition = body({
    roleName: "contoso importer",
    permissions: [{ actions: ["Microsoft.ContainerRegistry/registries/read"] }],
  });

  it("have a name of their own in the whole tenant", async () => {
    await put(roleId(guid), definition);
    const twin = roleId(guid.replace("aa", "bb"));
    await expect(put(twin, definition)).rejects.toMatchObject({
      status: 409,
      code: "RoleDefinitionWithSameNameExists",
    });
  });

  it("stay while they are assigned", async () => {
    const { objectId } = addIdentity(test.sandbox, "sp-contoso");
    await put(roleId(guid), definition);
    await put(
      assignmentId(subscription, 1),
      body({ principalId: objectId, principalType: "ServicePrincipal", roleDefinitionId: roleId(guid) }),
    );
    const remove = () => test.sandbox.manager.delete(test.administrator, roleId(guid));
    await expect(remove()).rejects.toMatchObject({ code: "RoleDefinitionHasAssignments" });
    await test.sandbox.manager.delete(test.administrator, assignmentId(subscription, 1));
    await remove();
    expect(test.sandbox.manager.find(roleId(guid))).toBeUndefined();
  });
});
