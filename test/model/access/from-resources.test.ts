import { graphFromResources, type RegisteredResource } from "../../../model/access/from-resources";
import { whoCan } from "../../../model/access/questions";
import { builtInRoles, roleGuids } from "../../../model/access/roles";

const group = "/subscriptions/2/resourceGroups/contoso-prod-rg/providers";
const registryId = `${group}/Microsoft.ContainerRegistry/registries/contosoprod`;
const roles = "/subscriptions/2/providers/Microsoft.Authorization/roleDefinitions";

function resource(type: string, id: string, inputs: Record<string, unknown>): RegisteredResource {
  return { type, name: type, id, inputs, outputs: inputs };
}

const genericRegistry = resource("azure-native:resources:Resource", registryId, {
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  parentResourcePath: "",
  resourceType: "registries",
  resourceName: "contosoprod",
  properties: { adminUserEnabled: false, roleAssignmentMode: "AbacRepositoryPermissions" },
});

const assignment = (type: string, extra: Record<string, unknown> = {}) =>
  resource(type, `${registryId}/providers/Microsoft.Authorization/roleAssignments/a1`, {
    scope: registryId,
    principalId: "p1",
    roleDefinitionId: `${roles}/${roleGuids.repositoryWriter.toUpperCase()}`,
    ...extra,
  });

test("a generic registry carries its permission mode and its environment", () => {
  const graph = graphFromResources([genericRegistry], { environments: { contosoprod: "prod" } });
  expect(graph.registries).toEqual([
    {
      id: registryId,
      name: "contosoprod",
      mode: "abac",
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      environment: "prod",
    },
  ]);
  expect(graph.roles).toEqual(builtInRoles);
});

test("a typed registry can't state the mode, so it is the legacy one", () => {
  const inputs = { registryName: "contosoprod", adminUserEnabled: true, anonymousPullEnabled: true };
  const typed = resource("azure-native:containerregistry/v20230701:Registry", registryId, inputs);
  expect(graphFromResources([typed]).registries).toEqual([
    { id: registryId, name: "contosoprod", mode: "rbac", adminUserEnabled: true, anonymousPullEnabled: true },
  ]);
});

test.each([
  "azure-native:authorization:RoleAssignment",
  "azure-native:authorization/v20220401:RoleAssignment",
  "azure-native_authorization_v20220401:authorization:RoleAssignment",
])("%s written by hand changes the answer", (type) => {
  const graph = graphFromResources([genericRegistry, assignment(type)]);
  const { direct } = whoCan(graph, "push", { kind: "registry", id: registryId });
  expect(direct.map(({ principal }) => principal.id)).toEqual(["p1"]);
});

test("a generic role assignment counts like a typed one, condition included", () => {
  const generic = resource(
    "azure-native:resources:Resource",
    `${registryId}/providers/Microsoft.Authorization/roleAssignments/a1`,
    {
      resourceProviderNamespace: "Microsoft.Authorization",
      parentResourcePath: "",
      resourceType: "roleAssignments",
      properties: { principalId: "p1", roleDefinitionId: `${roles}/${roleGuids.acrPush}`, condition: "c" },
    },
  );
  expect(graphFromResources([generic]).assignments).toEqual([
    { id: generic.id, principalId: "p1", roleGuid: roleGuids.acrPush, scope: registryId, condition: "c" },
  ]);
});

test("custom roles become part of the catalogue", () => {
  const permissions = [{ actions: ["a/b"], notActions: ["a/c"], dataActions: [] }];
  const role = resource("azure-native:authorization:RoleDefinition", `${roles}/R1`, {
    roleDefinitionId: "R1",
    roleName: "contoso importer",
    permissions,
  });
  expect(graphFromResources([role]).roles.at(-1)).toEqual({
    guid: "r1",
    name: "contoso importer",
    permissions: [{ actions: ["a/b"], notActions: ["a/c"], dataActions: [], notDataActions: [] }],
  });
});

