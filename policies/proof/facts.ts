import { registryColumn, roleGuidFor } from "../../model/access/matrix";
import { roleGuidOf } from "../../model/access/roles";
import { scopeCovers } from "../../model/access/scopes";
import { registryId } from "../../model/physical-names";
import { type RegistryOfEnvironment, registriesOn, standardColumn } from "../../model/promotion-path";
import type { PathFacts } from "../../model/proof";
import { roleOnPath } from "../../model/proof/facts-from-settings";
import type { Declared } from "../../model/proof/read/declared";
import { declaredFacts } from "../../model/proof/read/environment";
import { identityFacts } from "../../model/proof/read/identities";
import { nameFacts } from "../../model/proof/read/names";
import type { StackFacts } from "../stack-facts";

/**
 * What some resources of a stack say of the path. The configuration says in which mode a registry is, since its own
 * stack is judged for that.
 *
 * @param assignments role assignments of the stack so far
 */
export function factsOf(declared: readonly Declared[], stack: StackFacts, assignments: number): PathFacts {
  const { settings } = stack;
  const { subscriptionId, organization, path } = settings;
  const matrix = { grants: stack.grants, subscriptionId, organization };
  return {
    environments: registriesOn(path).map((registry) => {
      const id = registryId(settings, registry);
      const reaches = (scope: string | undefined, roleId: string | undefined) =>
        scope === undefined ? mayBeOn(roleId, registry, stack) : scopeCovers(scope, id);
      return {
        ...roleOnPath(settings, registry),
        ...declaredFacts(declared, registry, id, { matrix, reaches }),
      };
    }),
    identities: identityFacts(declared),
    subscription: { id: subscriptionId, declared: assignments },
    names: declared.flatMap((resource) => nameFacts(resource)),
  };
}

/** A scope that is not known yet is a registry that the same stack makes; of two, the one for which cells ask for the role. */
function mayBeOn(
  roleId: string | undefined,
  { name, column }: RegistryOfEnvironment,
  stack: StackFacts,
): boolean {
  if (name !== stack.environment?.name) return false;
  if (!stack.environment.standard || roleId === undefined) return true;
  const { subscriptionId, organization } = stack.settings;
  const columns = stack
    .grants()
    .filter(
      ({ role }) => roleGuidFor(role, subscriptionId, organization).toLowerCase() === roleGuidOf(roleId),
    )
    .map(({ target }) => registryColumn(target));
  return columns.includes(column) || !columns.some((one) => one === name || one === standardColumn(name));
}
