import type { RoleDefinition } from "../model/access/types";
import type { Environment } from "../model/promotion-path";
import { azureResource } from "./azure-type";
import { cellsFor, statedCondition } from "./matrix-cells";
import { registryPowers, sentenceOf } from "./registry-powers";
import { reachesRegistry } from "./registry-scope";
import { isRoleDefinition, roleOf } from "./role-reading";
import type { Finding, Resource, ResourceRule } from "./rule";
import type { StackFacts } from "./stack-facts";
import { propertyPath, type Properties } from "./values";

/**
 * Who imports, locks, deletes or pushes. A principal's id does not say whose it is, and no policy is shown the shared
 * stack that knows; but the matrix says how many hold a role, and one more than that is a stranger.
 */
export const registryRestrictWriters: ResourceRule = {
  name: "registry-restrict-writers",
  displayName: "No more writers than the matrix has",
  description:
    "Import, lock, delete and push on the stack's own registry are held by no more identities than the access matrix names.",
  severity: "critical",
  remediationSteps:
    "Let AccessMatrix make the assignments; to change who holds one, change the identity's cell in `access`.",
  check: (resource, stack, earlier) => {
    const { environment } = stack;
    const held = environment && writingRole(resource, environment, stack, earlier);
    return environment && held ? findings(held, resource, environment, stack, earlier) : [];
  },
  recalls: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure !== undefined && (isRoleDefinition(azure) || azure.kind === "RoleAssignment");
  },
};

interface Held {
  readonly role: RoleDefinition;
  readonly properties: Properties;
  readonly root: string;
}

/** The role of an assignment that lets somebody write to the environment's registry. */
function writingRole(
  resource: Resource,
  environment: Environment,
  stack: StackFacts,
  earlier: readonly Resource[],
): Held | undefined {
  const azure = azureResource(resource, stack.settings.subscriptionId);
  if (azure?.module !== "authorization" || azure.kind !== "RoleAssignment") return undefined;
  const { properties, root } = azure;
  if (!reachesRegistry(properties.scope, environment, stack)) return undefined;
  const { role } = roleOf(properties, stack, earlier);
  return role && registryPowers(role).length > 0 ? { role, properties, root } : undefined;
}

function findings(
  { role, properties, root }: Held,
  resource: Resource,
  environment: Environment,
  stack: StackFacts,
  earlier: readonly Resource[],
): Finding[] {
  const does = `${sentenceOf(registryPowers(role))} in ${environment.registry}`;
  const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";
  const cells = cellsFor(properties, role, environment, stack);
  if (cells.length === 0) {
    // In a protected environment registry-disallow-prod-push says so.
    if (environment.protected) return [];
    const what = `no cell of the access matrix accounts for ${role.name}, which lets its holder ${does}`;
    return [{ what, property: propertyPath(root, "roleDefinitionId"), fix }];
  }
  const holders = new Set(
    [...earlier, resource].flatMap((other) => {
      const held = writingRole(other, environment, stack, earlier);
      const same =
        held?.role.guid === role.guid &&
        statedCondition(held.properties.condition) === statedCondition(properties.condition);
      return same ? [holderOf(held.properties, other)] : [];
    }),
  );
  if (holders.size <= cells.length) return [];
  const names = cells.map(({ identity }) => identity).join(", ");
  const what = `${role.name}, which lets its holder ${does}, is assigned to ${holders.size} identities, but the access matrix gives it to ${cells.length}: ${names}`;
  return [{ what, property: propertyPath(root, "principalId"), fix }];
}

function holderOf({ principalId }: Properties, { name }: Resource): string {
  return typeof principalId === "string" ? principalId.toLowerCase() : `the principal of ${name}`;
}
