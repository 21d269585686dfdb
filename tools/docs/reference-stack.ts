import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { openProject, stackValues } from "../../cli/project";
import { parseSettings } from "../../model/config";
import { type StackFacts, stackFacts } from "../../policies/stack-facts";

/** What the project says otherwise in the examples of a policy that judges only where it is asked to. */
export const asked: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "image-require-promotion-attestation": {
    path: [
      { environment: "dev", registry: "onestreamdev" },
      { environment: "staging", registry: "onestreamstaging" },
      { environment: "prod", registry: "onestreamprod", protected: true, attested: true },
    ],
  },
};

/**
 * The facts of the stack of the reference project whose programs the examples are, with a key that it has been given.
 * @param policy whose examples they are
 */
export function referenceStack(policy = ""): StackFacts {
  const project = openProject(join(__dirname, "../.."));
  const stack = stackOfExamples(policy);
  const values = { ...stackValues(project, stack), ...asked[policy] };
  const settings = parseSettings({ project: project.name, stack, values });
  const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
  // A day on which the exemption of a page still counts.
  return stackFacts({ ...settings, signing: { publicKey } }, "2026-11-21");
}

/** Stacks whose programs examples are. */
export const stacksOfExamples = ["prod", "prod-delivery", "poc"] as const;

/** The stack whose programs a policy's examples are: those about a proof of concept, or about delivery, are of that. */
export function stackOfExamples(policy: string): (typeof stacksOfExamples)[number] {
  if (policy.startsWith("delivery-")) return "prod-delivery";
  return policy.startsWith("poc-") ? "poc" : "prod";
}
