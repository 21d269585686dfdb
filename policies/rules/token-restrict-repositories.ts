import { releaseActions } from "../../model/access/release-access";
import { isScopeMap } from "../../model/azure/kinds";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import { stageOfRegistryAccount } from "../../model/release/names";
import { stagesOf } from "../../model/release/stages";
import type { Finding, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { propertyPath, textOf, textsOf, unknown } from "../values";

/** A token reaches what its scope map names, so that names repositories and no patterns. */
export const tokenRestrictRepositories: ResourceRule = {
  name: "token-restrict-repositories",
  displayName: "Tokens of named repositories",
  description:
    "A scope map names its repositories one by one; a release's names those of the release, and only reads in a protected environment.",
  severity: "high",
  remediationSteps:
    "Write one action for each repository and verb. ReleaseAccess makes them from the release's `repositories`.",
  looksAt: [
    "Scope maps (azure-native of every version, classic, generic): no action has a wildcard, in any stack.",
    "In the stack of a release: the scope map is called like the account of one of its stages, stands in that stage's registry, and permits nothing but what the release may do there: read its own repositories and, where the environment is not protected, write to them.",
    "Actions that are not known before `pulumi up` are refused in a protected environment, in the shared stack and in that of a release.",
    "Whatever writes to a protected registry is refused by [registry-disallow-prod-push](registry-disallow-prod-push.md) too, in every stack.",
  ],
  why: "A wildcard covers repositories that don't exist yet: the team that makes one next year has given it away already. And a token of one release that reaches another's repositories outlives what it was made for.",
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure && isScopeMap(azure) ? findings(azure, stack) : [];
  },
};

function findings(azure: AzureResource, stack: StackFacts): Finding[] {
  const property = propertyPath(azure.root, "actions");
  const fix = "Name each repository, with one action for each verb";
  const actions = textsOf(azure.properties.actions);
  if (actions === unknown) {
    const what = "what the scope map permits is not known before `pulumi up`";
    return stack.strict ? [{ what, property, fix }] : [];
  }
  const wide = actions.filter((action) => action.includes("*"));
  if (wide.length > 0)
    return [{ what: `the scope map reaches more than it names: ${wide.join(", ")}`, property, fix }];
  return stack.settings.kind === "release" ? ownFindings(azure, actions, stack) : [];
}

/** What a scope map of a release permits that the release may not. */
function ownFindings(
  { properties, root }: AzureResource,
  actions: readonly string[],
  { settings }: StackFacts,
): Finding[] {
  const { version, repositories } = settings.release!;
  const name = textOf(properties.scopeMapName) ?? "";
  const account = stageOfRegistryAccount(name);
  const stage = stagesOf(settings.path).find(({ environment }) => environment.name === account?.environment);
  const fix = "Let ReleaseAccess make it";
  if (stage === undefined || account?.version !== version) {
    const what = `the scope map ${name || "(not known yet)"} is of no stage of ${version}`;
    return [{ what, property: propertyPath(root, "scopeMapName"), fix }];
  }
  const { name: environment, registry, protected: guarded } = stage.environment;
  if (textOf(properties.registryName)?.toLowerCase() !== registry) {
    const what = `the scope map of ${environment} stands in another registry than ${registry}`;
    return [{ what, property: propertyPath(root, "registryName"), fix }];
  }
  const allowed = releaseActions(guarded, repositories);
  const more = actions.filter((action) => !allowed.includes(action));
  if (more.length === 0) return [];
  const what = `the scope map of ${version} in ${environment} permits what the release may not do there: ${more.join(", ")}`;
  return [{ what, property: propertyPath(root, "actions"), fix: "Leave these out" }];
}
