import { type Exemption, scopeOf } from "../model/settings";
import type { Finding, PolicyText, Resource } from "./rule";
import type { StackFacts } from "./stack-facts";

/** How long an exemption may still have to run, in days: what is needed for longer belongs into the configuration. */
export const longestExemption = 90;

/** A finding that does not stand, and the line of the configuration that says so. */
export interface ExemptedFinding {
  readonly policy: string;
  readonly resource: Resource;
  readonly finding: Finding;
  readonly exemption: Exemption;
}

/** Findings that stand, and those that an exemption takes back for now. An exemption that has ended takes back nothing. */
export function withExemptions(
  rule: PolicyText,
  findings: readonly Finding[],
  resource: Resource,
  stack: StackFacts,
): { readonly standing: Finding[]; readonly exempted: ExemptedFinding[] } {
  const standing: Finding[] = [];
  const exempted: ExemptedFinding[] = [];
  for (const finding of findings) {
    const fitting = stack.settings.policies.exemptions.filter((one) =>
      fits(one, rule, finding, resource, stack),
    );
    const reasons = fitting.map((one) => whyNot(one, rule, stack));
    const valid = reasons.indexOf(undefined);
    if (valid !== -1) {
      exempted.push({ policy: rule.name, resource, finding, exemption: fitting[valid] });
    } else {
      standing.push(
        reasons.length === 0 ? finding : { ...finding, fix: `${finding.fix}. ${reasons.join(". ")}` },
      );
    }
  }
  return { standing, exempted };
}

function fits(
  { policy, resource, type, environment, property }: Exemption,
  rule: PolicyText,
  finding: Finding,
  { name, type: actual }: Resource,
  stack: StackFacts,
): boolean {
  return (
    policy === rule.name &&
    resource === name &&
    type === actual &&
    environment === scopeOf(stack.settings) &&
    (property === undefined ||
      finding.property === property ||
      [".", "["].some((next) => finding.property.startsWith(`${property}${next}`)))
  );
}

function whyNot({ owner, until }: Exemption, rule: PolicyText, { today }: StackFacts): string | undefined {
  if (rule.absolute) return `${rule.name} has no exemptions`;
  if (until < today) return `The exemption by ${owner} ended on ${until}`;
  const days = (Date.parse(until) - Date.parse(today)) / 86_400_000;
  return days > longestExemption
    ? `The exemption by ${owner} does not count: until ${until} is more than ${longestExemption} days`
    : undefined;
}
