import { customRoleGuid, customRoles } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import { registryDisallowProdPush } from "../../../policies/rules/registry-disallow-prod-push";
import { type Properties, unknown, type Value } from "../../../policies/values";
import type { Resource } from "../../../policies/rule";
import { registryId, roleId, stack, subscriptionId } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const prod = stack("prod");
const check = (type: string, properties: Properties, facts = prod) =>
  verdicts(registryDisallowProdPush, facts, type, properties);

const principalId = "6f3c0000-0000-4000-8000-000000000001";
const assignment = (role: string, scope: Value = registryId("prod"), more: Properties = {}): Properties => ({
  scope,
  roleDefinitionId: roleId(role),
  principalId,
  principalType: "ServicePrincipal",
  ...more,
});
const native = "azure-native:authorization:RoleAssignment";
const own = (key: string) => customRoleGuid(subscriptionId, "contoso", key);
const noPush = "Remove the assignment: images enter a protected environment by promotion alone";
const notStated = "Remove the assignment, or state it in the access matrix, where it can be reviewed";

describe("role assignments", () => {
  test.each([
    ["AcrPull", roleGuids.acrPull],
    ["Reader", roleGuids.reader],
    ["Repository Reader", roleGuids.repositoryReader],
    ["Key Vault Crypto User", roleGuids.cryptoUser],
  ])("%s only reads", (_, guid) => {
    expect(check(native, assignment(guid))).toEqual([]);
  });

  test.each([
    ["AcrPush", roleGuids.acrPush, "push images"],
    ["Container Registry Repository Writer", roleGuids.repositoryWriter, "push images and unlock images"],
    [
      "Container Registry Repository Contributor",
      roleGuids.repositoryContributor,
      "push images, delete images and unlock images",
    ],
    [
      "Contributor",
      roleGuids.contributor,
      "push images, delete images, unlock images, import images from anywhere and open another way in",
    ],
    [
      "Owner",
      roleGuids.owner,
      "push images, delete images, unlock images, import images from anywhere, open another way in and grant access",
    ],
  ])("%s is refused", (name, guid, does) => {
    expect(check(native, assignment(guid))).toEqual([
      `${name} would let ${principalId} ${does} in contosoprod, the registry of prod (it: roleDefinitionId). ${noPush}`,
    ]);
  });

  test.each([
    [
      "Container Registry Data Importer and Data Reader",
      roleGuids.dataImporter,
      "import images from anywhere",
    ],
    ["Role Based Access Control Administrator", roleGuids.accessControlAdministrator, "grant access"],
    [
      "Container Registry Configuration Reader and Data Access Configuration Reader",
      roleGuids.registryConfigurationReader,
      "open another way in",
    ],
    ["AcrDelete", roleGuids.acrDelete, "delete images"],
  ])("%s is refused unless the matrix states it", (name, guid, does) => {
    expect(check(native, assignment(guid))).toEqual([
      `${name} would let ${principalId} ${does} in contosoprod, the registry of prod (it: roleDefinitionId). ${notStated}`,
    ]);
  });

  test.each(["importer", "locker", "custodian", "sourceReader"])("the matrix's own %s passes", (key) => {
    expect(check(native, assignment(own(key)))).toEqual([]);
    expect(check(native, assignment(own(key), unknown))).toEqual([]);
    expect(check(native, assignment(own(key), registryId("prod").toUpperCase()))).toEqual([]);
  });

  test.each<[string, Value]>([
    ["the resource group", `/subscriptions/${subscriptionId}/resourceGroups/contoso-prod-rg`],
    ["the subscription", `/subscriptions/${subscriptionId}`],
    ["a management group", "/providers/Microsoft.Management/managementGroups/contoso"],
    ["the root", "/"],
    ["no leading slash", `subscriptions/${subscriptionId}`],
    ["another case", registryId("prod").toUpperCase()],
    ["another group", registryId("prod").replace("contoso-prod-rg", "elsewhere")],
    ["something inside of it", `${registryId("prod")}/scopeMaps/release`],
    ["dots", `/subscriptions/${subscriptionId}/resourceGroups/x/../contoso-prod-rg`],
    ["escapes", `/subscriptions/${subscriptionId}/resourceGroups/contoso%2dprod-rg`],
    ["an unknown scope", unknown],
    ["no scope", undefined],
  ])("push on %s is refused", (_, scope) => {
    expect(check(native, assignment(roleGuids.acrPush, scope))).toEqual([
      `AcrPush would let ${principalId} push images in contosoprod, the registry of prod (it: roleDefinitionId). ${noPush}`,
    ]);
  });

  test("a role of the matrix reaches no further than its registry", () => {
    const wider = assignment(own("importer"), `/subscriptions/${subscriptionId}`);
    expect(check(native, wider)).toEqual([
      `contoso image importer would let ${principalId} import images from anywhere in contosoprod, the registry of prod (it: roleDefinitionId). ${notStated}`,
    ]);
  });

  test("a condition that the matrix doesn't have is no excuse and no cell", () => {
    expect(check(native, assignment(own("locker"), registryId("prod"), { condition: "(true)" }))).toEqual([
      "contoso image locker would let 6f3c0000-0000-4000-8000-000000000001 unlock images in contosoprod, the registry of prod (it: roleDefinitionId). Remove the assignment, or state it in the access matrix, where it can be reviewed",
    ]);
    expect(
      check(native, assignment(roleGuids.repositoryWriter, registryId("prod"), { condition: "(true)" })),
    ).toEqual([
      `Container Registry Repository Writer would let ${principalId} push images and unlock images in contosoprod, the registry of prod (it: roleDefinitionId). ${noPush}`,
    ]);
  });

  test("push on other registries is their environment's matter, from any stack", () => {
    expect(check(native, assignment(roleGuids.acrPush, registryId("dev")), stack("dev"))).toEqual([]);
    expect(check(native, assignment(roleGuids.acrPush, unknown), stack("dev"))).toEqual([]);
    expect(check(native, assignment(roleGuids.acrPush, registryId("prod")), stack("dev"))).toEqual([
      "AcrPush would let 6f3c0000-0000-4000-8000-000000000001 push images in contosoprod, the registry of prod (it: roleDefinitionId). Remove the assignment: images enter a protected environment by promotion alone",
    ]);
    expect(check(native, assignment(roleGuids.acrPush, unknown), stack("shared"))).toEqual([
      "AcrPush would let 6f3c0000-0000-4000-8000-000000000001 push images in contosoprod, the registry of prod (it: roleDefinitionId). Remove the assignment: images enter a protected environment by promotion alone",
    ]);
  });

  test("an unknown role is refused where it may reach a protected registry", () => {
    expect(check(native, { ...assignment(""), roleDefinitionId: unknown })).toEqual([
      `a role that is not known before \`pulumi up\` may let ${principalId} push to contosoprod, the registry of prod (it: roleDefinitionId). Assign a role that the access matrix turns to, or define the role in this stack before it is assigned`,
    ]);
    const stranger = "99999999-0000-4000-8000-000000000000";
    expect(check(native, assignment(stranger))).toEqual([
      `role ${stranger} may let ${principalId} push to contosoprod, the registry of prod (it: roleDefinitionId). Assign a role that the access matrix turns to, or define the role in this stack before it is assigned`,
    ]);
    expect(check(native, assignment(stranger, registryId("dev")))).toEqual([]);
    expect(check(native, { scope: registryId("prod"), principalId: unknown, roleDefinitionId: 7 })).toEqual([
      "a role that is not known before `pulumi up` may let a principal that is not known yet push to contosoprod, the registry of prod (it: roleDefinitionId). Assign a role that the access matrix turns to, or define the role in this stack before it is assigned",
    ]);
  });

  test("a custom role is known by its definition in the same stack", () => {
    const guid = "99999999-0000-4000-8000-000000000000";
    const defined = (actions: Value): Resource => ({
      type: "azure-native:authorization:RoleDefinition",
      name: "role",
      properties: { roleDefinitionId: guid, roleName: "auditor", permissions: [{ actions }] },
    });
    const judge = (actions: Value) =>
      verdicts(registryDisallowProdPush, prod, native, assignment(guid), [defined(actions)]);
    expect(judge(["Microsoft.ContainerRegistry/registries/read"])).toEqual([]);
    expect(judge(["Microsoft.ContainerRegistry/*"])).toEqual([
      "auditor would let 6f3c0000-0000-4000-8000-000000000001 push images, delete images, unlock images, import images from anywhere and open another way in in contosoprod, the registry of prod (it: roleDefinitionId). Remove the assignment: images enter a protected environment by promotion alone",
    ]);
    expect(judge(unknown)).toEqual([
      "role 99999999-0000-4000-8000-000000000000 may let 6f3c0000-0000-4000-8000-000000000001 push to contosoprod, the registry of prod (it: roleDefinitionId). Assign a role that the access matrix turns to, or define the role in this stack before it is assigned",
    ]);
  });

  test.each<[string, Properties]>([
    ["azure-native:authorization/v20220401:RoleAssignment", assignment(roleGuids.acrPush)],
    ["azure-native_authorization_v20220401:authorization:RoleAssignment", assignment(roleGuids.acrPush)],
    ["azure-nextgen:authorization/latest:RoleAssignment", assignment(roleGuids.acrPush)],
    ["azure:authorization/assignment:Assignment", assignment(roleGuids.acrPush)],
    ["azure:role/assignment:Assignment", assignment(roleGuids.acrPush)],
    [
      "azure:authorization/assignment:Assignment",
      { scope: registryId("prod"), roleDefinitionName: "acrpush", principalId },
    ],
    [
      "azure-native:resources:Resource",
      {
        resourceProviderNamespace: "Microsoft.ContainerRegistry",
        parentResourcePath: "registries/contosoprod/providers/Microsoft.Authorization",
        resourceType: "roleAssignments",
        resourceName: "11111111-0000-4000-8000-000000000000",
        resourceGroupName: "contoso-prod-rg",
        properties: { roleDefinitionId: roleId(roleGuids.acrPush), principalId },
      },
    ],
    [
      "azure-native:resources:Resource",
      {
        resourceProviderNamespace: "microsoft.authorization",
        resourceType: "ROLEASSIGNMENTS",
        resourceName: unknown,
        resourceGroupName: "contoso-prod-rg",
        properties: { roleDefinitionId: roleId(roleGuids.acrPush), principalId, scope: registryId("dev") },
      },
    ],
  ])("%s is a role assignment", (type, properties) => {
    const root = "properties" in properties ? "properties." : "";
    const key = "roleDefinitionName" in properties ? "roleDefinitionName" : "roleDefinitionId";
    expect(check(type, properties)).toEqual([
      `AcrPush would let ${principalId} push images in contosoprod, the registry of prod (it: ${root}${key}). Remove the assignment: images enter a protected environment by promotion alone`,
    ]);
  });
});

