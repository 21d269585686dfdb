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
 * The facts of the reference project's production stack, with a key that it has been given: examples are programs of it.
 * @param policy whose examples they are
 */
export function referenceStack(policy = ""): StackFacts {
  const project = openProject(join(__dirname, "../.."));
  const values = { ...stackValues(project, "prod"), ...asked[policy] };
  const settings = parseSettings({ project: project.name, stack: "prod", values });
  const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ type: "spki", format: "pem" })
    .toString();
  // A day on which the exemption of a page still counts.
  return stackFacts({ ...settings, signing: { publicKey } }, "2026-11-21");
}
