import * as z from "zod";
import type { DeployedWorkload, Version } from "../../model/delivery/deployed";
import type { WorkloadSettings } from "../../model/delivery/settings";
import { UserError } from "../../model/errors";
import {
  promotedReleases,
  releaseOf,
  type PromotedBy,
  type PromotedReleases,
} from "../../model/delivery/promoted";
import { printable } from "../../model/printable";
import { pocStack } from "../../model/settings";
import { runEngine } from "../engine";
import type { DeliveryStack } from "./stack";

interface At {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What the stack's output says of each workload; what its file says already is read there. */
const declared = z.record(z.string(), z.object({ reference: z.string() }));

/**
 * What a delivery stack declared with its last update, held against what was promoted: the program is not taken at its word.
 * @throws UserError (3) when it doesn't say what it declared, (1) when that is something else
 */
export async function readWorkloads(chosen: DeliveryStack, at: At): Promise<readonly DeployedWorkload[]> {
  const { stack, delivery } = chosen;
  const said = declared.safeParse(await outputOf("workloads", stack, at));
  if (!said.success) throw unreadable(stack);
  const promoted = await promotedTo(chosen, at);
  return Object.entries(delivery.workloads).map(([name, stated]) => {
    if (!Object.hasOwn(said.data, name)) throw unreadable(stack);
    const where = `Pulumi.${stack}.yaml, delivery.workloads.${name}`;
    const release = releaseOf(stated, promoted, promotedBy(chosen), where);
    const { reference } = said.data[name];
    if (reference !== release.reference) throw notPromoted(name, reference, release.reference, chosen);
    return { name, ...statedOf(stated), ...release };
  });
}

/** What a workload would run, were its present digest rejected: the newest other one that was promoted, and is not rejected. */
export async function olderThan(
  { name, repository, digest }: DeployedWorkload,
  chosen: DeliveryStack,
  at: At,
): Promise<Version | undefined> {
  const promoted = await promotedTo(chosen, at);
  const releases = Object.hasOwn(promoted, repository) ? promoted[repository] : [];
  const { rejected } = chosen.delivery.workloads[name];
  const left = releases.find((one) => one.digest !== digest && !rejected.includes(one.digest));
  return left && { version: left.version, digest: left.digest };
}

async function promotedTo(chosen: DeliveryStack, at: At): Promise<PromotedReleases> {
  return promotedReleases(await outputOf("running", chosen.delivery.stack, at), promotedBy(chosen));
}

function promotedBy({ environment, delivery: { stack } }: DeliveryStack): PromotedBy {
  return { stack, environment, ofPoc: stack === pocStack };
}

async function outputOf(name: string, stack: string, at: At): Promise<unknown> {
  const { code, output } = await runEngine(["stack", "output", name, "--json", "-s", stack], at);
  return code === 0 ? parsed(output) : undefined;
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

function notPromoted(
  name: string,
  actual: string,
  expected: string,
  { stack, delivery }: DeliveryStack,
): UserError {
  return new UserError({
    what: `stack ${stack} declares ${printable(actual)} for ${name}; expected ${expected}, as stack ${delivery.stack} says`,
    fix: "Deploy again if that one was promoted a moment ago; otherwise the program doesn't run what was promoted",
    exitCode: 1,
  });
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
