import type { EnforcementLevel } from "@pulumi/policy";
import type { PolicyText } from "./rule";
import { scopeOf } from "../model/settings";
import type { StackFacts } from "./stack-facts";

/** Whether a level may lower a policy at all: dev's program can reach prod, by a role or a template. */
export function isLowerable({ absolute, reachesFurther, advice }: PolicyText): boolean {
  return !absolute && !reachesFurther && !advice;
}

/**
 * How a policy is enforced in a stack: mandatory, unless it is advice or the configuration lowers it in an unprotected
 * environment. A configuration that can't be read lowers nothing.
 */
export function levelOf(policy: PolicyText, readStack: () => StackFacts): EnforcementLevel {
  if (policy.advice) return "advisory";
  try {
    const stack = readStack();
    if (!isLowerable(policy) || stack.strict) return "mandatory";
    return stack.settings.policies.levels[policy.name]?.[scopeOf(stack.settings)] ?? "mandatory";
  } catch {
    return "mandatory";
  }
}
