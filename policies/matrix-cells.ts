import { type CellGrant, expandMatrix, roleGuidFor } from "../model/access/matrix";
import type { RoleDefinition } from "../model/access/types";
import type { Environment } from "../model/promotion-path";
import { isRegistry } from "./registry-scope";
import type { StackFacts } from "./stack-facts";
import type { Properties, Value } from "./values";

const expanded = new WeakMap<StackFacts, readonly CellGrant[]>();

/**
 * The cells of the access matrix that account for an assignment: exactly this role, under exactly this condition, on
 * exactly this environment's registry. A scope that is not known yet may be that registry.
 *
 * @throws UserError (2) when the matrix itself is wrong
 */
export function cellsFor(
  { scope, condition }: Properties,
  { guid }: RoleDefinition,
  environment: Environment,
  stack: StackFacts,
): CellGrant[] {
  if (!isRegistry(scope, environment, stack)) return [];
  const { subscriptionId, organization } = stack.settings;
  // One expansion for all resources of a run.
  const grants = expanded.get(stack) ?? expandMatrix(stack.settings);
  expanded.set(stack, grants);
  const stated = statedCondition(condition);
  return grants.filter(
    (grant) =>
      grant.target.kind === "registry" &&
      grant.target.environment === environment.name &&
      grant.condition === stated &&
      roleGuidFor(grant.role, subscriptionId, organization) === guid,
  );
}

/** The condition of an assignment; none is `undefined`, however the program writes that. */
export function statedCondition(condition: Value): Value {
  return condition === null || condition === "" ? undefined : condition;
}
