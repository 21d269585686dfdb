import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { loadSettings, openProject } from "../../cli/project";
import { type StackFacts, stackFacts } from "../../policies/stack-facts";

/** The facts of the reference project's production stack, with a key that it has been given: examples are programs of it. */
export function referenceStack(stack: "prod" | "poc" = "prod"): StackFacts {
  const settings = loadSettings(openProject(join(__dirname, "../..")), stack);
  const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
  // A day on which the exemption of a page still counts.
  return stackFacts({ ...settings, signing: { publicKey } }, "2026-11-21");
}

/** The stack whose programs a policy's examples are: those about a proof of concept are of that. */
export function stackOfExamples(policy: string): "prod" | "poc" {
  return policy.startsWith("poc-") ? "poc" : "prod";
}
