import { graphFromResources, type RegisteredResource } from "../../../model/access/from-resources";
import { whoCan } from "../../../model/access/questions";
import { builtInRoles, roleGuids } from "../../../model/access/roles";
import { statedSignIns } from "../../../model/access/sign-ins";

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

describe("a registry that was there before", () => {
  const id =
    "/subscriptions/2/resourceGroups/legacy/providers/Microsoft.ContainerRegistry/registries/contosoold";
  const settings = { adminUserEnabled: false, anonymousPullEnabled: false };
  const adopted = [
    { id, name: "contosoold", mode: "rbac" as const, ...settings, environment: "qa.standard" },
  ];
  const pusher = resource(
    "azure-native:authorization:RoleAssignment",
    `${id}/providers/Microsoft.Authorization/roleAssignments/a2`,
    {
      scope: id,
      principalId: "p2",
      roleDefinitionId: `${roles}/${roleGuids.acrPush}`,
    },
  );

  test("is asked about like any other, and what nobody declares of it is not judged", () => {
    const graph = graphFromResources([genericRegistry, pusher], { adopted });
    expect(graph.registries.map(({ name, environment }) => [name, environment])).toEqual([
      ["contosoprod", undefined],
      ["contosoold", "qa.standard"],
    ]);
    const { direct } = whoCan(graph, "push", { kind: "registry", id });
    expect(direct.map(({ principal }) => principal.id)).toEqual(["p2"]);
    expect(graph.unjudged).toEqual([
      {
        type: "registry",
        name: "contosoold",
        why: "it was there before: its admin user, anonymous pull and tokens are not declared here, nor the roles that others assigned",
        column: "qa.standard",
      },
    ]);
  });

  test("is what a program or the cloud says of it, when they do", () => {
    const read = resource("azure-native:containerregistry:Registry", id.toUpperCase(), {
      adminUserEnabled: true,
    });
    const graph = graphFromResources([read], { adopted });
    expect(graph.registries).toMatchObject([{ adminUserEnabled: true }]);
    expect(graph.unjudged).toEqual([]);
  });
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
    { group: "o3", member: "o5" },
    { group: "o3", member: "o4" },
  ]);
  expect(graph.owners).toEqual([{ owner: "o6", of: "o3" }]);
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

