import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { openProject, stackValues } from "../../cli/project";
import { parseSettings } from "../../model/config";
import { type StackFacts, stackFacts } from "../../policies/stack-facts";

/** What the project says otherwise in the examples of a policy that judges only where it is asked to. */
export const asked: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "access-disclose-signing": {
    access: {
      "sp-onestream-dev-pipeline": { dev: ["pull", "push", "delete"], signing: ["sign"] },
      "sp-onestream-staging-pipeline": { staging: ["pull", "import", "lock"], signing: ["verify"] },
      "sp-onestream-prod-pipeline": { prod: ["pull", "import", "lock"], signing: ["sign"] },
    },
  },
  "image-require-promotion-attestation": {
    path: [
      { environment: "dev", registry: "onestreamdev" },
      { environment: "staging", registry: "onestreamstaging" },
      {
        environment: "prod",
        registry: "onestreamprod",
        protected: true,
        attested: true,
        cluster: {
          resourceGroup: "onestream-prod-aks-rg",
          name: "onestream-prod",
          kubelet: "33333333-3333-4333-8333-333333333333",
        },
      },
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

/** Stacks of the reference project that examples are programs of. */
export const stacksOfExamples = ["prod", "prod-delivery", "poc", "shared"] as const;
export type ExampleStack = (typeof stacksOfExamples)[number];

/** The stack whose programs a policy's examples are: those about a proof of concept, delivery or the signing vault are of theirs. */
export function stackOfExamples(policy: string): ExampleStack {
  if (policy === "access-disclose-signing") return "shared";
  if (policy.startsWith("delivery-")) return "prod-delivery";
  return policy.startsWith("poc-") ? "poc" : "prod";
}
