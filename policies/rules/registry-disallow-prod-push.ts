import { isAssignment, isRoleDefinition, isScopeMap, isToken } from "../../model/azure/kinds";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import { registryFindings } from "../access/registry-findings";
import { pushTargets } from "../access/pushed-images";
import { isInRegistry } from "../access/registry-scope";
import { assignmentFindings, definitionFindings } from "../access/role-findings";
import type { Finding, Resource, ResourceRule } from "../rule";
import { protectedRegistries, type StackFacts } from "../stack-facts";
import { unknown } from "../values";

/** No push to a protected registry: by no role, no token, no shared password and no other route. */
export const registryDisallowProdPush: ResourceRule = {
  name: "registry-disallow-prod-push",
  displayName: "No push to a protected registry",
  description:
    "Nobody can push to the registry of a protected environment, and nobody can give themselves the right to.",
  severity: "critical",
  remediationSteps:
    "Remove the grant. To bring an image in, promote it; to read, use the `pull` cell of the access matrix.",
  looksAt: [
    "In every stack, not only in the protected environment's own:",
    "**Role assignments** (azure-native of every version, classic, generic; standing, eligible or for a while; to a service principal, a group or a user) on a protected registry, on something inside of it, or on anything above it. The role is judged by what it permits, in both permission modes: built-in roles by their definition, custom roles by the definition in the same stack. Push is never allowed. Import, unlock and delete are allowed when a cell of the access matrix gives exactly this role with exactly this condition on exactly this registry.",
    "**Role definitions** that can be assigned there and permit push, delete, unlock, import, registry or access changes; the project's own roles pass as long as they are what the library defines.",
    "**The registry**: admin user, anonymous pull, and the legacy permission mode, in which inherited assignments push.",
    "**Scope maps and tokens** that do more than read, and passwords for tokens that the stack does not declare; tasks, import pipelines, cache rules and whatever else lives inside a registry.",
    "**Tasks and pipelines of other registries** that name a protected one, also in an encoded step.",
    "**Builds** of the docker and docker-build providers that push to a protected host: by tag, by export, or as a cache.",
    "A role that is not known before `pulumi up`, or that the pack doesn't know, is refused there. Types that the pack doesn't know are [resource-require-known-type](resource-require-known-type.md)'s matter.",
  ],
  absolute: true,
  why: "One credential that can push to production makes every gate before it a matter of good manners. Azure gives that right under many names: `AcrPush`, Repository Writer, Contributor on a subscription, a role with a wildcard, a token, the admin user, or the right to write role assignments. Import is on the list because Azure can't say where an import comes from.",
  check: (resource, stack, earlier) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure ? azureFindings(azure, stack, earlier) : builderFindings(resource, stack);
  },
  recalls: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure !== undefined && [isRoleDefinition, isScopeMap, isToken].some((is) => is(azure));
  },
};

function azureFindings(
  azure: AzureResource,
  stack: StackFacts,
  earlier: readonly Resource[],
): readonly Finding[] {
  if (azure.module === "containerregistry") return registryFindings(azure, stack, earlier);
  if (isAssignment(azure)) return assignmentFindings(azure, stack, earlier);
  if (isRoleDefinition(azure)) return definitionFindings(azure, stack);
  return [];
}

/** Images that the program itself builds and pushes. */
function builderFindings({ type, name, properties }: Resource, stack: StackFacts): Finding[] {
  const fix = "Push to the first environment's registry and promote the image from there";
  return pushTargets({ type, name, properties }).flatMap(({ property, text }): Finding[] => {
    if (text === unknown) {
      const what = "the registry that is pushed to is not known before `pulumi up`";
      return stack.strict ? [{ what, property, fix }] : [];
    }
    return protectedRegistries(stack)
      .filter((environment) => isInRegistry(text, environment))
      .map((environment) => ({
        what: `the image is pushed to ${environment.registry}, the registry of ${environment.name}`,
        property,
        fix,
      }));
  });
}
