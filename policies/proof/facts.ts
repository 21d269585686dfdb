import { type CellGrant, expandMatrix, registryColumn, roleGuidFor } from "../../model/access/matrix";
import { scopeCovers } from "../../model/access/scopes";
import { registryId } from "../../model/physical-names";
import { type RegistryOfEnvironment, registriesOn, standardColumn } from "../../model/promotion-path";
import type { EnvironmentFacts, PathFacts } from "../../model/proof";
import { roleOnPath } from "../../model/proof/facts-from-settings";
import { assignmentFacts, isAssignment } from "../../model/proof/read/assignments";
import { type Declared, lastPart, textAt } from "../../model/proof/read/declared";
import { identityFacts } from "../../model/proof/read/identities";
import { nameFacts } from "../../model/proof/read/names";
import {
  forbidsTokens,
  isRegistry,
  isScopeMap,
  isToken,
  registryFacts,
  registryNameOf,
  scopeMapFacts,
} from "../../model/proof/read/registry";
import type { StackFacts } from "../stack-facts";

/**
 * What some resources of a stack say of the path. The configuration says in which mode a registry is, since its own
 * stack is judged for that.
 *
 * @param assignments role assignments of the stack so far
 */
export function factsOf(declared: readonly Declared[], stack: StackFacts, assignments: number): PathFacts {
  return {
    environments: registriesOn(stack.settings.path).map((environment) =>
      environmentFacts(declared, environment, stack),
    ),
    identities: identityFacts(declared),
    subscription: { id: stack.settings.subscriptionId, declared: assignments },
    names: declared.flatMap((resource) => nameFacts(resource)),
  };
}

function environmentFacts(
  declared: readonly Declared[],
  environment: RegistryOfEnvironment,
  stack: StackFacts,
): EnvironmentFacts {
  const { settings } = stack;
  const id = registryId(settings, environment);
  const mine = declared.filter((resource) => registryNameOf(resource) === environment.registry);
  const registry = mine.find(isRegistry);
  return {
    ...roleOnPath(settings, environment),
    ...(registry && { registry: registryFacts({ registry, id, others: declared }) }),
    assignments: declared
      .filter((resource) => isAssignment(resource) && reaches(resource, environment, id, stack))
      .map((resource) => assignmentFacts(resource, environment.column, matrixOf(stack))),
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
  registry: RegistryOfEnvironment,
  id: string,
  stack: StackFacts,
): boolean {
  const scope = textAt(resource.properties, "scope");
  if (scope !== undefined) return scopeCovers(scope, id);
  return registry.name === stack.environment?.name && mayBeOn(resource, registry, stack);
}

/** Of two registries that a stack makes, a role is on the one for which cells ask for it. */
function mayBeOn(resource: Declared, { name, column }: RegistryOfEnvironment, stack: StackFacts): boolean {
  const roleId = textAt(resource.properties, "roleDefinitionId");
  if (!stack.environment?.standard || roleId === undefined) return true;
  const { grants, subscriptionId, organization } = matrixOf(stack);
  const columns = grants
    .filter(({ role }) => roleGuidFor(role, subscriptionId, organization) === lastPart(roleId))
    .map(({ target }) => registryColumn(target));
  return columns.includes(column) || !columns.some((one) => one === name || one === standardColumn(name));
}

const expanded = new WeakMap<StackFacts, readonly CellGrant[]>();

/** One expansion for all resources of a run. @throws UserError (2) when the matrix itself is wrong */
function matrixOf(stack: StackFacts) {
  const { subscriptionId, organization } = stack.settings;
  const grants = expanded.get(stack) ?? expandMatrix(stack.settings);
  expanded.set(stack, grants);
  return { grants, subscriptionId, organization };
}
