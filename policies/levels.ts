import type { EnforcementLevel } from "@pulumi/policy";
import type { PolicyText } from "./rule";
import { scopeOf, type StackFacts } from "./stack-facts";

/**
 * How a policy is enforced in a stack: mandatory, unless the configuration says otherwise of an unprotected environment. What
 * the product's promise rests on is mandatory there too: dev's program can reach prod.
 * A configuration that can't be read lowers nothing.
 */
export function levelOf({ name, absolute }: PolicyText, readStack: () => StackFacts): EnforcementLevel {
  try {
    const stack = readStack();
    if (absolute || stack.strict) return "mandatory";
    return stack.settings.policies.levels[name]?.[scopeOf(stack)] ?? "mandatory";
  } catch {
    return "mandatory";
  }
}
