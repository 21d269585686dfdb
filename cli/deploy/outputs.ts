import * as z from "zod";
import type { DeployedWorkload, Version } from "../../model/delivery/deployed";
import type { DeliverySettings, WorkloadSettings } from "../../model/delivery/settings";
import { UserError } from "../../model/errors";
import { parseImageReference } from "../../model/image-reference";
import { promotedReleases } from "../../model/delivery/promoted";
import { pocStack } from "../../model/settings";
import { runEngine } from "../engine";
import type { DeliveryStack } from "./stack";

interface At {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What the stack's output says of each workload; what its file says already is read there. */
const declared = z.record(z.string(), z.object({ version: z.string(), reference: z.string() }));
type Declared = z.infer<typeof declared>[string];

/** What a delivery stack declared with its last update. @throws UserError (3) when it doesn't say so */
export async function readWorkloads(
  { stack, delivery }: DeliveryStack,
  at: At,
): Promise<readonly DeployedWorkload[]> {
  const said = declared.safeParse(await outputOf("workloads", stack, at));
  if (!said.success) throw unreadable(stack);
  return workloadsOf(stack, delivery, said.data);
}

/** What a workload would run, were its present digest rejected: the newest other one that was promoted, and is not rejected. */
export async function olderThan(
  { name, repository, digest }: DeployedWorkload,
  { environment, delivery }: DeliveryStack,
  at: At,
): Promise<Version | undefined> {
  const { stack, workloads } = delivery;
  const by = { stack, environment, ofPoc: stack === pocStack };
  const promoted = promotedReleases(await outputOf("running", stack, at), by);
  const releases = Object.hasOwn(promoted, repository) ? promoted[repository] : [];
  const { rejected } = workloads[name];
  const left = releases.find((one) => one.digest !== digest && !rejected.includes(one.digest));
  return left && { version: left.version, digest: left.digest };
}

async function outputOf(name: string, stack: string, at: At): Promise<unknown> {
  const { code, output } = await runEngine(["stack", "output", name, "--json", "-s", stack], at);
  return code === 0 ? parsed(output) : undefined;
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
