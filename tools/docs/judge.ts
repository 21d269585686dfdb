import { exemptedMessage } from "../../policies/disclosure";
import { withExemptions } from "../../policies/exemptions";
import { message } from "../../policies/policy";
import type { Finding, Resource, Rule } from "../../policies/rule";
import type { StackFacts } from "../../policies/stack-facts";

/** A rule's findings about a whole program: resources one after the other, as the engine asks. */
export function findings(
  rule: Rule,
  stack: StackFacts,
  resources: readonly Resource[],
): { readonly resource: Resource; readonly finding: Finding }[] {
  if ("checkStack" in rule) {
    return rule.checkStack(resources, stack).map(({ resource, ...finding }) => ({ resource, finding }));
  }
  return resources.flatMap((resource, index) => {
    const earlier = resources.slice(0, index).filter((one) => rule.recalls?.(one, stack));
    return rule.check(resource, stack, earlier).map((finding) => ({ resource, finding }));
  });
}

/** What the rule says of a program, as a user sees it. */
export function messages(rule: Rule, stack: StackFacts, resources: readonly Resource[]): string[] {
  return findings(rule, stack, resources).map(({ resource, finding }) => message(resource.name, finding));
}

/** What is disclosed of findings that the stack's exemptions take back. */
export function exemptedMessages(rule: Rule, stack: StackFacts, resources: readonly Resource[]): string[] {
  return findings(rule, stack, resources).flatMap(({ resource, finding }) =>
    withExemptions(rule, [finding], resource, stack).exempted.map(exemptedMessage),
  );
}
