import * as z from "zod";
import type { DeployedWorkload } from "../../model/delivery/deployed";
import { UserError } from "../../model/errors";
import { isDigest, parseImageReference } from "../../model/image-reference";
import { runEngine } from "../engine";

const version = z.object({ version: z.string(), digest: z.string().refine(isDigest) });
const workloads = z.record(
  z.string(),
  z.object({
    namespace: z.string(),
    kind: z.enum(["Deployment", "Rollout"]),
    repository: z.string(),
    version: z.string(),
    reference: z.string(),
    port: z.number(),
    health: z.string(),
    previous: z.array(version),
    canarySeconds: z.number().default(0),
  }),
);

/** What a delivery stack declared with its last update. @throws UserError (3) when it has no such output */
export async function readWorkloads(
  stack: string,
  at: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<readonly DeployedWorkload[]> {
  const { code, output } = await runEngine(["stack", "output", "workloads", "--json", "-s", stack], at);
  const said = code === 0 ? workloads.safeParse(parsed(output)) : undefined;
  if (!said?.success) {
    throw new UserError({
      what: `stack ${stack} has no output \`workloads\` that says what it declares`,
      fix: "Is its program of this version of airlock?",
      exitCode: 3,
    });
  }
  return Object.entries(said.data).map(([name, workload]) => {
    const { digest } = parseImageReference(workload.reference);
    if (digest === undefined)
      throw new UserError({
        what: `${name} is declared without a digest: ${workload.reference}`,
        exitCode: 1,
      });
    return { name, digest, ...workload };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
