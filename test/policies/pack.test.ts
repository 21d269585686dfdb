import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ResourceValidationPolicy, unknownCheckingProxy } from "@pulumi/policy";
import { UserError } from "../../model/errors";
import { packArgs, rules } from "../../policies/pack";
import type { ResourceRule } from "../../policies/rule";
import { policyOf } from "../../policies/policy";
import { page } from "./support/examples";
import { stack } from "./support/stacks";

const policies = packArgs(() => stack("prod")).policies;
const computed = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function validate(policy: ResourceValidationPolicy, type: string, props: object): string[] {
  const messages: string[] = [];
  const args = { type, name: "api", urn: "urn:api", props: unknownCheckingProxy(props), opts: {} };
  const run = policy.validateResource as (args: unknown, report: (message: string) => void) => void;
  run(args, (message) => messages.push(message));
  return messages;
}

test("these policies and no others", () => {
  expect(policies.map(({ name }) => name)).toEqual([
    "image-require-digest",
    "image-require-own-registry",
    "registry-disallow-prod-push",
    "registry-restrict-writers",
    "promotion-restrict-path",
  ]);
});

test.each(policies.map((policy) => [policy.name, policy] as const))("%s says what it is", (name, policy) => {
  expect(name).toMatch(/^(?:image|registry|promotion)-(?:require|disallow|restrict)-[a-z]+(?:-[a-z]+)*$/);
  expect(policy.enforcementLevel).toBe("mandatory");
  expect(policy.severity).toBe("critical");
  expect(policy.url).toBe(`docs/policies/${name}.md`);
  expect(policy.description).toMatch(/^[A-Z][^\n]+\.$/);
  expect(policy.remediationSteps).toMatch(/^[A-Z][^\n]+\.$/);
  expect(page(name)).toContain(`# ${policy.displayName}\n`);
  expect(page(name)).toContain(policy.description);
  expect(page(name)).toContain(policy.remediationSteps);
  expect(readFileSync(join(__dirname, "../../policies", `${name}.ts`), "utf8")).toContain(`"${name}"`);
});

test("an unknown value is a finding of ours, not advice of the SDK's", () => {
  const [digest] = policies as ResourceValidationPolicy[];
  expect(validate(digest, "kubernetes:core/v1:Pod", { spec: { containers: [{ image: computed }] } })).toEqual(
    [
      "the reference is not known before `pulumi up`, so nobody can review it (api: spec.containers[0].image). Take it from the stack's configuration instead of a resource's output",
    ],
  );
});

test("without a readable configuration every resource is refused", () => {
  const unreadable = packArgs(() => {
    throw new UserError({ what: "unknown environment", where: "Pulumi.prod.yaml", exitCode: 2 });
  }).policies;
  for (const policy of unreadable as ResourceValidationPolicy[]) {
    expect(validate(policy, "pulumi:pulumi:Stack", {})).toEqual([
      `${policy.name} could not judge: unknown environment (Pulumi.prod.yaml) (api). Correct this first: what can't be judged is refused`,
    ]);
  }
});

test("a rule that throws is a violation", () => {
  const broken: ResourceRule = {
    ...(rules[0] as ResourceRule),
    check: () => {
      throw new TypeError("no such thing");
    },
  };
  const policy = policyOf(broken, "mandatory", { readStack: () => stack("prod"), exempted: [] });
  expect(validate(policy as ResourceValidationPolicy, "kubernetes:core/v1:Pod", {})).toEqual([
    "image-require-digest could not judge: no such thing (api). Correct this first: what can't be judged is refused",
  ]);
});

test("an assignment is judged by the role that was defined before it in the same run", () => {
  const policy = policies.find(({ name }) => name === "registry-disallow-prod-push")!;
  const guid = "99999999-0000-4000-8000-000000000000";
  const assign = { scope: "/", principalId: "x", roleDefinitionId: `/roleDefinitions/${guid}` };
  const role = {
    roleDefinitionId: guid,
    roleName: "auditor",
    permissions: [{ actions: ["*/read"] }],
    scope: "/",
  };
  expect(
    validate(policy as ResourceValidationPolicy, "azure-native:authorization:RoleAssignment", assign),
  ).toHaveLength(1);
  expect(
    validate(policy as ResourceValidationPolicy, "azure-native:authorization:RoleDefinition", role),
  ).toEqual([]);
  expect(
    validate(policy as ResourceValidationPolicy, "azure-native:authorization:RoleAssignment", assign),
  ).toEqual([]);
});
