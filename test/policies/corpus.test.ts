import { findings } from "../../tools/docs/judge";
import { rules } from "../../policies/pack";
import { corpus } from "./corpus";
import type { Case } from "./corpus/case";
import { type StackFacts, stackFacts } from "../../policies/stack-facts";
import { poc } from "../support/poc";
import { deliveryStack, pocDeliveryStack, pocStack, releaseStack, stack, today } from "./support/stacks";

const attested = stack("prod");
const { path } = attested.settings;
const environments = path.environments.map((one) => (one.name === "prod" ? { ...one, attested: true } : one));

const promoter = "sp-contoso-poc-promotion-engine";
const signing = pocStack({
  access: { ...poc.access, [promoter]: { ...poc.access[promoter], signing: ["sign"] } },
});

function stackOf(name: Case["stack"]): StackFacts {
  if (name === "release") return releaseStack();
  if (name === "poc") return pocStack();
  if (name === "signing") return signing;
  if (name === "delivery") return deliveryStack();
  if (name === "canary") return pocDeliveryStack();
  if (name !== "attested") return stack(name);
  return stackFacts({ ...attested.settings, path: { environments } }, today);
}

/** Policies that find something, with the properties that they name. Those about the whole stack are asked where the case is about one. */
function refusalsOf({ stack: name, resources, whole }: Case): Record<string, string> {
  const asked = rules.filter((rule) => whole || "check" in rule);
  const found = asked.map((rule): [string, string[]] => [
    rule.name,
    findings(rule, stackOf(name), resources).map(({ finding }) => finding.property),
  ]);
  return Object.fromEntries(
    found.flatMap(([rule, named]) => (named.length > 0 ? [[rule, [...new Set(named)].join(", ")]] : [])),
  );
}

const attacks = corpus.filter(({ refusedBy }) => refusedBy !== undefined);
const honest = corpus.filter(({ refusedBy }) => refusedBy === undefined);
const titled = (cases: readonly Case[]) => cases.map((one) => [`${one.stack}: ${one.name}`, one] as const);

test.each(titled(attacks))("refused in %s", (_, one) => {
  expect(refusalsOf(one)).toEqual(one.refusedBy);
});

test.each(titled(honest))("passes in %s", (_, one) => {
  expect(refusalsOf(one)).toEqual({});
});

test("the corpus is large, and half of it is honest", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(150);
  expect(honest.length / corpus.length).toBeGreaterThan(0.4);
  expect(new Set(corpus.map((one) => `${one.stack}: ${one.name}`)).size).toBe(corpus.length);
});

test("every policy that can refuse has refused something", () => {
  const needed = rules.map(({ name }) => name);
  expect(
    needed.filter((name) => !attacks.some(({ refusedBy }) => Object.keys(refusedBy!)[0] === name)),
  ).toEqual([]);
});
