import * as z from "zod";
import type { DeployedWorkload } from "../../model/delivery/deployed";
import type { DeliverySettings, WorkloadSettings } from "../../model/delivery/settings";
import { UserError } from "../../model/errors";
import { isDigest, parseImageReference } from "../../model/image-reference";
import { runEngine } from "../engine";
import type { DeliveryStack } from "./stack";

/** What the stack's output says of each workload; what its file says already is read there. */
const declared = z.record(
  z.string(),
  z.object({
    version: z.string(),
    reference: z.string(),
    previous: z.array(z.object({ version: z.string(), digest: z.string().refine(isDigest) })),
  }),
);
type Declared = z.infer<typeof declared>[string];

/** What a delivery stack declared with its last update. @throws UserError (3) when it doesn't say so */
export async function readWorkloads(
  { stack, delivery }: DeliveryStack,
  at: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<readonly DeployedWorkload[]> {
  const { code, output } = await runEngine(["stack", "output", "workloads", "--json", "-s", stack], at);
  const said = code === 0 ? declared.safeParse(parsed(output)) : undefined;
  if (!said?.success) throw unreadable(stack);
  return workloadsOf(stack, delivery, said.data);
}

function workloadsOf(
  stack: string,
  { workloads }: DeliverySettings,
  said: Readonly<Record<string, Declared>>,
): DeployedWorkload[] {
  return Object.entries(workloads).map(([name, stated]) => {
    if (!Object.hasOwn(said, name)) throw unreadable(stack);
    return { name, ...statedOf(stated), ...said[name], digest: digestIn(name, said[name].reference) };
  });
}

function statedOf({ namespace, repository, port, health, canary }: WorkloadSettings) {
  return {
    namespace,
    repository,
    port,
    health,
    kind: canary ? ("Rollout" as const) : ("Deployment" as const),
    canarySeconds: canary ? canary.durationSeconds * (1 + canary.steps.length) : 0,
  };
}

function digestIn(name: string, reference: string): string {
  const { digest } = parseImageReference(reference);
  if (digest !== undefined) return digest;
  throw new UserError({ what: `${name} is declared without a digest: ${reference}`, exitCode: 1 });
}

function unreadable(stack: string): UserError {
  return new UserError({
    what: `the output \`workloads\` of stack ${stack} does not say what each of its workloads runs`,
    fix: "Is its program of this version of airlock?",
    exitCode: 3,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever the engine printed instead.
    return undefined;
  }
}
