import { customRoleGuid, customRoles, platformCondition } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import { accessDisallowBroadRoles } from "../../../policies/rules/access-disallow-broad-roles";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { registryId, roleId, stack, subscriptionId } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const subscription = `/subscriptions/${subscriptionId}`;
const devGroup = `${subscription}/resourceGroups/contoso-dev-rg`;
const native = "azure-native:authorization:RoleAssignment";
const assigned = (guid: string, scope: Value, more: Properties = {}): Properties => ({
  scope,
  roleDefinitionId: roleId(guid),
  principalId: "x",
  ...more,
});
const check = (type: string, properties: Properties, facts = stack("dev")) =>
  verdicts(accessDisallowBroadRoles, facts, type, properties);
const least = "Assign the role that permits just what is done; for registries, state it in the access matrix";

describe("assignments", () => {
  test.each([
    ["Owner", roleGuids.owner, "whatever Azure has"],
    ["Contributor", roleGuids.contributor.toUpperCase(), "whatever Azure has"],
    ["User Access Administrator", roleGuids.userAccessAdministrator, "changing who has access"],
    [
      "Role Based Access Control Administrator",
      roleGuids.accessControlAdministrator,
      "changing who has access",
    ],
    [
      "Key Vault Data Access Administrator",
      "8b54135c-b56d-4d72-a534-26097cfdc8d8",
      "changing who has access",
    ],
  ])("%s is refused, however small its scope", (name, guid, permits) => {
    expect(check(native, assigned(guid, registryId("dev")))).toEqual([
      `${name} on …/registries/contosodev permits ${permits} (it: roleDefinitionId). ${least}`,
    ]);
    expect(check(native, assigned(guid, unknown))).toEqual([
      `${name} permits ${permits} (it: roleDefinitionId). ${least}`,
    ]);
  });

  test.each([
    "azure-native:authorization/v20220401:RoleAssignment",
    "azure:authorization/assignment:Assignment",
    "azure-native:authorization:PimRoleEligibilitySchedule",
    "azure:pim/activeRoleAssignment:ActiveRoleAssignment",
  ])("%s counts", (type) => {
    expect(check(type, assigned(roleGuids.owner, devGroup))).toEqual([
      "Owner on …/resourceGroups/contoso-dev-rg permits whatever Azure has (it: roleDefinitionId). Assign the role that permits just what is done; for registries, state it in the access matrix",
    ]);
  });

  test("a classic assignment by name counts", () => {
    expect(
      check("azure:authorization/assignment:Assignment", { scope: devGroup, roleDefinitionName: "owner" }),
    ).toEqual([
      `Owner on …/resourceGroups/contoso-dev-rg permits whatever Azure has (it: roleDefinitionName). ${least}`,
    ]);
  });

  test.each([
    [devGroup, "…/resourceGroups/contoso-dev-rg"],
    [`${devGroup}/`, "…/resourceGroups/contoso-dev-rg"],
    [subscription.toUpperCase(), `subscription ${subscriptionId}`],
    ["/providers/Microsoft.Management/managementGroups/contoso", "management group contoso"],
    ["/", "the tenant root"],
  ])("a role that pushes is assigned on a registry, not on %s", (scope, where) => {
    expect(check(native, assigned(roleGuids.acrPush, scope))).toEqual([
      `AcrPush on ${where} reaches every registry below (it: scope). Assign it on the one registry that it is for`,
    ]);
  });

  test("narrow roles pass", () => {
    expect(check(native, assigned(roleGuids.acrPush, registryId("dev")))).toEqual([]);
    expect(check(native, assigned(roleGuids.acrPush, unknown))).toEqual([]);
    expect(check(native, assigned(roleGuids.reader, devGroup))).toEqual([]);
    expect(check(native, assigned("99999999-0000-4000-8000-000000000000", devGroup))).toEqual([]);
  });

  test("an administrator of access passes under the matrix's condition alone", () => {
    const facts = stack("shared");
    const condition = platformCondition(subscriptionId, "contoso", ["abac"]);
    const admin = (more: Properties) => assigned(roleGuids.accessControlAdministrator, subscription, more);
    expect(check(native, admin({ condition }), facts)).toEqual([]);
    for (const other of ["", null, "(true)", unknown] as Value[]) {
      expect(check(native, admin({ condition: other }), facts)).toEqual([
        "Role Based Access Control Administrator on subscription 22222222-2222-4222-8222-222222222222 permits changing who has access (it: roleDefinitionId). Assign the role that permits just what is done; for registries, state it in the access matrix",
      ]);
    }
    expect(check(native, assigned(roleGuids.owner, subscription, { condition }), facts)).toEqual([
      "Owner on subscription 22222222-2222-4222-8222-222222222222 permits whatever Azure has (it: roleDefinitionId). Assign the role that permits just what is done; for registries, state it in the access matrix",
    ]);
  });

  test("a role of the stack is judged by its definition", () => {
    const guid = "99999999-0000-4000-8000-000000000000";
    const defined = (permission: Properties) => ({
      type: "azure-native:authorization:RoleDefinition",
      name: "role",
      properties: { roleDefinitionId: guid, roleName: "helper", permissions: [permission] },
    });
    const judge = (permission: Properties) =>
      verdicts(accessDisallowBroadRoles, stack("dev"), native, assigned(guid, devGroup), [
        defined(permission),
      ]);
    expect(judge({ actions: ["Microsoft.Storage/storageAccounts/read"] })).toEqual([]);
    expect(judge({ actions: ["*/write"] })).toEqual([
      "helper on …/resourceGroups/contoso-dev-rg permits whatever Azure has (it: roleDefinitionId). Assign the role that permits just what is done; for registries, state it in the access matrix",
    ]);
    expect(judge({ actions: ["Microsoft.Authorization/*/write"] })).toEqual([
      "helper on …/resourceGroups/contoso-dev-rg permits changing who has access (it: roleDefinitionId). Assign the role that permits just what is done; for registries, state it in the access matrix",
    ]);
    expect(judge({ dataActions: ["*"] })).toEqual([
      `helper on …/resourceGroups/contoso-dev-rg permits whatever data there is (it: roleDefinitionId). ${least}`,
    ]);
  });
});

