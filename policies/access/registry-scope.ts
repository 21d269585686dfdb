import { readScope, scopeCovers } from "../../model/access/scopes";
import type { RegistryOfEnvironment } from "../../model/promotion-path";
import { registryId } from "../../model/physical-names";
import { protectedRegistries, type StackFacts } from "../stack-facts";
import { type Value } from "../values";

/** The protected environments whose registry a right on `scope` reaches. */
export function reachedBy(scope: Value, stack: StackFacts): readonly RegistryOfEnvironment[] {
  if (typeof scope !== "string") return unknownTarget(stack);
  return protectedRegistries(stack).filter((environment) => reaches(scope, environment, stack));
}

function reaches(scope: string, environment: RegistryOfEnvironment, { settings }: StackFacts): boolean {
  const text = readScope(scope);
  // What ARM might read in another way than this pack reaches everything.
  if (text === undefined) return true;
  const registry = registryId(settings, environment);
  return scopeCovers(text, registry) || scopeCovers(registry, text) || names(text, environment.registry);
}

/** The protected environments whose registry `name` is. */
export function registriesNamed(name: Value, stack: StackFacts): readonly RegistryOfEnvironment[] {
  if (typeof name !== "string") return unknownTarget(stack);
  // What is no name may become another path in Azure, so it may be any registry.
  if (!/^[a-z0-9-]+$/i.test(name)) return protectedRegistries(stack);
  return protectedRegistries(stack).filter(({ registry }) => registry === name.toLowerCase());
}

/** Whether a host, with or without an image behind it, is an environment's registry under any of its addresses. */
export function isInRegistry(
  text: string,
  { host, customHost = host, registry }: Pick<RegistryOfEnvironment, "host" | "customHost" | "registry">,
): boolean {
  const target = text
    .trim()
    .replace(/^[a-z-]+:\/\//i, "")
    .split("/")[0]
    .toLowerCase();
  if (target === host || target === customHost) return true;
  const name = target.replace(/:443$/, "").replace(/\.$/, "");
  // A registry answers under its name, under a name with a hash, and in each region.
  return (
    name === host ||
    name === customHost ||
    new RegExp(`^${registry}(?:-[a-z0-9]+)?(?:\\.[a-z0-9.]+)?\\.azurecr\\.[a-z]+$`).test(name)
  );
}

/** An unknown target may be the stack's own registry; what else it turns out to be is judged again during the update. */
function unknownTarget(stack: StackFacts): readonly RegistryOfEnvironment[] {
  return stack.environment
    ? protectedRegistries(stack).filter(({ name }) => name === stack.environment?.name)
    : protectedRegistries(stack);
}

// A registry's name is unique in all of Azure: it is the same one in whichever group it is said to be.
function names(scope: string, registry: string): boolean {
  return `${scope.toLowerCase()}/`.includes(`/microsoft.containerregistry/registries/${registry}/`);
}
