import { environmentRequireReviewers } from "../../../policies/rules/environment-require-reviewers";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const type = "github:index/repositoryEnvironment:RepositoryEnvironment";
const gated: Properties = {
  repository: "platform",
  environment: "prod",
  reviewers: [{ teams: [1, 2] }],
  preventSelfReview: true,
  canAdminsBypass: false,
  deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
};
const check = (properties: Properties, name: "dev" | "prod" | "shared" = "shared") =>
  verdicts(environmentRequireReviewers, stack(name), type, properties);
const leads = (environment = "prod") =>
  `the GitHub environment ${environment}, which leads into a protected environment`;

test("reviewers whom nobody goes around pass", () => {
  expect(check(gated)).toEqual([]);
  expect(check({ ...gated, reviewers: [{ users: [unknown] }] })).toEqual([]);
  const listed = { protectedBranches: false, customBranchPolicies: true };
  expect(check({ ...gated, deploymentBranchPolicy: listed })).toEqual([]);
});

const refusals: Readonly<Record<string, string>> = {
  reviewers: `nobody has to review jobs of ${leads()} (it: reviewers). Name a team or a user, with a backup for each`,
  preventSelfReview: `whoever starts a job may approve it in ${leads()} (it: preventSelfReview). Set it to true`,
  canAdminsBypass: `administrators go around the reviewers of ${leads()} (it: canAdminsBypass). Set it to false`,
  deploymentBranchPolicy: `a job of any branch signs in through ${leads()} (it: deploymentBranchPolicy). Set exactly one of protectedBranches and customBranchPolicies to true`,
};

test("without any of it, everything is refused, from any stack", () => {
  for (const name of ["dev", "shared"] as const) {
    expect(check({ repository: "platform", environment: "prod" }, name)).toEqual(Object.values(refusals));
  }
});

test.each<[string, Value]>([
  ["reviewers", [{ teams: [], users: [] }]],
  ["reviewers", []],
  ["reviewers", unknown],
  ["preventSelfReview", unknown],
  ["canAdminsBypass", true],
  ["deploymentBranchPolicy", { protectedBranches: true, customBranchPolicies: true }],
  ["deploymentBranchPolicy", { protectedBranches: unknown }],
])("%s: %p is refused", (key, value) => {
  expect(check({ ...gated, [key]: value })).toEqual([refusals[key]]);
});

test("an unknown value is judged later in an unprotected stack", () => {
  const hidden: Properties = { reviewers: unknown, preventSelfReview: unknown, canAdminsBypass: unknown };
  expect(check({ ...gated, ...hidden, deploymentBranchPolicy: unknown }, "dev")).toEqual([]);
});

test("which environments lead into a protected one: promoters' and deployers'", () => {
  const facts = stack("shared", "contoso", {
    identities: {
      promoter: { kind: "application", githubEnvironment: "release" },
      deployer: { kind: "application", githubEnvironment: "rollout" },
      preview: { kind: "application", githubEnvironment: "preview" },
      custodian: { kind: "application", githubEnvironment: "sweep" },
    },
    access: {
      promoter: { prod: ["pull", "import", "lock"] },
      deployer: { prod: ["pull"] },
      preview: { prod: ["read", "pull"], dev: ["push"] },
      custodian: { prod: ["delete"] },
    },
  });
  const count = (environment: string) =>
    verdicts(environmentRequireReviewers, facts, type, { repository: "platform", environment }).length;
  expect(["release", "ROLLOUT", "prod", "preview", "sweep", "dev"].map(count)).toEqual([4, 4, 4, 0, 0, 0]);
});

test("another repository's environments sign nobody in; an unknown one may be ours", () => {
  expect(check({ repository: "website", environment: "prod" })).toEqual([]);
  expect(check({ repository: unknown, environment: "prod" })).toEqual([
    "nobody has to review jobs of the GitHub environment prod, which leads into a protected environment (it: reviewers). Name a team or a user, with a backup for each",
    "whoever starts a job may approve it in the GitHub environment prod, which leads into a protected environment (it: preventSelfReview). Set it to true",
    "administrators go around the reviewers of the GitHub environment prod, which leads into a protected environment (it: canAdminsBypass). Set it to false",
    "a job of any branch signs in through the GitHub environment prod, which leads into a protected environment (it: deploymentBranchPolicy). Set exactly one of protectedBranches and customBranchPolicies to true",
  ]);
  expect(check({ repository: "platform", environment: unknown })).toEqual([
    "nobody has to review jobs of the GitHub environment (not known yet), which leads into a protected environment (it: reviewers). Name a team or a user, with a backup for each",
    "whoever starts a job may approve it in the GitHub environment (not known yet), which leads into a protected environment (it: preventSelfReview). Set it to true",
    "administrators go around the reviewers of the GitHub environment (not known yet), which leads into a protected environment (it: canAdminsBypass). Set it to false",
    "a job of any branch signs in through the GitHub environment (not known yet), which leads into a protected environment (it: deploymentBranchPolicy). Set exactly one of protectedBranches and customBranchPolicies to true",
  ]);
  expect(check({ repository: "platform", environment: unknown }, "dev")).toEqual([]);
});

test("a pattern that every branch fits is no limit", () => {
  const policy = (branchPattern: Value, environment = "prod") =>
    verdicts(
      environmentRequireReviewers,
      stack("shared"),
      "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
      { repository: "platform", environment, branchPattern },
    );
  expect(policy("main")).toEqual([]);
  expect(policy("release/*")).toEqual([]);
  expect(policy("*", "dev")).toEqual([]);
  expect(policy("*/**")).toEqual([
    "too many names fit */**, and any of them deploys to a protected environment (it: branchPattern). Name the branch that is released from",
  ]);
  expect(policy("[a-zA-Z]*")).toEqual([
    "too many names fit [a-zA-Z]*, and any of them deploys to a protected environment (it: branchPattern). Name the branch that is released from",
  ]);
  expect(policy(unknown)).toEqual([
    "the branches that deploy to a protected environment are not known before `pulumi up` (it: branchPattern). Name the branch that is released from",
  ]);
});

test("other types are left alone", () => {
  expect(
    verdicts(environmentRequireReviewers, stack("prod"), "github:index/repository:Repository", gated),
  ).toEqual([]);
});
