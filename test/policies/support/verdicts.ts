import { message } from "../../../policies/policy";
import type { Resource, Rule } from "../../../policies/rule";
import type { StackFacts } from "../../../policies/stack-facts";
import { stack } from "./stacks";
import { messages } from "../../../tools/docs/judge";
import type { Properties } from "../../../policies/values";

/** The messages of a rule about one resource, as a user sees them. */
export function verdicts(
  rule: Rule,
  stack: StackFacts,
  type: string,
  properties: Properties,
  earlier: readonly Resource[] = [],
): string[] {
  const resource: Resource = { type, name: "it", properties };
  if ("check" in rule) {
    return rule.check(resource, stack, earlier).map((finding) => message("it", finding));
  }
  return messages(rule, stack, [...earlier, resource]);
}

/** Asks one rule about a resource or a program, of prod unless it says otherwise. */
export function asking(rule: Rule) {
  return (resources: Resource | readonly Resource[], facts = stack("prod")): string[] =>
    messages(rule, facts, [resources].flat());
}

/** The messages of a rule about a whole program. */
export { messages as judge };
