import { platformCondition } from "../../model/access/custom-roles";
import { roleGrants } from "../../model/access/actions";
import { roleGuids } from "../../model/access/roles";
import { describeScope, normalizeScope, readScope } from "../../model/access/scopes";
import type { RoleDefinition } from "../../model/access/types";
import { isAssignment, isRoleDefinition } from "../../model/azure/kinds";
import { isAboutRoles, roleProperty } from "../access/assignment";
import { registryPowers } from "../access/registry-powers";
import { definedRole, isProjectRole, roleOf } from "../access/role-reading";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isList, propertyPath, textOf, unknown, type Value } from "../values";

/** Least privilege: no role that permits whatever Azure has, none that changes access, none that reaches too far. */
export const accessDisallowBroadRoles: ResourceRule = {
  name: "access-disallow-broad-roles",
  displayName: "No broad roles",
  description:
    "No identity gets a role that permits everything, that changes access or that reaches further than one registry, and no custom role is written with wildcards.",
  severity: "high",
  remediationSteps:
    "Assign the role that permits just what is done, on the resource that it is done to; in a custom role, list the actions one by one.",
  looksAt: [
    "**Role assignments**, on anything and in every form: a role that permits any action there is (Owner, Contributor), that writes role assignments, role definitions or delegations (User Access Administrator, Role Based Access Control Administrator), or that permits any data action. The definition decides, not the name: built-in roles, the project's own, and those defined before in the same stack.",
    "Role Based Access Control Administrator passes here under exactly the condition that narrows it to the matrix's roles.",
    "**Reach**: a role that does more than read in a registry, assigned on a resource group, a subscription or above: it reaches every registry below, those to come included.",
    "**Role definitions**: no wildcard in `actions` and `dataActions` (what Azure adds next would be in it), nothing of `Microsoft.Authorization` but reading, no delegation and no federated credentials; assignable in one subscription or inside of it, never at a management group or the root. The project's own roles pass exactly as the library defines them.",
    "A definition that is not known before `pulumi up` is refused in a protected environment and in the shared stack. Roles that the pack doesn't know are [access-restrict-matrix](access-restrict-matrix.md)'s matter.",
  ],
  reachesFurther: true,
  why: "Contributor is assigned because it works, and from then on nobody can say what its holder does. Whoever may write role assignments has every right there is, an assignment later.",
  check: (resource, stack, earlier) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    if (azure === undefined) return [];
    if (isAssignment(azure)) return assignmentFindings(azure, stack, earlier);
    return isRoleDefinition(azure) ? definitionFindings(azure, stack) : [];
  },
  recalls: isAboutRoles,
};

function assignmentFindings(
  { properties, root }: AzureResource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const { role } = roleOf(properties, stack, earlier);
  if (role === undefined || isNarrowed(role, properties.condition, stack)) return [];
  const { scope } = properties;
  const on = typeof scope === "string" ? ` on ${describeScope(scope)}` : "";
  const permits = breadthOf(role);
  if (permits !== undefined) {
    return [
      {
        what: `${role.name}${on} permits ${permits}`,
        property: propertyPath(root, roleProperty(properties)),
        fix: "Assign the role that permits just what is done; for registries, state it in the access matrix",
      },
    ];
  }
  if (typeof scope !== "string" || !isAboveResources(scope) || registryPowers(role).length === 0) return [];
  return [
    {
      what: `${role.name}${on} reaches every registry below`,
      property: propertyPath(root, "scope"),
      fix: "Assign it on the one registry that it is for",
    },
  ];
}

/** The administrator of access whom a condition keeps to the roles of the matrix. */
function isNarrowed({ guid }: RoleDefinition, condition: Value, { settings }: StackFacts): boolean {
  if (guid !== roleGuids.accessControlAdministrator) return false;
  const { subscriptionId, organization, path } = settings;
  const modes = path.environments.map(({ mode }) => mode);
  return condition === platformCondition(subscriptionId, organization, modes);
}

