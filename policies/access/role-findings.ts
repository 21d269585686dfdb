import { clusterRoles } from "../../model/access/cluster-roles";
import { customRoleGuid, customRoles, platformRole } from "../../model/access/custom-roles";
import { builtInRoles } from "../../model/access/roles";
import { type AzureResource } from "../../model/azure/resource";
import { roleProperty } from "./assignment";
import { cellsOn, targetsAt } from "./matrix-cells";
import { reachedBy } from "./registry-scope";
import { registryPowers, sentenceOf } from "./registry-powers";
import { definedRole, isProjectRole, roleOf } from "./role-reading";
import type { Finding, Resource } from "../rule";
import { makes, type StackFacts } from "../stack-facts";
import { isList, propertyPath, textOf, unknown, type Value } from "../values";

/** What a role assignment gives on protected registries beyond what the matrix accounts for. */
export function assignmentFindings(
  { properties, root }: AzureResource,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const under = (key: string) => propertyPath(root, key);
  return reachedBy(properties.scope, stack).flatMap((environment): Finding[] => {
    const named = roleOf(properties, stack, earlier);
    const holder = textOf(properties.principalId) ?? "a principal that is not known yet";
    if (named.role === undefined) {
      return [
        {
          what: `${named.called} may let ${holder} push to ${environment.registry}, the registry of ${environment.name}`,
          property: under(named.property),
          fix: "Assign a role that the access matrix turns to, or define the role in this stack before it is assigned",
        },
      ];
    }
    const powers = registryPowers(named.role);
    if (powers.length === 0) return [];
    // A registry's assignments stand in its own environment's stack, where they are counted too.
    const own = makes(stack, environment.name);
    const targets = targetsAt(properties.scope, stack).filter(({ kind }) => kind === "registry");
    const accounted = own && cellsOn(targets, properties, named.role.guid, stack).length > 0;
    if (accounted && !powers.includes("push")) return [];
    return [
      {
        what: `${named.role.name} would let ${holder} ${sentenceOf(powers)} in ${environment.registry}, the registry of ${environment.name}`,
        property: under(roleProperty(properties)),
        fix: powers.includes("push")
          ? "Remove the assignment: images enter a protected environment by promotion alone"
          : "Remove the assignment, or state it in the access matrix, where it can be reviewed",
      },
    ];
  });
}

/** What a custom role would give on protected registries, wherever it comes to be assigned. */
export function definitionFindings(azure: AzureResource, stack: StackFacts): Finding[] {
  const { properties, root } = azure;
  const { role, unread } = definedRole(azure);
  const scopes = assignable(properties.assignableScopes, properties.scope);
  const reached = new Map(
    scopes.flatMap((scope) => reachedBy(scope, stack)).map((environment) => [environment.name, environment]),
  );
  if (takesGuid(role.guid, stack) && (unread !== undefined || !isProjectRole(role, stack))) {
    return [
      {
        what: `${role.name} takes the GUID of a role that the access matrix assigns, and would change what its holders may do`,
        property: propertyPath(root, "roleDefinitionId"),
        fix: "Give the role a GUID of its own",
      },
    ];
  }
  if (reached.size === 0) return [];
  const where = [...reached.values()].map(({ registry }) => registry).join(", ");
  if (unread !== undefined) {
    return [
      {
        what: `what ${role.name} permits is not known before \`pulumi up\`, and it can be assigned on ${where}`,
        property: unread,
        fix: "Write the role's actions into the program",
      },
    ];
  }
  const powers = registryPowers(role);
  if (powers.length === 0 || isProjectRole(role, stack)) return [];
  return [
    {
      what: `${role.name} would let its holders ${sentenceOf(powers)} in ${where}`,
      property: propertyPath(root, "permissions"),
      fix: "Take these actions out, or keep protected registries out of the role's assignable scopes",
    },
  ];
}

/** Whether a definition claims the identity of a built-in role or of one of the project's. */
function takesGuid(guid: string, { settings }: StackFacts): boolean {
  const { subscriptionId, organization } = settings;
  const custom = [
    ...customRoles(organization),
    ...clusterRoles(organization),
    platformRole(organization, false),
  ];
  const known = [
    ...builtInRoles.map((role) => role.guid),
    ...custom.map(({ key }) => customRoleGuid(subscriptionId, organization, key)),
  ];
  return known.includes(guid.toLowerCase());
}

function assignable(scopes: Value, own: Value): readonly Value[] {
  if (isList(scopes) && scopes.length > 0) return scopes;
  return [scopes === unknown ? unknown : own];
}
