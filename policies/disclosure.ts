import type { ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { type Exemption, scopeOf } from "../model/settings";
import { type ExemptedFinding } from "./exemptions";
import { isLowerable } from "./levels";
import { message, metadata, type Run } from "./policy";
import type { PolicyText } from "./rule";
import type { StackFacts } from "./stack-facts";

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
    "Each level that lowers nothing: of a policy that no level reaches, or that doesn't exist.",
  ],
  advice: true,
  why: "An exemption that nobody sees outlives its reason. This policy is advice: it never fails a run.",
};

/**
 * Runs after all others, on what they left in `run`: with each resource, since a run that fails never comes to its stack's
 * policies, and at the end with the stack. @param policies of the pack
 */
export function disclosurePolicy(
  run: Run,
  policies: readonly PolicyText[],
): ResourceValidationPolicy & StackValidationPolicy {
  const names = policies.map(({ name }) => name);
  const shown = new Set<ExemptedFinding>();
  const show = (exempted: readonly ExemptedFinding[], reportViolation: ReportViolation) => {
    for (const one of exempted) {
      if (!shown.has(one)) reportViolation(exemptedMessage(one), one.resource.urn);
      shown.add(one);
    }
  };
  return {
    ...metadata(exemptionDiscloseUse, "advisory"),
    validateResource: ({ urn }, reportViolation) => {
      show(
        run.exempted.filter(({ resource }) => resource.urn === urn),
        reportViolation,
      );
    },
    validateStack: (_args, reportViolation) => {
      show(run.exempted, reportViolation);
      const stack = readable(run);
      if (stack === undefined) return;
      // Exemptions of an environment are mostly for the resources of its own stack.
      if (stack.settings.kind === "delivery") return;
      const used = new Set(run.exempted.map(({ exemption }) => exemption));
      for (const exemption of stack.settings.policies.exemptions) {
        if (exemption.environment !== scopeOf(stack.settings) || used.has(exemption)) continue;
        reportViolation(uselessMessage(exemption, names, stack.today));
      }
      for (const name of Object.keys(stack.settings.policies.levels)) {
        if (policies.some((policy) => policy.name === name && isLowerable(policy))) continue;
        const why = names.includes(name)
          ? policies.find((policy) => policy.name === name)?.advice
            ? "does nothing: it is advice already"
            : "does nothing: what it refuses in one stack may open another"
          : "names a policy that this pack does not have";
        reportViolation(`the level of ${name} ${why}. Take it out of policies.levels`);
      }
    },
  };
}

// A configuration that can't be read is what every other policy complains of, and without it nothing was taken back.
function readable({ readStack }: Run): StackFacts | undefined {
  try {
    return readStack();
  } catch {
    return undefined;
  }
}

/** `exempted from <policy> until … by … (<reason>): <finding>`. */
export function exemptedMessage({ resource, finding, exemption }: ExemptedFinding): string {
  return exemptedPrefix(exemption) + message(resource.name, finding);
}

/** What is said of an exemption before the finding that it took back. */
export function exemptedPrefix({ policy, until, owner, reason }: Exemption): string {
  return `exempted from ${policy} until ${until} by ${owner} (${reason}): `;
}

/** What is said of an exemption that took back nothing, before why. */
export function uselessPrefix({ policy, resource, property }: Exemption): string {
  return `the exemption of ${resource}${property === undefined ? "" : ` (${property})`} from ${policy} `;
}

function uselessMessage(exemption: Exemption, names: readonly string[], today: string): string {
  const { policy, until } = exemption;
  const why = names.includes(policy)
    ? `takes back nothing${until < today ? `: it ended on ${until}` : ""}`
    : "names a policy that this pack does not have";
  return `${uselessPrefix(exemption)}${why}. Take it out of policies.exemptions`;
}