describe("definitions", () => {
  const type = "azure-native:authorization:RoleDefinition";
  const definition = (permissions: Value, assignableScopes: Value = [devGroup]): Properties => ({
    roleName: "helper",
    roleDefinitionId: "99999999-0000-4000-8000-000000000000",
    permissions,
    assignableScopes,
  });

  test.each<[Properties, string]>([
    [{ actions: ["*"] }, "permits *"],
    [
      { actions: ["Microsoft.ContainerRegistry/registries/*/read"] },
      "permits Microsoft.ContainerRegistry/registries/*/read",
    ],
    [{ dataActions: ["Microsoft.KeyVault/vaults/*"] }, "permits Microsoft.KeyVault/vaults/*"],
    [{ actions: ["*"], notActions: ["*/write"] }, "permits *"],
    [
      { actions: ["Microsoft.Authorization/roleAssignments/write"] },
      "changes access: Microsoft.Authorization/roleAssignments/write",
    ],
    [
      { actions: ["MICROSOFT.AUTHORIZATION/LOCKS/DELETE"] },
      "changes access: MICROSOFT.AUTHORIZATION/LOCKS/DELETE",
    ],
    [
      { actions: ["Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"] },
      "changes access: Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
    ],
  ])("%j is refused", (permission, what) => {
    const [finding, ...more] = check(type, definition([permission]));
    expect(more).toEqual([]);
    expect(finding).toContain(`helper ${what} (it: permissions). `);
  });

  test("actions that are listed pass, in a resource group or a subscription", () => {
    const listed = [
      {
        actions: [
          "Microsoft.ContainerRegistry/registries/read",
          "Microsoft.Authorization/roleAssignments/read",
        ],
        notActions: ["*/delete"],
      },
    ];
    expect(check(type, definition(listed))).toEqual([]);
    expect(check(type, definition(listed, [subscription]))).toEqual([]);
  });

  test.each<[Value, string]>([
    [["/"], "the tenant root"],
    [["/providers/Microsoft.Management/managementGroups/contoso"], "management group contoso"],
    [[subscription, "/"], "the tenant root"],
    [["/subscriptions/"], "the tenant root"],
    [[7], "no scope"],
  ])("assignable at %j is refused", (scopes, where) => {
    expect(check(type, definition([{ actions: [] }], scopes))).toEqual([
      `helper is assignable above the subscription: ${where} (it: assignableScopes). Make it assignable in one subscription, or in a resource group`,
    ]);
  });

  test("what is not known is refused in strict stacks", () => {
    expect(check(type, definition(unknown), stack("prod"))).toEqual([
      "what helper permits is not known before `pulumi up` (it: permissions). List the actions that are needed one by one",
    ]);
    expect(check(type, definition([{ actions: [] }], unknown), stack("shared"))).toEqual([
      "helper is assignable where nobody knows before `pulumi up` (it: assignableScopes). Make it assignable in one subscription, or in a resource group",
    ]);
    expect(check(type, definition(unknown))).toEqual([]);
    expect(check(type, definition([{ actions: [] }], [unknown]))).toEqual([]);
  });

  test.each(customRoles("contoso").map((role) => [role.key, role] as const))(
    "the project's own %s passes as it is, and no wider",
    (key, { actions, dataActions, displayName }) => {
      const as = (more: readonly string[], scope = subscription) => ({
        roleName: displayName,
        roleDefinitionId: customRoleGuid(subscriptionId, "contoso", key),
        scope,
        permissions: [{ actions: [...actions, ...more], notActions: [], dataActions, notDataActions: [] }],
      });
      const wildcards = actions.filter((action) => action.includes("*"));
      expect(check(type, as([]), stack("shared"))).toEqual([]);
      expect(check(type, as(["*"]), stack("shared"))).toEqual([
        `${displayName} permits ${[...wildcards, "*"].join(", ")} (it: permissions). List the actions that are needed one by one`,
      ]);
      expect(check(type, as([], "/"), stack("shared"))).toEqual([
        `${displayName} is assignable above the subscription: the tenant root (it: scope). Make it assignable in one subscription, or in a resource group`,
      ]);
    },
  );
});
