import { message } from "../../../policies/policy";
import type { Resource, Rule } from "../../../policies/rule";
import type { StackFacts } from "../../../policies/stack-facts";
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
  return judge(rule, stack, [...earlier, resource]);
}

/** The messages of a rule about a whole program: resources one after the other, as the engine asks. */
export function judge(rule: Rule, stack: StackFacts, resources: readonly Resource[]): string[] {
  if ("checkStack" in rule) {
    return rule.checkStack(resources, stack).map((finding) => message(finding.resource.name, finding));
  }
  return resources.flatMap((resource, index) => {
    const earlier = resources.slice(0, index).filter((one) => rule.recalls?.(one, stack));
    return rule.check(resource, stack, earlier).map((finding) => message(resource.name, finding));
  });
}
