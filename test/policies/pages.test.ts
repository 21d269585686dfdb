import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { policyTexts, rules } from "../../policies/pack";
import { configurationExample } from "../../tools/docs/policy-list";
import { exampleResources, examplesFolder, exampleText } from "../../tools/docs/examples";
import { pagesFolder, policyPages } from "../../tools/docs/policy-pages";
import { referenceStack } from "../../tools/docs/reference-stack";
import { messages } from "../../tools/docs/judge";
import { stack } from "./support/stacks";

const byName = rules.map((rule) => [rule.name, rule] as const);

test.each(byName)("%s: what passes, passes every policy", async (name) => {
  const facts = referenceStack(name);
  const resources = await exampleResources(name, "passes", facts);
  expect(resources.length).toBeGreaterThan(0);
  expect(rules.flatMap((rule) => messages(rule, facts, resources))).toEqual([]);
});

test.each(byName)("%s: what fails, fails", async (name, rule) => {
  const facts = referenceStack(name);
  const resources = await exampleResources(name, "fails", facts);
  expect(messages(rule, facts, resources)).not.toEqual([]);
});

test.each(byName)("%s: the examples fit a page", (name) => {
  for (const outcome of ["passes", "fails"] as const)
    expect(exampleText(name, outcome).trimEnd().split("\n").length).toBeLessThanOrEqual(45);
});

test("no example without its policy", () => {
  const expected = rules.flatMap(({ name }) => [`${name}.fails.ts`, `${name}.passes.ts`]);
  const present = readdirSync(examplesFolder).filter((file) => !file.endsWith(".d.ts"));
  expect(present.sort()).toEqual(expected.sort());
});

describe("docs/policies", () => {
  let pages: Map<string, string>;
  beforeAll(async () => {
    pages = await policyPages();
  });

  test("has the list and a page for every policy", () => {
    const expected = ["README.md", ...policyTexts.map(({ name }) => `${name}.md`)];
    expect([...pages.keys()].sort()).toEqual(expected.sort());
  });

  test("is as fresh as the policies", () => {
    const fresh = (file: string) => {
      const path = join(pagesFolder, file);
      return existsSync(path) && readFileSync(path, "utf8") === pages.get(file);
    };
    const files = [...new Set([...pages.keys(), ...readdirSync(pagesFolder)])];
    const stale = files.filter((file) => !fresh(file));
    if (stale.length > 0)
      throw new Error(`docs/policies has stale pages: ${stale.join(", ")}. Run: npm run docs`);
  });

  test("shows a configuration that is one", () => {
    const { config } = parse(configurationExample) as { config: Record<string, { value: object }> };
    const { value } = config["onestream:policies"];
    const { policies } = stack("prod", "onestream", { policies: value }).settings;
    expect(policies).toEqual(value);
    const names = [...Object.keys(policies.levels), ...policies.exemptions.map(({ policy }) => policy)];
    for (const name of names)
      expect(policyTexts.find((text) => text.name === name)?.absolute).toBeUndefined();
  });
});
