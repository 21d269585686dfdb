import { wordsOf } from "../../model/access/cells";
import { gitHubEnvironmentOf } from "../../model/federated-subject";
import type { Finding, ResourceRule } from "../rule";
import { protectedRegistries, type StackFacts } from "../stack-facts";
import { isList, isObject, type Properties, textOf, unknown, type Value } from "../values";

/** A GitHub environment whose jobs change a protected environment waits for somebody else's approval. */
export const environmentRequireReviewers: ResourceRule = {
  name: "environment-require-reviewers",
  displayName: "Protected environments have reviewers",
  description:
    "A GitHub environment whose workflow promotes into a protected environment, or deploys there, has reviewers whom nobody goes around.",
  severity: "high",
  remediationSteps:
    "Give the GitHub environment reviewers, forbid self-review and the administrators' bypass, and limit the branches that deploy.",
  looksAt: [
    "`RepositoryEnvironment` of the GitHub provider, for the GitHub environments of identities that import, lock or deploy in a protected environment (deploying: they pull, and don't run the tool), and for one that is called like it; in every stack.",
    "`reviewers` names a team or a user, `preventSelfReview` is true, `canAdminsBypass` is false, and `deploymentBranchPolicy` allows protected branches alone or listed ones alone.",
    "`RepositoryEnvironmentDeploymentPolicy` of such an environment allows no pattern that is only wildcards.",
    "A value that is not known before `pulumi up` is refused in a protected environment and in the shared stack.",
    "What it can't see: GitHub is satisfied by *one* of the reviewers; where no branch is protected, `protectedBranches` lets every branch deploy; a team may be empty.",
  ],
  reachesFurther: true,
  why: "The federated credential says which GitHub environment signs in as the promoter. Without reviewers there, whoever can push a workflow to a branch is the promoter.",
  check: ({ type, properties }, stack) => {
    if (!isGated(properties, stack)) return [];
    if (/^github:.*:RepositoryEnvironment$/.test(type)) return environmentFindings(properties, stack);
    return /^github:.*:RepositoryEnvironmentDeploymentPolicy$/.test(type)
      ? patternFindings(properties, stack)
      : [];
  },
};

/** Whether a GitHub environment is one through which something enters a protected environment, or may be. */
function isGated({ environment, repository }: Properties, stack: StackFacts): boolean {
  const { settings, strict } = stack;
  const ours = settings.github.repository.toLowerCase();
  if (typeof repository === "string" && repository.toLowerCase().split("/").pop() !== ours) return false;
  if (typeof environment !== "string") return environment === unknown && strict;
  const wanted = environment.toLowerCase();
  return protectedRegistries(stack).some(
    ({ name, column }) =>
      name === wanted ||
      Object.entries(settings.identities).some(
        ([identity, stated]) =>
          stated.azureDevOps === undefined &&
          gitHubEnvironmentOf(identity, stated).toLowerCase() === wanted &&
          [name, column].some((one) => changes(settings.access[identity]?.[one] ?? [])),
      ),
  );
}

/** Whether cells let an identity bring something in: as a promoter, or as a deployer, who pulls without running the tool. */
function changes(cells: readonly string[]): boolean {
  const words = wordsOf(cells).map(([word]) => word);
  return (
    words.includes("import") || words.includes("lock") || (words.includes("pull") && !words.includes("read"))
  );
}

function environmentFindings(properties: Properties, { strict }: StackFacts): Finding[] {
  const name = textOf(properties.environment) ?? "(not known yet)";
  const finding = (what: string, property: string, fix: string): Finding => ({
    what: `${what} the GitHub environment ${name}, which leads into a protected environment`,
    property,
    fix,
  });
  const { reviewers, preventSelfReview, canAdminsBypass, deploymentBranchPolicy } = properties;
  const unsettled = (value: Value) => value === unknown && !strict;
  return [
    ...(hasReviewers(reviewers) || unsettled(reviewers)
      ? []
      : [
          finding(
            "nobody has to review jobs of",
            "reviewers",
            "Name a team or a user, with a backup for each",
          ),
        ]),
    ...(preventSelfReview === true || unsettled(preventSelfReview)
      ? []
      : [finding("whoever starts a job may approve it in", "preventSelfReview", "Set it to true")]),
    ...(canAdminsBypass === false || unsettled(canAdminsBypass)
      ? []
      : [finding("administrators go around the reviewers of", "canAdminsBypass", "Set it to false")]),
    ...(limitsBranches(deploymentBranchPolicy) || unsettled(deploymentBranchPolicy)
      ? []
      : [
          finding(
            "a job of any branch signs in through",
            "deploymentBranchPolicy",
            "Set exactly one of protectedBranches and customBranchPolicies to true",
          ),
        ]),
  ];
}

// The ids of teams that are made in the same run are not known yet; that there are some is.
function hasReviewers(value: Value): boolean {
  const blocks: readonly Value[] = isList(value) ? value : [value];
  const names = (ids: Value) => isList(ids) && ids.length > 0;
  return blocks.some((block) => isObject(block) && (names(block.teams) || names(block.users)));
}

function limitsBranches(value: Value): boolean {
  if (!isObject(value)) return false;
  const { protectedBranches, customBranchPolicies } = value;
  return (protectedBranches === true) !== (customBranchPolicies === true);
}

function patternFindings({ branchPattern, tagPattern }: Properties, { strict }: StackFacts): Finding[] {
  return Object.entries({ branchPattern, tagPattern }).flatMap(([property, pattern]): Finding[] => {
    const fix = "Name the branch that is released from";
    if (pattern === unknown) {
      const what = "the branches that deploy to a protected environment are not known before `pulumi up`";
      return strict ? [{ what, property, fix }] : [];
    }
    if (typeof pattern !== "string" || !/[*?[\]]/.test(pattern.split("/")[0])) return [];
    return [
      {
        what: `too many names fit ${pattern}, and any of them deploys to a protected environment`,
        property,
        fix,
      },
    ];
  });
}
