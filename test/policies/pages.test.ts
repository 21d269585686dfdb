import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { policyTexts, rules } from "../../policies/pack";
import { example } from "./support/examples";
import { stack } from "./support/stacks";
import { judge } from "./support/verdicts";

const prod = stack("prod", "onestream");
const directory = join(__dirname, "../../docs/policies");

const byName = rules.map((rule) => [rule.name, rule] as const);

test.each(byName)("the page of %s: what it says passes, passes every rule", (name) => {
  const { resources } = example(name, "Passes");
  expect(resources).toHaveLength(1);
  expect(rules.flatMap((rule) => judge(rule, prod, resources))).toEqual([]);
});

test.each(byName)("the page of %s: what it says fails, fails with its message", (name, rule) => {
  const { resources, message: promised } = example(name, "Fails");
  expect(judge(rule, prod, resources)[0]).toBe(promised);
});

test("every policy has its page, every page its policy and its line in the list", () => {
  const pages = readdirSync(directory).filter((file) => file !== "README.md");
  expect(pages.sort()).toEqual(rules.map(({ name }) => `${name}.md`).sort());
  const list = readFileSync(join(directory, "README.md"), "utf8");
  for (const { name, description } of rules) {
    expect(list).toContain(`| [${name}](${name}.md) | ${description} |`);
  }
});