const anything = "Any.Provider/anything";
/** What gives access, in the words of a finding. */
const accessWrites = [
  "Microsoft.Authorization/roleAssignments/write",
  "Microsoft.Authorization/roleDefinitions/write",
  "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
  "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
  "Microsoft.Authorization/elevateAccess/action",
  "Microsoft.ManagedServices/registrationAssignments/write",
];

function breadthOf(role: RoleDefinition): string | undefined {
  const grants = (plane: "control" | "data", action: string) => roleGrants(role, plane, action);
  const widely = (plane: "control" | "data") =>
    ["write", "delete", "action"].some((verb) => grants(plane, `${anything}/${verb}`));
  if (widely("control")) return "whatever Azure has";
  if (accessWrites.some((action) => grants("control", action))) return "changing who has access";
  return widely("data") || grants("data", `${anything}/read`) ? "whatever data there is" : undefined;
}

/** A resource group, a subscription, a management group or the root. */
function isAboveResources(scope: string): boolean {
  const read = readScope(scope);
  // What ARM might read in another way may be any of these.
  if (read === undefined) return true;
  const text = normalizeScope(read);
  return (
    /^(?:\/subscriptions\/[^/]+(?:\/resourcegroups\/[^/]+)?)?$/.test(text) ||
    /^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/.test(text)
  );
}

function definitionFindings(azure: AzureResource, stack: StackFacts): Finding[] {
  const { role, unread } = definedRole(azure);
  const actionsFix = "List the actions that are needed one by one";
  if (unread !== undefined) {
    const what = `what ${role.name} permits is not known before \`pulumi up\``;
    return stack.strict ? [{ what, property: unread, fix: actionsFix }] : [];
  }
  const own = isProjectRole(role, stack);
  const stated = role.permissions.flatMap(({ actions, dataActions }) => [...actions, ...dataActions]);
  const wild = own ? [] : stated.filter((action) => action.includes("*"));
  const granting = own ? [] : stated.filter((action) => !action.includes("*") && changesAccess.test(action));
  const finding = (what: string, key: string, fix: string): Finding => ({
    what: `${role.name} ${what}`,
    property: propertyPath(azure.root, key),
    fix,
  });
  return [
    ...(wild.length > 0 ? [finding(`permits ${wild.join(", ")}`, "permissions", actionsFix)] : []),
    ...(granting.length > 0
      ? [finding(`changes access: ${granting.join(", ")}`, "permissions", "Take these actions out")]
      : []),
    ...scopeFindings(azure, stack, finding),
  ];
}

const changesAccess =
  /^Microsoft\.(?:Authorization\/.*\/(?!read$)[^/]+|ManagedServices\/.*\/write|ManagedIdentity\/.*\/federatedIdentityCredentials\/write)$/i;

function scopeFindings(
  { properties }: AzureResource,
  { strict }: StackFacts,
  finding: (what: string, key: string, fix: string) => Finding,
): Finding[] {
  const { assignableScopes, scope } = properties;
  const key = assignableScopes === undefined ? "scope" : "assignableScopes";
  const fix = "Make it assignable in one subscription, or in a resource group";
  const stated = isList(assignableScopes) && assignableScopes.length > 0;
  const scopes: readonly Value[] = stated ? assignableScopes : [assignableScopes ?? scope];
  if (scopes.includes(unknown)) {
    return strict ? [finding("is assignable where nobody knows before `pulumi up`", key, fix)] : [];
  }
  const wide = scopes.filter((one) => !/^\/subscriptions\/[0-9a-f-]{36}(?:\/|$)/i.test(textOf(one) ?? ""));
  if (wide.length === 0) return [];
  const where = wide.map((one) => (typeof one === "string" ? describeScope(one) : "no scope")).join(", ");
  return [finding(`is assignable above the subscription: ${where}`, key, fix)];
}
