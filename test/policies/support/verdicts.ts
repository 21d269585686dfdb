import { message, type Resource, type ResourceRule } from "../../../policies/rule";
import type { StackFacts } from "../../../policies/stack-facts";
import type { Properties } from "../../../policies/values";

/** The messages of a rule about one resource, as a user sees them. */
export function verdicts(
  rule: ResourceRule,
  stack: StackFacts,
  type: string,
  properties: Properties,
  earlier: readonly Resource[] = [],
): string[] {
  return rule
    .check({ type, name: "it", properties }, stack, earlier)
    .map((finding) => message("it", finding));
}
