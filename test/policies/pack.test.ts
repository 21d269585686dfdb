import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Policies, unknownCheckingProxy } from "@pulumi/policy";
import { UserError } from "../../model/errors";
import { packArgs, policyTexts, rules } from "../../policies/pack";
import { policyOf } from "../../policies/policy";
import type { ResourceRule } from "../../policies/rule";
import { askAbout, askAboutStack, isResourcePolicy, isStackPolicy, runPack } from "./support/engine-side";
import { policyNames } from "./support/names";
import { digest, releaseStack, stack } from "./support/stacks";

const { policies } = packArgs(() => stack("prod"));
const computed = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const folder = join(__dirname, "../../policies");

test("these policies and no others", () => {
  const present = policies.map(({ name }) => name);
  if (JSON.stringify(present) === JSON.stringify(policyNames)) return;
  const added = present.filter((name) => !policyNames.includes(name));
  const gone = policyNames.filter((name) => !present.includes(name));
  throw new Error(
    [
      "The pack is not what test/policies/support/names.ts lists.",
      ...(added.length > 0
        ? [`New: ${added.join(", ")}. Add each to the list in the pack's order, write`]
        : []),
      ...(added.length > 0 ? ["policies/examples/<name>.{passes,fails}.ts, then: npm run docs"] : []),
      ...(gone.length > 0
        ? [`Gone: ${gone.join(", ")}. Configurations may exempt from it: say so in CHANGELOG.md`]
        : []),
      ...(added.length + gone.length === 0 ? [`The order differs; it is now: ${present.join(", ")}`] : []),
    ].join("\n"),
  );
});

test("every rule's file is in the pack, and has a test of its name", () => {
  const names = rules.map(({ name }) => name).sort();
  const files = (path: string) => readdirSync(path).map((file) => file.replace(/(?:\.test)?\.ts$/, ""));
  expect(files(join(folder, "rules")).sort()).toEqual(names);
  expect(files(join(__dirname, "rules")).sort()).toEqual(names);
});