describe("role definitions", () => {
  const type = "azure-native:authorization:RoleDefinition";
  const definition = (
    permissions: Value,
    assignableScopes: Value = [`/subscriptions/${subscriptionId}`],
  ): Properties => ({
    roleName: "builder",
    roleDefinitionId: "99999999-0000-4000-8000-000000000000",
    permissions,
    assignableScopes,
  });
  const registries = "Microsoft.ContainerRegistry/registries";

  test.each<[Properties, string]>([
    [{ actions: [`${registries}/push/write`] }, "push images"],
    [{ dataActions: [`${registries}/repositories/content/write`] }, "push images"],
    [{ dataActions: [`${registries}/repositories/*`] }, "push images, delete images and unlock images"],
    [{ actions: [`${registries}/importImage/action`] }, "import images from anywhere"],
    [
      { actions: [`${registries}/*/write`], notActions: [`${registries}/push/write`] },
      "push images, unlock images, import images from anywhere and open another way in",
    ],
    [{ actions: ["Microsoft.Authorization/roleAssignments/write"] }, "grant access"],
  ])("%j is refused", (permission, does) => {
    expect(check(type, definition([permission]))).toEqual([
      `builder would let its holders ${does} in contosoprod (it: permissions). Take these actions out, or keep protected registries out of the role's assignable scopes`,
    ]);
  });

  test("reading passes, and so does what can't be assigned on a protected registry", () => {
    expect(check(type, definition([{ actions: [`${registries}/read`, "*/read"] }]))).toEqual([]);
    const devOnly = [`/subscriptions/${subscriptionId}/resourceGroups/contoso-dev-rg`];
    expect(check(type, definition([{ actions: ["*"] }], devOnly))).toEqual([]);
    expect(check(type, definition([{ actions: ["*"], notActions: ["*"] }]))).toEqual([]);
  });

  test("permissions that are not known yet are refused", () => {
    expect(check(type, definition(unknown))).toEqual([
      "what builder permits is not known before `pulumi up`, and it can be assigned on contosoprod (it: permissions). Write the role's actions into the program",
    ]);
    expect(check(type, definition([{ actions: [unknown] }]))).toEqual([
      "what builder permits is not known before `pulumi up`, and it can be assigned on contosoprod (it: permissions). Write the role's actions into the program",
    ]);
    expect(check(type, definition(["x"]))).toEqual([
      "what builder permits is not known before `pulumi up`, and it can be assigned on contosoprod (it: permissions). Write the role's actions into the program",
    ]);
    expect(check(type, definition([{ actions: ["*"] }], unknown))).toEqual([
      "builder would let its holders push images, delete images, unlock images, import images from anywhere, open another way in and grant access in contosoprod (it: permissions). Take these actions out, or keep protected registries out of the role's assignable scopes",
    ]);
  });

  test.each(customRoles("contoso").map((role) => [role.key, role] as const))(
    "the project's own %s passes as it is, and not with one action more",
    (key, role) => {
      const as = (actions: readonly string[]) => ({
        roleName: role.displayName,
        roleDefinitionId: own(key),
        assignableScopes: [`/subscriptions/${subscriptionId}`],
        permissions: [{ actions, notActions: [], dataActions: role.dataActions, notDataActions: [] }],
      });
      expect(check(type, as(role.actions), stack("shared"))).toEqual([]);
      expect(check(type, as([...role.actions, `${registries}/push/write`]), stack("shared"))).toEqual([
        `${role.displayName} takes the GUID of a role that the access matrix assigns, and would change what its holders may do (it: roleDefinitionId). Give the role a GUID of its own`,
      ]);
    },
  );

  test("classic and generic definitions count", () => {
    const permissions = [{ actions: [`${registries}/push/write`] }];
    const scope = `/subscriptions/${subscriptionId}`;
    expect(
      check("azure:authorization/roleDefinition:RoleDefinition", { name: "builder", scope, permissions }),
    ).toEqual([
      "builder would let its holders push images in contosoprod (it: permissions). Take these actions out, or keep protected registries out of the role's assignable scopes",
    ]);
    const generic = {
      resourceProviderNamespace: "Microsoft.Authorization",
      parentResourcePath: "",
      resourceType: "roleDefinitions",
      resourceName: "x",
      resourceGroupName: "contoso-prod-rg",
      properties: { roleName: "builder", assignableScopes: [scope], permissions },
    };
    expect(check("azure-native:resources:Resource", generic)).toEqual([
      "builder would let its holders push images in contosoprod (it: properties.permissions). Take these actions out, or keep protected registries out of the role's assignable scopes",
    ]);
  });
});