describe("registries, tokens and roles in whatever form", () => {
  const subscriptionId = "2";
  const read = (...resources: RegisteredResource[]) =>
    graphFromResources(resources, { subscriptionId, environments: { contosoprod: "prod" } });
  const made = (type: string, name: string, inputs: Record<string, unknown>): RegisteredResource => ({
    type,
    name,
    id: name,
    inputs,
    outputs: inputs,
  });

  test("a classic registry, its token and a role by name are what the typed ones would be", () => {
    const named = { resourceGroupName: "contoso-prod-rg", containerRegistryName: "contosoprod" };
    const graph = read(
      made("azure:containerservice/registry:Registry", "r", {
        resourceGroupName: "contoso-prod-rg",
        name: "contosoprod",
        adminEnabled: true,
      }),
      made("azure:containerservice/registryScopeMap:RegistryScopeMap", "m", {
        ...named,
        name: "map",
        actions: ["repositories/iam/a/content/write"],
      }),
      made("azure:containerservice/registryToken:RegistryToken", "t", {
        ...named,
        name: "ci",
        scopeMapId: "m",
        enabled: false,
      }),
      made("azure:authorization/assignment:Assignment", "a", {
        scope: "r",
        roleDefinitionName: "acrpush",
        principalId: "p1",
      }),
    );
    expect(graph.registries).toEqual([
      {
        id: registryId,
        name: "contosoprod",
        mode: "rbac",
        adminUserEnabled: true,
        anonymousPullEnabled: false,
        environment: "prod",
      },
    ]);
    expect(graph.tokens).toEqual([
      { registryId, name: "ci", enabled: false, actions: ["repositories/iam/a/content/write"] },
    ]);
    expect(graph.assignments).toMatchObject([
      { principalId: "p1", roleGuid: roleGuids.acrPush, scope: registryId },
    ]);
    expect(graph.unjudged).toEqual([]);
  });

  test("an update of a registry adds what it opens", () => {
    const update = made("azapi:index/updateResource:UpdateResource", "u", {
      type: "Microsoft.ContainerRegistry/registries@2025-11-01",
      resourceId: registryId,
      body: { properties: { adminUserEnabled: true } },
    });
    expect(read(genericRegistry, update).registries).toMatchObject([
      { mode: "abac", adminUserEnabled: true },
    ]);
  });

  test("a template's grant counts, and what it computes counts as the worst", () => {
    const template = {
      resources: [
        {
          type: "Microsoft.Authorization/roleAssignments",
          name: "[guid('x')]",
          scope: "Microsoft.ContainerRegistry/registries/contosoprod",
          properties: { principalId: "[parameters('who')]", roleDefinitionId: "[variables('role')]" },
        },
      ],
    };
    const graph = read(
      genericRegistry,
      made("azure-native:resources:Deployment", "d", {
        resourceGroupName: "contoso-prod-rg",
        properties: { template },
      }),
    );
    expect(graph.unjudged).toEqual([]);
    const { direct } = whoCan(graph, "push", { kind: "registry", id: registryId });
    expect(direct.map(({ principal }) => principal.name)).toEqual(["the principal of d, which is not known"]);
  });

  test("a role whose permissions are not known permits everything", () => {
    const role = resource("azure-native:authorization:RoleDefinition", `${roles}/R1`, { permissions: ["?"] });
    expect(read(role).roles.at(-1)?.permissions[0].actions).toEqual(["*"]);
  });
});

describe("what can't be judged is named", () => {
  const why = (type: string, inputs: Record<string, unknown> = {}) =>
    graphFromResources([{ type, name: "it", id: "it", inputs, outputs: {} }]).unjudged?.map(
      (found) => found.why,
    );

  test.each<[string, string, Record<string, unknown>?]>([
    ["azure-native:authorization:SomethingNew", "it may grant access"],
    ["azure-native:containerregistry:Task", "it runs with rights in a registry and may push"],
    ["azure:containerservice/registryTask:RegistryTask", "it runs with rights in a registry and may push"],
    ["azure-native:containerregistry:CacheRule", "it brings images into a registry by itself"],
    ["azure-native:containerregistry:ImportPipeline", "it brings images into a registry by itself"],
    [
      "azure-native:containerregistry:ConnectedRegistry",
      "it synchronises a registry with another, and may push",
    ],
    [
      "azurerm:index/containerRegistryTask:ContainerRegistryTask",
      "it runs with rights in a registry and may push",
    ],
    ["azure-native:containerregistry:Novelty", "it may write to a registry"],
    ["azure-native:resources:AzureCliScript", "it may run anything"],
    [
      "azure-native:resources:Deployment",
      "its template can't be read, and may hold anything",
      { resourceGroupName: "g", properties: { templateLink: { uri: "https://x" } } },
    ],
    ["azure-native:keyvault:AccessPolicy", "an access policy gives rights to keys beside all roles"],
    [
      "azure-native:keyvault:Vault",
      "its access policies give rights to keys beside all roles",
      { properties: { accessPolicies: [{ objectId: "x" }] } },
    ],
    [
      "azure-native:managedservices:RegistrationAssignment",
      "it gives rights to others in a way that is not known here",
    ],
    ["azapi:index/resourceAction:ResourceAction", "what it deploys is not known"],
    [
      "azure-native:authorization:RoleAssignment",
      "nobody knows what its role is assigned on",
      { principalId: "p", roleDefinitionId: "r", scope: "somewhere" },
    ],
    ["command:local:Command", "it may run anything"],
    ["pulumi-nodejs:dynamic:Resource", "a dynamic resource runs code of the program"],
    ["docker-build:index:Image", "it may push an image while the program runs"],
    ["acme:index:Thing", "the package acme is not known here"],
    ["azuread:index/accessPackage:AccessPackage", "it gives out membership of groups"],
    ["azuread:index/novelty:Novelty", "somebody may sign in by it, or get rights"],
    ["azuread:index/group:Group", "its members come from a rule", { dynamicMembership: { rule: "x" } }],
    [
      "azuread:index/applicationPassword:ApplicationPassword",
      "it is about an application that has no service principal here",
      { applicationId: "/applications/elsewhere" },
    ],
  ])("%s: %s", (...[type, expected, inputs]) => expect(why(type, inputs)).toEqual([expected]));

  test.each([
    "azure-native:authorization:ManagementLockByScope",
    "azure-native:authorization:PolicyAssignment",
    "azure-native:containerregistry:Replication",
    "azure-native:network:Subnet",
    "azure-native:resources:ResourceGroup",
    "azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy",
    "airlock:index:ImageImport",
    "pulumi:providers:azure-native",
    "kubernetes:core/v1:Pod",
    "random:index/randomId:RandomId",
  ])("%s lets nobody in", (type) => expect(why(type)).toEqual([]));

  test("in an order that does not depend on the program's", () => {
    const of = (type: string, name: string) => ({ type, name, inputs: {}, outputs: {} });
    const one = of("command:local:Command", "b");
    const other = of("command:local:Command", "a");
    expect(graphFromResources([one, other]).unjudged).toEqual(graphFromResources([other, one]).unjudged);
  });
});