test.each(policyTexts.map((text) => [text.name, text] as const))("%s says what it is", (name, text) => {
  const policy = policies.find((one) => one.name === name)!;
  expect(name).toMatch(/^[a-z]+-(?:require|disallow|restrict|disclose)-[a-z]+(?:-[a-z]+)*$/);
  expect(policy.enforcementLevel).toBe(text.advice ? "advisory" : "mandatory");
  expect(["low", "medium", "high", "critical"]).toContain(policy.severity);
  expect(policy.url).toBe(`docs/policies/${name}.md`);
  expect(policy.displayName).toMatch(/^[A-Z][^\n.]+$/);
  expect(policy.description).toMatch(/^[A-Z][^\n]+\.$/);
  expect(policy.remediationSteps).toMatch(/^[A-Z][^\n]+\.$/);
  expect(text.why).toMatch(/^[A-Z`][^]+\.$/);
  expect(text.looksAt.length).toBeGreaterThan(0);
  const file = name === "exemption-disclose-use" ? "disclosure.ts" : `rules/${name}.ts`;
  expect(readFileSync(join(folder, file), "utf8")).toContain(`name: "${name}"`);
});

test("the pack says of itself what its manifest says", () => {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const { description } = packArgs(() => stack("prod"));
  expect(manifest).toMatchObject({ name: "airlock-policies", description });
  expect(readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8")).toContain(`description: ${description}\n`);
  expect(existsSync(join(folder, "index.ts"))).toBe(true);
});

test("an unknown value is a finding of ours, not advice of the SDK's", () => {
  const props = { spec: { containers: [{ image: computed }] } };
  expect(askAbout(policies[0], { type: "kubernetes:core/v1:Pod", props })).toEqual([
    "the reference is not known before `pulumi up`, so nobody can review it (api: spec.containers[0].image). Take it from the stack's configuration instead of a resource's output",
  ]);
});

describe("without a readable configuration", () => {
  const unreadable = () =>
    packArgs(() => {
      throw new UserError({ what: "unknown environment", where: "Pulumi.prod.yaml", exitCode: 2 });
    }).policies;
  const resource = { type: "pulumi:pulumi:Stack" };
  const refusal = (what: string) =>
    `the policies could not judge: unknown environment (Pulumi.prod.yaml) (${what}). Correct this first: what can't be judged is refused`;

  test.each(rules.map(({ name }, index) => [name, index] as const))(
    "%s refuses, if it is the first that is asked",
    (_, index) => {
      const policy = unreadable()[index];
      expect(policy.enforcementLevel).toBe(rules[index].advice ? "advisory" : "mandatory");
      if (isStackPolicy(policy)) expect(askAboutStack(policy)).toEqual([refusal("the stack")]);
      else expect(askAbout(policy, resource)).toEqual([refusal("api")]);
    },
  );

  test("one policy says it for all, and one about the whole stack once more", () => {
    const said = (policies: Policies) => runPack(policies, [resource, { ...resource, name: "other" }]);
    const atTheEnd = { "image-require-lock": [refusal("the stack")] };
    expect(said(unreadable())).toEqual({
      "image-require-digest": [refusal("api")],
      ...atTheEnd,
    });
    // The engine does not ask a policy that is disabled from outside.
    expect(said(unreadable().slice(1))).toEqual({
      "image-require-own-registry": [refusal("api")],
      ...atTheEnd,
    });
  });

  test("what speaks of exemptions knows of none", () => {
    expect(askAboutStack(unreadable().at(-1)!)).toEqual([]);
  });
});

test("a rule that throws is a violation", () => {
  const broken: ResourceRule = {
    ...(rules[0] as ResourceRule),
    check: () => {
      throw new TypeError("no such thing");
    },
  };
  const policy = policyOf(broken, "mandatory", {
    readStack: () => stack("prod"),
    declared: new Map(),
    exempted: [],
    complained: new Set(),
  });
  expect(askAbout(policy, { type: "kubernetes:core/v1:Pod" })).toEqual([
    "image-require-digest could not judge: no such thing (api). Correct this first: what can't be judged is refused",
  ]);
});

test("a resource that comes a second time is read anew", () => {
  const { policies } = packArgs(() => stack("prod"));
  const pod = (image: string) => ({
    type: "kubernetes:core/v1:Pod",
    props: { spec: { containers: [{ image }] } },
  });
  const own = `contosoprod.azurecr.io/iam/api@${digest}`;
  expect(runPack(policies, [pod(own)])).toEqual({});
  expect(Object.keys(runPack(policies, [pod("contosoprod.azurecr.io/iam/api:1")]))).toEqual([
    "image-require-digest",
  ]);
});

test("a policy about the stack is told what a property was made from, and outputs", () => {
  const types = {
    made: "azuread:index/application:Application",
    trusted: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  };
  const urnOf = (type: string) => `urn:pulumi:prod::contoso::${type}::api`;
  const said = (applicationId: string, outputs: object, from: readonly { urn: string }[]) => {
    const { policies } = packArgs(() => releaseStack());
    const policy = policies.find(({ name }) => name === "release-require-own-application")!;
    const any = policies.find(isResourcePolicy)!;
    const subject = "repo:contoso/platform:environment:v0.0.1-staging";
    askAbout(any, { type: types.made, props: { displayName: "v0.0.1-staging-gh-sa" } });
    askAbout(any, { type: types.trusted, props: { applicationId, subject } });
    return askAboutStack(policy, [
      { urn: urnOf(types.made), props: unknownCheckingProxy(outputs), propertyDependencies: {} },
      { urn: urnOf(types.trusted), props: {}, propertyDependencies: { applicationId: from } },
    ]).length;
  };
  const application = { urn: urnOf(types.made) };
  expect(said(computed, { objectId: computed }, [application])).toBe(0);
  expect(said(computed, { objectId: computed }, [])).toBe(1);
  expect(said("/applications/1", { objectId: "1" }, [])).toBe(0);
  expect(said("/applications/1", { objectId: "2" }, [application])).toBe(1);
});

test("an assignment is judged by the role that was defined before it in the same run", () => {
  const policy = policies.find(({ name }) => name === "registry-disallow-prod-push")!;
  const guid = "99999999-0000-4000-8000-000000000000";
  const assignment = {
    type: "azure-native:authorization:RoleAssignment",
    props: { scope: "/", principalId: "x", roleDefinitionId: `/roleDefinitions/${guid}` },
  };
  const role = {
    type: "azure-native:authorization:RoleDefinition",
    props: {
      roleDefinitionId: guid,
      roleName: "auditor",
      permissions: [{ actions: ["*/read"] }],
      scope: "/",
    },
  };
  expect(askAbout(policy, assignment)).toHaveLength(1);
  expect(askAbout(policy, role)).toEqual([]);
  expect(askAbout(policy, assignment)).toEqual([]);
});