describe("registries", () => {
  const safe = {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    roleAssignmentMode: "AbacRepositoryPermissions",
  };
  const generic = (properties: Properties, resourceName: Value = "contosoprod"): Properties => ({
    apiVersion: "2025-11-01",
    resourceProviderNamespace: "Microsoft.ContainerRegistry",
    parentResourcePath: "",
    resourceType: "registries",
    resourceGroupName: unknown,
    resourceName,
    properties,
  });
  const type = "azure-native:resources:Resource";

  test("a registry as EnvironmentRegistry makes it passes; under an API that knows no mode it keeps the old one", () => {
    expect(check(type, generic(safe))).toEqual([]);
    expect(check(type, { ...generic(safe), apiVersion: "2023-07-01" })).toEqual([
      "inherited Owner, Contributor and AcrPush assignments can push to contosoprod, the registry of prod (it: properties.roleAssignmentMode). Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
    ]);
    const old = "azure-native:containerregistry/v20230701:Registry";
    expect(check(old, { registryName: "contosoprod", ...safe })).toEqual([
      "inherited Owner, Contributor and AcrPush assignments can push to contosoprod, the registry of prod (it: roleAssignmentMode). Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
    ]);
  });

  test.each<[Properties, string]>([
    [
      { adminUserEnabled: true },
      "the admin user, one shared password for everything, can push to contosoprod, the registry of prod (it: properties.adminUserEnabled). Set it to false",
    ],
    [
      { adminUserEnabled: unknown },
      "the admin user, one shared password for everything, can push to contosoprod, the registry of prod (it: properties.adminUserEnabled). Set it to false",
    ],
    [
      { anonymousPullEnabled: "true" },
      "anyone on the network can read all of contosoprod, the registry of prod (it: properties.anonymousPullEnabled). Set it to false",
    ],
    [
      { roleAssignmentMode: "LegacyRegistryPermissions" },
      "inherited Owner, Contributor and AcrPush assignments can push to contosoprod, the registry of prod (it: properties.roleAssignmentMode). Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
    ],
  ])("%j is refused on a protected registry alone", (unsafe, finding) => {
    expect(check(type, generic({ ...safe, ...unsafe }))).toEqual([finding]);
    expect(check(type, generic({ ...safe, ...unsafe }, unknown))).toEqual([finding]);
    expect(check(type, generic({ ...safe, ...unsafe }, "contosodev"), stack("dev"))).toEqual([]);
  });

  test.each([
    ["azure-native:containerregistry:Registry", { registryName: "contosoprod", adminUserEnabled: true }],
    [
      "azure-native:containerregistry/v20230701:Registry",
      { registryName: "contosoprod", adminUserEnabled: true },
    ],
    [
      "azure-native_containerregistry_v20251101:containerregistry:Registry",
      { registryName: "ContosoProd", adminUserEnabled: true },
    ],
    ["azure:containerservice/registry:Registry", { name: "contosoprod", adminEnabled: true }],
  ])("%s is a registry, from any stack", (token, properties) => {
    const findings = check(token, properties, stack("dev"));
    expect(findings.map((finding) => finding.split(" (")[0])).toEqual([
      "the admin user, one shared password for everything, can push to contosoprod, the registry of prod",
      "inherited Owner, Contributor and AcrPush assignments can push to contosoprod, the registry of prod",
    ]);
  });

  test.each([
    "azure-native:containerregistry:ScopeMap",
    "azure:containerservice/registryScopeMap:RegistryScopeMap",
  ])("%s may only read", (token) => {
    const map = (actions: Value, registryName = "contosoprod"): Properties => ({
      actions,
      [token.startsWith("azure:") ? "containerRegistryName" : "registryName"]: registryName,
    });
    expect(
      check(token, map(["repositories/iam/*/content/read", "repositories/iam/*/metadata/read"])),
    ).toEqual([]);
    expect(
      check(
        token,
        map([
          "repositories/iam/*/content/read",
          "repositories/iam/*/content/write",
          "gateway/x/config/write",
        ]),
      ),
    ).toEqual([
      "the scope map lets tokens do more than read in contosoprod, the registry of prod: repositories/iam/*/content/write, gateway/x/config/write (it: actions). Leave only content/read and metadata/read",
    ]);
    expect(check(token, map(unknown))).toEqual([
      "what the scope map permits in contosoprod, the registry of prod, is not known before `pulumi up` (it: actions). Leave only content/read and metadata/read",
    ]);
    expect(check(token, map(["repositories/*/content/write"], "contosodev"))).toEqual([]);
  });

  test("a token needs a scope map that only reads", () => {
    const token = (scopeMapId: Value): Properties => ({
      registryName: "contosoprod",
      tokenName: "release",
      scopeMapId,
    });
    const maps = `${registryId("prod")}/scopeMaps`;
    const declared = {
      type: "azure-native:containerregistry:ScopeMap",
      name: "map",
      properties: {
        registryName: "contosoprod",
        scopeMapName: "release",
        actions: ["repositories/*/content/read"],
      },
    };
    const judge = (id: Value) =>
      verdicts(registryDisallowProdPush, prod, "azure-native:containerregistry:Token", token(id), [declared]);
    expect(judge(`${maps}/release`)).toEqual([]);
    expect(judge(`${maps}/_repositories_pull`)).toEqual([]);
    expect(judge(unknown)).toEqual([]);
    expect(judge(`${maps}/_repositories_push`)).toEqual([
      "the token's scope map _repositories_push is not declared in this stack and may let it push to contosoprod, the registry of prod (it: scopeMapId). Declare a scope map that only reads, in this stack, and give the token that",
    ]);
    expect(judge(undefined)).toEqual([
      "the token's scope map (none) is not declared in this stack and may let it push to contosoprod, the registry of prod (it: scopeMapId). Declare a scope map that only reads, in this stack, and give the token that",
    ]);
  });

  test.each<[string, string, Properties]>([
    ["Task", "azure-native:containerregistry:Task", { registryName: "contosoprod" }],
    ["ImportPipeline", "azure-native:containerregistry:ImportPipeline", { registryName: "contosoprod" }],
    ["CacheRule", "azure-native:containerregistry:CacheRule", { registryName: unknown }],
    [
      "RegistryTask",
      "azure:containerservice/registryTask:RegistryTask",
      { containerRegistryName: "contosoprod" },
    ],
    [
      "RegistryTask",
      "azure:containerservice/registryTask:RegistryTask",
      { containerRegistryId: registryId("prod") },
    ],
    [
      "registries/tasks",
      type,
      {
        resourceProviderNamespace: "Microsoft.ContainerRegistry",
        parentResourcePath: "registries/contosoprod",
        resourceType: "tasks",
        resourceName: "build",
      },
    ],
  ])("%s in a protected registry is refused, as %s", (kind, token, properties) => {
    expect(check(token, properties)).toEqual([
      `${kind} may write to contosoprod, the registry of prod, in a way that this pack does not know (it: type). Keep it in an unprotected registry: images enter a protected environment by promotion alone`,
    ]);
  });

  test("webhooks, replications and private endpoints pass", () => {
    for (const kind of ["Webhook", "Replication", "PrivateEndpointConnection"]) {
      expect(check(`azure-native:containerregistry:${kind}`, { registryName: "contosoprod" })).toEqual([]);
    }
  });
});

