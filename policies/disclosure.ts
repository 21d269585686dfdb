import type { StackValidationPolicy } from "@pulumi/policy";
import { type ExemptedFinding } from "./exemptions";
import { message, metadata, type Run } from "./policy";
import type { PolicyText } from "./rule";
import { scopeOf } from "./stack-facts";

/** Exemptions are never silent: each one that took effect shows in every run, and so does one that no longer does. */
export const exemptionDiscloseUse: PolicyText = {
  name: "exemption-disclose-use",
  displayName: "Exemptions show",
  description:
    "Every finding that an exemption takes back is reported, and every exemption that does nothing.",
  severity: "low",
  remediationSteps: "Mend what the exemption is about, then take its line out of `policies.exemptions`.",
  looksAt: [
    "Each finding that an exemption of this stack took back, with its reason, its owner and its last day.",
    "Each exemption of this stack that took back nothing: its resource is mended or gone, or it has ended.",
  ],
  why: "An exemption that nobody sees outlives its reason. This policy is advice: it never fails a run.",
};

/** Runs after all others, on what they left in `run`. @param names of the pack's policies */
export function disclosurePolicy(run: Run, names: readonly string[]): StackValidationPolicy {
  return {
    ...metadata(exemptionDiscloseUse, "advisory"),
    validateStack: (_args, reportViolation) => {
      const stack = run.readStack();
      for (const exempted of run.exempted) {
        reportViolation(exemptedMessage(exempted), exempted.resource.urn);
      }
      const used = new Set(run.exempted.map(({ exemption }) => exemption));
      for (const exemption of stack.settings.policies.exemptions) {
        if (exemption.environment !== scopeOf(stack) || used.has(exemption)) continue;
        const { policy, resource, until } = exemption;
        const why = names.includes(policy)
          ? `takes back nothing${until < stack.today ? `: it ended on ${until}` : ""}`
          : "names a policy that this pack does not have";
        reportViolation(
          `the exemption of ${resource} from ${policy} ${why}. Take it out of policies.exemptions`,
        );
      }
    },
  };
}

/** `exempted from <policy> until … by …: <reason>: <finding>`. */
export function exemptedMessage({ policy, resource, finding, exemption }: ExemptedFinding): string {
  const { until, owner, reason } = exemption;
  return `exempted from ${policy} until ${until} by ${owner} (${reason}): ${message(resource.name, finding)}`;
}
