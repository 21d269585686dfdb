import { rules } from "../../policies/pack";
import { corpus } from "./corpus";
import type { Case } from "./corpus/case";
import { stack } from "./support/stacks";
import { judge } from "./support/verdicts";

/** Policies that find something, with what they say. Those about the whole stack are asked where the case is about one. */
function findingsOf({ stack: name, resources, whole }: Case): [policy: string, messages: string[]][] {
  return rules
    .filter((rule) => whole || "check" in rule)
    .map((rule): [string, string[]] => [rule.name, judge(rule, stack(name), resources)])
    .filter(([, messages]) => messages.length > 0);
}

const attacks = corpus.filter(({ refusedBy }) => refusedBy !== undefined);
const honest = corpus.filter(({ refusedBy }) => refusedBy === undefined);
const titled = (cases: readonly Case[]) => cases.map((one) => [`${one.stack}: ${one.name}`, one] as const);

test.each(titled(attacks))("refused in %s", (_, one) => {
  expect(findingsOf(one).map(([policy]) => policy)).toContain(one.refusedBy);
});

test.each(titled(honest))("passes in %s", (_, one) => {
  expect(findingsOf(one)).toEqual([]);
});

test("the corpus is large, and half of it is honest", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  expect(honest.length / corpus.length).toBeGreaterThan(0.4);
  expect(new Set(corpus.map((one) => `${one.stack}: ${one.name}`)).size).toBe(corpus.length);
});

test("every policy that can refuse has refused something", () => {
  const needed = rules.map(({ name }) => name);
  expect(needed.filter((name) => !attacks.some(({ refusedBy }) => refusedBy === name))).toEqual([]);
});
