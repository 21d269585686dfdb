import { scopeCovers } from "../../model/access/scopes";
import { registryId } from "../../model/physical-names";
import type { PathFacts } from "../../model/proof";
import { placeOnPath } from "../../model/proof/facts-from-settings";
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
    environments: path.environments.map((environment) => {
      const id = registryId(settings, environment);
      // A scope that is not known yet is the registry that the same stack makes, if it makes one.
      const own = environment.name === stack.environment?.name;
      const reaches = (scope: string | undefined) => (scope === undefined ? own : scopeCovers(scope, id));
      return {
        ...placeOnPath(path, environment),
        ...declaredFacts(declared, environment, id, { matrix, reaches }),
      };
    }),
    identities: identityFacts(declared),
    subscription: { id: subscriptionId, declared: assignments },
    names: declared.flatMap((resource) => nameFacts(resource)),
  };
}