test("people, groups and applications carry the names that people use", () => {
  const graph = graphFromResources([
    resource("azuread:index/application:Application", "o1", {
      displayName: "sp-contoso-prod",
      clientId: "c1",
    }),
    resource("azuread:index/servicePrincipal:ServicePrincipal", "o2", { clientId: "c1", objectId: "o2" }),
    resource("azuread:index/group:Group", "o3", {
      displayName: "sre",
      objectId: "o3",
      members: ["o5"],
      owners: ["o6"],
    }),
    resource("azuread:index/groupMember:GroupMember", "m", { groupObjectId: "o3", memberObjectId: "o4" }),
    resource("azuread:index/user:User", "o4", { userPrincipalName: "kim@contoso.com", objectId: "o4" }),
  ]);
  expect(graph.principals).toEqual([
    { id: "o2", name: "sp-contoso-prod", kind: "application" },
    { id: "o3", name: "sre", kind: "group" },
    { id: "o4", name: "kim@contoso.com", kind: "user" },
  ]);
  expect(graph.memberships).toEqual([
    { group: "o3", member: "o4" },
    { group: "o3", member: "o5" },
  ]);
  expect(graph.directoryAdministrators).toEqual(["o6"]);
});

test("a token has the actions of its scope map, and every action when the map is not declared", () => {
  const scopeMap = resource("azure-native:containerregistry:ScopeMap", `${registryId}/scopeMaps/readers`, {
    actions: ["repositories/iam/*/content/read"],
  });
  const token = (name: string, scopeMapId: string, status?: string) =>
    resource("azure-native:containerregistry:Token", `${registryId}/tokens/${name}`, { scopeMapId, status });
  const { tokens } = graphFromResources([
    scopeMap,
    token("reader", `${registryId}/SCOPEMAPS/readers`),
    token("admin", `${registryId}/scopeMaps/_repositories_admin`, "disabled"),
  ]);
  expect(tokens).toEqual([
    { registryId, name: "reader", enabled: true, actions: ["repositories/iam/*/content/read"] },
    {
      registryId,
      name: "admin",
      enabled: false,
      actions: ["content/read", "content/write", "content/delete", "metadata/read", "metadata/write"].map(
        (action) => `repositories/*/${action}`,
      ),
    },
  ]);
});

test("a vault is known by its id, and other resources say nothing about access", () => {
  const vaultId = `${group}/Microsoft.KeyVault/vaults/contoso-signing-kv`;
  const graph = graphFromResources([
    resource("azure-native:keyvault/v20230701:Vault", vaultId, {}),
    resource("azure-native:network:Subnet", `${group}/Microsoft.Network/virtualNetworks/v/subnets/s`, {}),
    resource("airlock:index:ImageImport", "i", {}),
  ]);
  expect(graph.vaults).toEqual([{ id: vaultId, name: "contoso-signing-kv" }]);
  expect(graph.assignments).toEqual([]);
});

describe("a grant counts in whatever form it was written", () => {
  const scope =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/onestreamprod";
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/n`;
  const grant = {
    principalId: "stranger",
    roleDefinitionId: `/x/2a1e307c-b015-4ebd-883e-5b7698a07328`,
    scope,
  };

  test.each([
    ["azure:authorization/assignment:Assignment", grant],
    ["azure:role/assignment:Assignment", grant],
    ["azure:pim/eligibleRoleAssignment:EligibleRoleAssignment", grant],
    ["azure-native:authorization:RoleEligibilityScheduleRequest", grant],
    [
      "azure-native:resources:Resource",
      {
        resourceProviderNamespace: "Microsoft.ContainerRegistry",
        parentResourcePath: "registries/onestreamprod/providers/Microsoft.Authorization",
        resourceType: "roleAssignments",
        properties: { principalId: grant.principalId, roleDefinitionId: grant.roleDefinitionId },
      },
    ],
  ])("%s", (type, inputs) => {
    const { assignments } = graphFromResources([{ type, name: "n", id, inputs, outputs: {} }]);
    expect(assignments).toEqual([
      { id, principalId: "stranger", roleGuid: "2a1e307c-b015-4ebd-883e-5b7698a07328", scope },
    ]);
  });
});