describe("other routes", () => {
  test("eligible assignments on prod are refused in dev's stack too, on dev they are not", () => {
    const type = "azure-native:authorization:PimRoleEligibilitySchedule";
    expect(check(type, { scope: registryId("prod") }, stack("dev"))).toEqual([
      "a role that is not known before `pulumi up` may let a principal that is not known yet push to contosoprod, the registry of prod (it: roleDefinitionId). Assign a role that the access matrix turns to, or define the role in this stack before it is assigned",
    ]);
    expect(check(type, { scope: registryId("dev") }, stack("dev"))).toEqual([]);
  });

  test.each<[string, Properties, string]>([
    ["docker-build:index:Image", { tags: ["contosoprod.azurecr.io/iam/auth-service:1"] }, "tags[0]"],
    ["docker:index/image:Image", { imageName: "contosoprod.azurecr.io/iam/auth-service:1" }, "imageName"],
    ["docker:index/registryImage:RegistryImage", { name: "ContosoProd.azurecr.io/x" }, "name"],
    [
      "docker:index/image:Image",
      { registry: { server: "https://contosoprod.azurecr.io" } },
      "registry.server",
    ],
  ])("%s can't push to a protected registry, from any stack", (type, properties, property) => {
    expect(check(type, properties, stack("dev"))).toEqual([
      `the image is pushed to contosoprod, the registry of prod (it: ${property}). Push to the first environment's registry and promote the image from there`,
    ]);
  });

  test("pushing to dev passes; an unknown target is refused where images are protected", () => {
    const type = "docker-build:index:Image";
    expect(check(type, { tags: ["contosodev.azurecr.io/iam/auth-service:1"] }, stack("dev"))).toEqual([]);
    expect(check(type, { tags: [unknown] }, stack("dev"))).toEqual([]);
    expect(check(type, { tags: [unknown] })).toEqual([
      "the registry that is pushed to is not known before `pulumi up` (it: tags[0]). Push to the first environment's registry and promote the image from there",
    ]);
  });

  test.each<[string, Properties]>([
    ["azure-native:storage:StorageAccount", { scope: registryId("prod") }],
    ["azure-native:authorization:PolicyAssignment", { scope: registryId("prod") }],
    ["azure-native:authorization:ManagementLockByScope", { scope: registryId("prod") }],
    ["azure-native:resources:ResourceGroup", {}],
    ["azuread:index/application:Application", {}],
    ["pulumi:providers:azure-native", {}],
  ])("%s is left alone", (type, properties) => {
    expect(check(type, properties)).toEqual([]);
  });
});

