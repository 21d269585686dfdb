import { expandMatrix, type CellGrant } from "../../model/access/matrix";
import { scopeCovers } from "../../model/access/scopes";
import { isAssignment, isRegistry, isScopeMap, isToken } from "../../model/azure/kinds";
import { registryId } from "../../model/physical-names";
import { type Environment, predecessorOf, successorOf } from "../../model/promotion-path";
import type { EnvironmentFacts, PathFacts } from "../../model/proof";
import { assignmentFacts } from "../../model/proof/read/assignments";
import { type Declared, textAt } from "../../model/proof/read/declared";
import { identityFacts } from "../../model/proof/read/identities";
import { nameFacts } from "../../model/proof/read/names";
import { forbidsTokens, registryFacts, registryNameOf, scopeMapFacts } from "../../model/proof/read/registry";
import type { StackFacts } from "../stack-facts";

/**
 * What some resources of a stack say of the path. The configuration says in which mode a registry is, since its own
 * stack is judged for that.
 *
 * @param assignments role assignments of the stack so far
 */
export function factsOf(declared: readonly Declared[], stack: StackFacts, assignments: number): PathFacts {
  return {
    environments: stack.settings.path.environments.map((environment) =>
      environmentFacts(declared, environment, stack),
    ),
    identities: identityFacts(declared),
    subscription: { id: stack.settings.subscriptionId, declared: assignments },
    names: declared.flatMap((resource) => nameFacts(resource)),
  };
}

function environmentFacts(
  declared: readonly Declared[],
  environment: Environment,
  stack: StackFacts,
): EnvironmentFacts {
  const { settings } = stack;
  const id = registryId(settings, environment);
  const mine = declared.filter((resource) => registryNameOf(resource) === environment.registry);
  const registry = mine.find(isRegistry);
  return {
    name: environment.name,
    imports: predecessorOf(settings.path, environment.name) !== undefined,
    isSource: successorOf(settings.path, environment.name) !== undefined,
    locks: environment.protected,
    mode: environment.mode,
    ...(registry && { registry: registryFacts({ registry, id, others: declared }) }),
    assignments: declared
      .filter((resource) => isAssignment(resource) && reaches(resource, environment, id, stack))
      .map((resource) => assignmentFacts(resource, environment.name, matrixOf(stack))),
    scopeMaps: mine.filter(isScopeMap).map(scopeMapFacts),
    tokens: mine.filter(isToken).map(({ where }) => where),
    ...(declared.some((resource) => forbidsTokens(resource) && reaches(resource, environment, id, stack)) && {
      tokensForbidden: true,
    }),
  };
}

// A scope that is not known yet is the registry that the same stack makes, if it makes one.
function reaches(
  resource: Declared,
  { name }: Environment,
  id: string,
  { environment }: StackFacts,
): boolean {
  const scope = textAt(resource.properties, "scope");
  return scope === undefined ? name === environment?.name : scopeCovers(scope, id);
}

const expanded = new WeakMap<StackFacts, readonly CellGrant[]>();

/** One expansion for all resources of a run. @throws UserError (2) when the matrix itself is wrong */
function matrixOf(stack: StackFacts) {
  const { subscriptionId, organization } = stack.settings;
  const grants = expanded.get(stack) ?? expandMatrix(stack.settings);
  expanded.set(stack, grants);
  return { grants, subscriptionId, organization };
}
