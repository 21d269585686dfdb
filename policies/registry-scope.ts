import { scopeCovers } from "../model/access/scopes";
import type { Environment } from "../model/promotion-path";
import { registryId } from "../model/physical-names";
import { protectedEnvironments, type StackFacts } from "./stack-facts";
import { type Value } from "./values";

/** The protected environments whose registry a right on `scope` reaches. */
export function reachedBy(scope: Value, stack: StackFacts): readonly Environment[] {
  if (typeof scope !== "string") return unknownTarget(stack);
  return protectedEnvironments(stack).filter((environment) => reaches(scope, environment, stack));
}

/** Whether a right on `scope` reaches an environment's registry, or may. */
export function reachesRegistry(scope: Value, environment: Environment, stack: StackFacts): boolean {
  return typeof scope !== "string" || reaches(scope, environment, stack);
}

function reaches(scope: string, environment: Environment, { settings }: StackFacts): boolean {
  const text = `/${scope.split("/").filter(Boolean).join("/")}`;
  // What ARM might read in another way than this pack reaches everything.
  if (/[%?#\\\s]|\/\.\.?(?:\/|$)/.test(text)) return true;
  const registry = registryId(settings, environment);
  return scopeCovers(text, registry) || scopeCovers(registry, text) || names(text, environment.registry);
}

/** Whether a scope is exactly an environment's registry, or may be. */
export function isRegistry(scope: Value, environment: Environment, { settings }: StackFacts): boolean {
  if (typeof scope !== "string") return true;
  return scope.toLowerCase() === registryId(settings, environment).toLowerCase();
}

/** The protected environments whose registry `name` is. */
export function registriesNamed(name: Value, stack: StackFacts): readonly Environment[] {
  if (typeof name !== "string") return unknownTarget(stack);
  return protectedEnvironments(stack).filter(({ registry }) => registry === name.toLowerCase());
}

/** An unknown target may be the stack's own registry; what else it turns out to be is judged again during the update. */
function unknownTarget(stack: StackFacts): readonly Environment[] {
  return stack.environment
    ? protectedEnvironments(stack).filter(({ name }) => name === stack.environment?.name)
    : protectedEnvironments(stack);
}

// A registry's name is unique in all of Azure: it is the same one in whichever group it is said to be.
function names(scope: string, registry: string): boolean {
  return `${scope.toLowerCase()}/`.includes(`/microsoft.containerregistry/registries/${registry}/`);
}