describe("every way of writing the same push", () => {
  test.each<[string, Properties, string]>([
    [
      "registry export",
      { exports: [{ registry: { names: ["contosoprod.azurecr.io/x:1"] } }] },
      "exports[0].registry.names[0]",
    ],
    [
      "image export",
      { exports: [{ image: { push: true, names: ["contosoprod.azurecr.io/x:1"] } }] },
      "exports[0].image.names[0]",
    ],
    ["raw export", { exports: [{ raw: "type=registry,name=contosoprod.azurecr.io/x:1" }] }, "exports[0].raw"],
    [
      "cache",
      { cacheTo: [{ registry: { ref: "contosoprod.azurecr.io/cache" } }] },
      "cacheTo[0].registry.ref",
    ],
    ["raw cache", { cacheTo: [{ raw: "type=registry,ref=contosoprod.azurecr.io/cache" }] }, "cacheTo[0].raw"],
    ["another port", { tags: ["contosoprod.azurecr.io:443/x:1"] }, "tags[0]"],
    ["a dot at the end", { tags: ["contosoprod.azurecr.io./x:1"] }, "tags[0]"],
    ["a region", { tags: ["contosoprod.eastus2.geo.azurecr.io/x:1"] }, "tags[0]"],
    ["a name with a hash", { tags: ["contosoprod-a1b2c3.azurecr.io/x:1"] }, "tags[0]"],
    ["upper case", { tags: ["CONTOSOPROD.AZURECR.IO/x:1"] }, "tags[0]"],
  ])("docker-build by %s", (_, properties, property) => {
    expect(check("docker-build:index:Image", properties, stack("dev"))).toEqual([
      `the image is pushed to contosoprod, the registry of prod (it: ${property}). Push to the first environment's registry and promote the image from there`,
    ]);
  });

  test("other hosts, other exports and unknown ones in dev pass", () => {
    for (const properties of [
      { tags: ["contosoprodtools.azurecr.io/x:1"] },
      { exports: [{ local: { dest: "out" } }], cacheTo: [{ local: { dest: "out" } }] },
      { exports: [unknown], cacheTo: unknown },
    ] as Properties[]) {
      expect(check("docker-build:index:Image", properties, stack("dev"))).toEqual([]);
    }
    expect(check("docker-build:index:Image", { exports: [unknown], cacheTo: unknown })).toEqual([
      "the registry that is pushed to is not known before `pulumi up` (it: exports[0]). Push to the first environment's registry and promote the image from there",
      "the registry that is pushed to is not known before `pulumi up` (it: cacheTo). Push to the first environment's registry and promote the image from there",
    ]);
  });

  test.each<[string, string, Properties]>([
    [
      "an image name",
      "step.imageNames[0]",
      { step: { type: "Docker", imageNames: ["contosoprod.azurecr.io/x:1"] } },
    ],
    [
      "a credential",
      "credentials.customRegistries.ContosoProd.azurecr.io",
      { credentials: { customRegistries: { "ContosoProd.azurecr.io": {} } } },
    ],
    [
      "an encoded step",
      "step.encodedTaskContent",
      { step: { encodedTaskContent: Buffer.from("push: [contosoprod.azurecr.io/x]").toString("base64") } },
    ],
    ["an id", "values[0].value", { values: [{ name: "target", value: registryId("prod") }] }],
  ])("a task in dev that names prod by %s", (_, property, properties) => {
    const inDev = { registryName: "contosodev", ...properties };
    expect(check("azure-native:containerregistry:Task", inDev, stack("dev"))).toEqual([
      `Task names contosoprod, the registry of prod, and may write to it (it: ${property}). Build into the first environment's registry and promote the image from there`,
    ]);
    expect(check("azure-native:containerregistry:Webhook", inDev, stack("dev"))).toEqual([]);
  });

  test("a name that is a path is every registry", () => {
    const task = { registryName: "contosodev/../contosoprod" };
    expect(check("azure-native:containerregistry:Task", task, stack("dev"))).toEqual([
      "Task may write to contosoprod, the registry of prod, in a way that this pack does not know (it: type). Keep it in an unprotected registry: images enter a protected environment by promotion alone",
    ]);
  });

  test("a classic child that says its registry by an id is inside of it, from any stack", () => {
    const task = { containerRegistryId: registryId("prod") };
    const type = "azure:containerservice/registryTask:RegistryTask";
    expect(check(type, task, stack("dev"))).toEqual([
      "RegistryTask may write to contosoprod, the registry of prod, in a way that this pack does not know (it: type). Keep it in an unprotected registry: images enter a protected environment by promotion alone",
    ]);
    expect(check(type, { containerRegistryId: registryId("dev") }, stack("dev"))).toEqual([]);
  });

  test("a password is for a token of this stack", () => {
    const type = "azure:containerservice/registryTokenPassword:RegistryTokenPassword";
    const token = `${registryId("prod")}/tokens/release`;
    const declared = {
      type: "azure-native:containerregistry:Token",
      name: "token",
      properties: { registryName: "contosoprod", tokenName: "release" },
    };
    const judge = (id: Value) =>
      verdicts(registryDisallowProdPush, prod, type, { containerRegistryTokenId: id }, [declared]);
    expect(registryDisallowProdPush.recalls?.(declared, prod)).toBe(true);
    expect(judge(token)).toEqual([]);
    expect(judge(unknown)).toEqual([]);
    expect(judge(`${registryId("prod")}/tokens/other`)).toEqual([
      "the password is for the token other, which is not declared in this stack and may push to contosoprod, the registry of prod (it: containerRegistryTokenId). Declare the token in this stack, with a scope map that only reads",
    ]);
  });

  test.each([
    "azure-native:authorization:RoleEligibilityScheduleRequest",
    "azure-native:authorization/v20201001:RoleAssignmentScheduleRequest",
    "azure:pim/eligibleRoleAssignment:EligibleRoleAssignment",
    "azure:pim/activeRoleAssignment:ActiveRoleAssignment",
  ])("%s is an assignment, and a group or a user counts like any other", (type) => {
    for (const principalType of ["ServicePrincipal", "Group", "User"]) {
      const eligible = assignment(roleGuids.acrPush, registryId("prod"), { principalType });
      expect(check(type, eligible, stack("dev"))).toEqual([
        `AcrPush would let ${principalId} push images in contosoprod, the registry of prod (it: roleDefinitionId). ${noPush}`,
      ]);
    }
  });
});

describe("what another stack does to a protected registry", () => {
  test.each(["dev", "shared"] as const)(
    "%s assigns no role on it, not even one that the matrix gives",
    (name) => {
      const findings = check(native, assignment(own("importer")), stack(name));
      expect(findings).toEqual([
        `contoso image importer would let ${principalId} import images from anywhere in contosoprod, the registry of prod (it: roleDefinitionId). ${notStated}`,
      ]);
    },
  );

  test("a role of its own can't take the GUID of one that the matrix assigns", () => {
    const definition = {
      roleDefinitionId: own("importer"),
      roleName: "helper",
      scope: `/subscriptions/${subscriptionId}/resourceGroups/contoso-dev-rg`,
      assignableScopes: [`/subscriptions/${subscriptionId}/resourceGroups/contoso-dev-rg`],
      permissions: [{ dataActions: ["Microsoft.ContainerRegistry/registries/repositories/content/write"] }],
    };
    expect(check("azure-native:authorization:RoleDefinition", definition, stack("dev"))).toEqual([
      "helper takes the GUID of a role that the access matrix assigns, and would change what its holders may do (it: roleDefinitionId). Give the role a GUID of its own",
    ]);
  });
});
