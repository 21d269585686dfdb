import { UserError } from "../../model/errors";
import { levelOf } from "../../policies/levels";
import { rules } from "../../policies/pack";
import { stackFacts } from "../../policies/stack-facts";
import { stack, today } from "./support/stacks";

const lowered = rules.find(({ name }) => name === "resource-require-tags")!;
const absolute = rules.find((rule) => rule.absolute)!;
const policies = {
  levels: {
    [lowered.name]: { dev: "advisory", staging: "disabled" },
    [absolute.name]: { dev: "disabled" },
  },
};

test("an unprotected environment may take a policy as advice, or not at all", () => {
  expect(levelOf(lowered, () => stack("dev", "contoso", { policies }))).toBe("advisory");
  expect(levelOf(lowered, () => stack("staging", "contoso", { policies }))).toBe("disabled");
  expect(levelOf(lowered, () => stack("dev"))).toBe("mandatory");
});

test.each(["prod", "shared"] as const)("in %s every policy is mandatory", (name) => {
  for (const rule of rules.filter(({ advice }) => !advice))
    expect(levelOf(rule, () => stack(name, "contoso", { policies }))).toBe("mandatory");
});

test("what is advice is so everywhere", () => {
  const advice = rules.filter((rule) => rule.advice);
  expect(advice.map(({ name }) => name)).toEqual(["access-disclose-signing"]);
  for (const name of ["dev", "prod", "shared"] as const) {
    const levels = { [advice[0].name]: { dev: "disabled" } };
    expect(levelOf(advice[0], () => stack(name, "contoso", { policies: { levels } }))).toBe("advisory");
  }
});

test("a level of a protected environment is no configuration", () => {
  const wrong = { levels: { [lowered.name]: { prod: "advisory" } } };
  expect(() => stack("prod", "contoso", { policies: wrong })).toThrow(
    "prod is protected: every policy is mandatory there",
  );
});

test("should one get past the configuration, it lowers nothing", () => {
  const { settings } = stack("prod");
  const levels = { [lowered.name]: { prod: "advisory" as const } };
  const facts = stackFacts({ ...settings, policies: { levels, exemptions: [] } }, today);
  expect(levelOf(lowered, () => facts)).toBe("mandatory");
});

test("what the product's promise rests on, or what reaches further than its stack, is mandatory in dev too", () => {
  const further = rules.find(({ reachesFurther }) => reachesFurther)!;
  const levels = { [further.name]: { dev: "disabled" } };
  expect(levelOf(further, () => stack("dev", "contoso", { policies: { levels } }))).toBe("mandatory");
  expect(levelOf(absolute, () => stack("dev", "contoso", { policies }))).toBe("mandatory");
});

test("a configuration that can't be read lowers nothing", () => {
  const unreadable = () => {
    throw new UserError({ what: "unknown key", exitCode: 2 });
  };
  expect(levelOf(lowered, unreadable)).toBe("mandatory");
});
