import { tokenRestrictRepositories } from "../../../policies/rules/token-restrict-repositories";
import { unknown, type Properties, type Value } from "../../../policies/values";
import { releaseStack, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const type = "azure-native:containerregistry:ScopeMap";
const judge = (properties: Properties, facts = stack("dev")) =>
  verdicts(tokenRestrictRepositories, facts, type, {
    registryName: "contosodev",
    scopeMapName: "it",
    ...properties,
  });
const named = "(it: actions). Name each repository, with one action for each verb";

test("a wildcard is refused in every stack, wherever it stands", () => {
  const actions = [
    "repositories/iam/login/content/read",
    "repositories/iam/*/content/read",
    "repositories/*/metadata/read",
  ];
  expect(judge({ actions })).toEqual([
    `the scope map reaches more than it names: repositories/iam/*/content/read, repositories/*/metadata/read ${named}`,
  ]);
  expect(judge({ actions: ["repositories/iam/login/content/read"] })).toEqual([]);
});

test("what is not known is refused where nothing is taken on trust", () => {
  const message = `what the scope map permits is not known before \`pulumi up\` ${named}`;
  expect(judge({ actions: unknown })).toEqual([]);
  expect(judge({ actions: unknown }, stack("prod"))).toEqual([message]);
  expect(judge({ actions: unknown }, releaseStack())).toEqual([message]);
});

describe("in the stack of a release", () => {
  const own = (properties: Properties) =>
    judge(
      { registryName: "contosostaging", scopeMapName: "v0-0-1-staging-acr-sa", ...properties },
      releaseStack(),
    );
  const read = "repositories/iam/login/content/read";

  test("it permits what the release may do there", () => {
    const write = ["content/write", "metadata/write", "metadata/read"].map(
      (verb) => `repositories/iam/login/${verb}`,
    );
    expect(own({ actions: [read, ...write] })).toEqual([]);
    const prod = { registryName: "contosoprod", scopeMapName: "v0-0-1-prod-acr-sa" };
    expect(own({ ...prod, actions: [read, "repositories/iam/auth-service/metadata/read"] })).toEqual([]);
    expect(own({ ...prod, actions: [read, ...write] })).toEqual([
      "the scope map of v0.0.1 in prod permits what the release may not do there: repositories/iam/login/content/write, repositories/iam/login/metadata/write (it: actions). Leave these out",
    ]);
  });

  test("it names no repository of another release, and deletes nothing", () => {
    const more = ["repositories/iam/admin/content/read", "repositories/iam/login/content/delete"];
    expect(own({ actions: [read, ...more] })).toEqual([
      `the scope map of v0.0.1 in staging permits what the release may not do there: ${more.join(", ")} (it: actions). Leave these out`,
    ]);
  });

  test.each<[Value, string]>([
    ["v0-0-2-staging-acr-sa", "v0-0-2-staging-acr-sa"],
    ["v0-0-1-dev-acr-sa", "v0-0-1-dev-acr-sa"],
    ["builder", "builder"],
    [unknown, "(not known yet)"],
  ])("it is called like the account of a stage: %p", (scopeMapName, shown) => {
    expect(own({ scopeMapName, actions: [read] })).toEqual([
      `the scope map ${shown} is of no stage of v0.0.1 (it: scopeMapName). Let ReleaseAccess make it`,
    ]);
  });

  test("it stands in the stage's registry", () => {
    expect(own({ registryName: "contosoprod", actions: [read] })).toEqual([
      "the scope map of staging stands in another registry than contosostaging (it: registryName). Let ReleaseAccess make it",
    ]);
  });
});