describe("who can become an identity", () => {
  const issuer = "https://token.actions.githubusercontent.com";
  const subject = "repo:contoso/platform:environment:prod";
  const directory = [
    resource("azuread:index/application:Application", "o1", { displayName: "promoter", clientId: "c1" }),
    resource("azuread:index/servicePrincipal:ServicePrincipal", "sp", { clientId: "c1", objectId: "sp" }),
    resource("azuread:index/group:Group", "g1", { displayName: "sre", objectId: "g1" }),
  ];
  const push = { principalId: "sp", roleDefinitionId: `${roles}/${roleGuids.repositoryWriter}` };
  const whoPushes = (...more: RegisteredResource[]) => {
    const graph = graphFromResources(
      [genericRegistry, ...directory, assignment("azure-native:authorization:RoleAssignment", push), ...more],
      { signIns: { promoter: { issuer, subject } } },
    );
    const { direct, byChangingAccess } = whoCan(graph, "push", { kind: "registry", id: registryId });
    const lines = (found: typeof direct) =>
      found
        .flatMap(({ reasons }) => reasons.map(({ text }) => text))
        .filter((text) => !text.includes("holds"));
    return [lines(direct), lines(byChangingAccess)];
  };
  const on = (type: string, inputs: Record<string, unknown>) =>
    resource(`azuread:index/x:${type}`, type, {
      applicationId: "/applications/o1",
      displayName: "ci",
      ...inputs,
    });
  const strange = ", a credential that the configuration does not state";

  test.each<[string, Record<string, unknown>, string]>([
    ["ApplicationFederatedIdentityCredential", { issuer, subject }, `signs in from ${subject} (github)`],
    [
      "ApplicationFederatedIdentityCredential",
      { issuer, subject: "repo:evil/x:ref:refs/heads/main" },
      `signs in from repo:evil/x:ref:refs/heads/main (github)${strange}`,
    ],
    [
      "ApplicationFederatedIdentityCredential",
      { issuer: "https://evil", subject },
      `signs in from ${subject} (https://evil)${strange}`,
    ],
    [
      "ApplicationFlexibleFederatedIdentityCredential",
      { issuer, claimsMatchingExpression: "claims['sub'] matches '*'" },
      `signs in from claims['sub'] matches '*' (github)${strange}`,
    ],
    ["ApplicationPassword", {}, `signs in with a password, ci: whoever has it${strange}`],
    [
      "ServicePrincipalPassword",
      { servicePrincipalId: "/servicePrincipals/sp" },
      `signs in with a password, ci: whoever has it${strange}`,
    ],
    [
      "ApplicationCertificate",
      {},
      `signs in with a certificate, azuread:index/x:ApplicationCertificate: whoever has it${strange}`,
    ],
  ])("%s %j", (type, inputs, expected) => {
    expect(whoPushes(on(type, inputs))).toEqual([[`promoter ${expected}`], []]);
  });

  test("a password within the application", () => {
    const application = resource("azuread:index/application:Application", "o1", {
      clientId: "c1",
      password: { displayName: "old" },
    });
    expect(graphFromResources([application, directory[1]]).credentials).toEqual([
      { principalId: "sp", kind: "password", name: "old" },
    ]);
  });

  test("a managed identity's", () => {
    const identity = `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/runner`;
    const graph = graphFromResources(
      [
        resource("azure-native:managedidentity:UserAssignedIdentity", identity, { principalId: "mi" }),
        resource(
          "azure-native:managedidentity:FederatedIdentityCredential",
          `${identity}/federatedIdentityCredentials/aks`,
          { resourceName: "runner", issuer: "https://aks", subject: "system:serviceaccount:a:b" },
        ),
      ],
      {},
    );
    expect(graph.principals).toEqual([{ id: "mi", name: "runner", kind: "application" }]);
    expect(graph.credentials).toMatchObject([
      { principalId: "mi", issuer: "https://aks", subject: "system:serviceaccount:a:b" },
    ]);
    expect(graph.unjudged).toEqual([]);
  });

  test("owners, and owners of owners", () => {
    const registry = "…/registries/contosoprod";
    expect(
      whoPushes(
        on("ApplicationOwner", { ownerObjectId: "g-owned-by-kim" }),
        resource("azuread:index/group:Group", "x", {
          displayName: "tools",
          objectId: "g-owned-by-kim",
          owners: ["kim"],
        }),
      )[1],
    ).toEqual([
      `kim owns tools: it can add a member and so push on ${registry}`,
      `tools owns promoter: it can add a credential and so push on ${registry}`,
    ]);
  });

  test.each<[string, Record<string, unknown>]>([
    ["DirectoryRoleAssignment", { principalObjectId: "kim" }],
    ["DirectoryRoleEligibilityScheduleRequest", { principalId: "kim" }],
    ["AppRoleAssignment", { principalObjectId: "kim", resourceObjectId: "microsoft-graph" }],
    ["AdministrativeUnitRoleMember", { memberObjectId: "kim" }],
  ])("%s", (type, inputs) => {
    expect(whoPushes(on(type, inputs))[1]).toEqual([expect.stringMatching(/^kim may change applications/)]);
  });

  test("a role of the program's own application is none of Entra's", () => {
    expect(
      whoPushes(on("AppRoleAssignment", { principalObjectId: "kim", resourceObjectId: "sp" }))[1],
    ).toEqual([]);
  });

  test("membership of a group for a while is membership", () => {
    const graph = graphFromResources([
      on("PrivilegedAccessGroupEligibilitySchedule", {
        groupId: "g1",
        principalId: "kim",
        assignmentType: "member",
      }),
    ]);
    expect(graph.memberships).toEqual([{ group: "g1", member: "kim" }]);
  });
});

test("the configuration states one sign-in for each application", () => {
  const identities = {
    sre: { kind: "group" as const },
    promoter: { kind: "application" as const, githubEnvironment: "prod" },
    nightly: { kind: "application" as const },
  };
  const subjects = Object.entries(
    statedSignIns({ identities, github: { owner: "contoso", repository: "platform" } }),
  ).map(([name, { subject }]) => [name, subject]);
  expect(subjects).toEqual([
    ["promoter", "repo:contoso/platform:environment:prod"],
    ["nightly", "repo:contoso/platform:environment:nightly"],
  ]);
});
