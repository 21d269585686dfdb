import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Rejection } from "../../model/config/rejected";
import { chooseProject, type ChosenProject, type Context } from "../context";
import { clusterAt, type Cluster } from "../deploy/cluster";
import { deploy } from "../deploy/deploy";
import { holding, withHeld } from "../deploy/held";
import { judgeKept, recordedObjects, refresh } from "../deploy/kept";
import { connectionTo } from "../deploy/kubeconfig";
import { olderThan, readWorkloads } from "../deploy/outputs";
import { rejectIn } from "../deploy/reject";
import {
  deployMarkdown,
  deployReport,
  keptReport,
  nothingRuns,
  problemOf,
  type DeployReport,
} from "../deploy/report";
import { sandboxCluster } from "../deploy/sandbox-cluster";
import { deliveryStackOf, type DeliveryStack } from "../deploy/stack";
import { json, line, note } from "../output/io";
import { sandboxReport } from "../sandbox/client";
import { engineEnvironmentOf, runPreview, runUpdate } from "../update";
import { wrongUsage } from "../wrong-usage";
import { cwdOption, jsonOption, refuseTogether, type Register } from "./command";

interface Options {
  env?: string;
  stack?: string;
  dryRun?: boolean;
  timeout: string;
  summary?: string;
  json?: boolean;
  cwd?: string;
}

/** `airlock deploy`: what was promoted runs in the environment's cluster, or what ran before does. */
export const registerDeploy: Register = (program, context) => {
  program
    .command("deploy", { hidden: true })
    .description("run an environment's delivery stack, and check that its cluster runs what was promoted")
    .option("--env <environment>", "the environment, whose stack is <environment>-delivery")
    .option("-s, --stack <stack>", "the delivery stack itself, such as poc-staging-delivery")
    .option("--dry-run", "preview the stack, and change nothing")
    .option(
      "--timeout <seconds>",
      "how long a workload may take to be available; a canary's analysis comes on top",
      "300",
    )
    .option("--summary <file>", "add a summary in Markdown to this file")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: Options) => {
      refuseTogether({ "--env": options.env, "--stack": options.stack });
      const seconds = secondsIn(options.timeout);
      const project = chooseProject(context, options.cwd);
      const chosen = deliveryStackOf(project, options);
      if (project.sandbox && chosen.deployer !== undefined)
        note(context.io.err, `As ${chosen.deployer}, who deploys to ${chosen.environment}:`);
      if (options.dryRun) await preview(context, project, chosen, options);
      else await carryOut(context, project, chosen, { ...options, seconds });
    });
};

async function preview(
  context: Context,
  project: ChosenProject,
  { stack, deployer }: DeliveryStack,
  options: Options,
): Promise<void> {
  await runPreview(context, project, stack, { as: deployer, json: options.json });
  if (options.json) json(context.io.out, { stack, dryRun: true });
  else line(context.io.out, "A dry run: nothing was applied.");
}

async function carryOut(
  context: Context,
  project: ChosenProject,
  chosen: DeliveryStack,
  options: Options & { readonly seconds: number },
): Promise<void> {
  const { io, now } = context;
  const { stack, environment, deployer, delivery } = chosen;
  const env = await engineEnvironmentOf(context, project, deployer);
  const at = { cwd: project.directory, env };
  const tell = (text: string) => line(options.json ? io.err : io.out, text);
  const how = { as: deployer, unchanged: true, skipPreview: true, json: options.json };
  const up = (configFile?: string) => runUpdate(context, project, stack, { ...how, configFile });
  const cluster = await clusterOf(context, project, chosen, env);
  if (!cluster) {
    await up();
    await refresh(at, stack);
    const recorded = await recordedObjects(at, stack);
    const workloads = await readWorkloads(chosen, at);
    const kept = workloads.map((workload) => ({ workload, verdict: judgeKept(workload, recorded) }));
    return finish(context, keptReport(chosen, kept), options);
  }
  // The file as it is by then: what was rejected a moment ago is neither expected nor a way out.
  const chosenBy = (held: readonly Rejection[]) =>
    deliveryStackOf(project, { stack }, withHeld(project, stack, held));
  const outcome = await deploy({
    up: (held) => holding(project, stack, held, up),
    workloads: (held) => readWorkloads(chosenBy(held), at),
    instead: (workload, held) => olderThan(workload, chosenBy(held), at),
    reject: (rejections) => rejectIn(project, stack, rejections),
    watch: {
      cluster,
      clock: { now: () => now().getTime(), pause },
      environment,
      seconds: options.seconds,
      injected: delivery.injected,
      played: project.sandbox,
      tell,
    },
  });
  finish(context, deployReport(deliveryStackOf(project, { stack }), outcome), options);
}

/** The cluster of the stack's context; undefined in a sandbox that has none. */
async function clusterOf(
  { places }: Context,
  project: ChosenProject,
  { environment, delivery, world }: DeliveryStack,
  env: NodeJS.ProcessEnv,
): Promise<Cluster | undefined> {
  if (!project.sandbox) return clusterAt(await connectionTo(delivery.context, env), delivery.context);
  const { controlPlanes } = await sandboxReport(places);
  return controlPlanes ? sandboxCluster(world, environment, env) : undefined;
}

function finish(context: Context, report: DeployReport, options: Options): void {
  const { out } = context.io;
  if (options.summary !== undefined) appendFileSync(options.summary, deployMarkdown(report));
  if (options.json) json(out, report);
  else {
    if (!report.cluster) line(out, nothingRuns);
    report.workloads.forEach(({ name, pulled, rejected }) => {
      if (pulled !== undefined) line(out, pulled);
      rejected.forEach((digest) =>
        line(
          out,
          `${name}: ${digest} is rejected in Pulumi.${report.stack}.yaml, and does not run here again`,
        ),
      );
    });
    out.write(report.diff);
  }
  const problem = problemOf(report);
  if (problem) throw problem;
}

function secondsIn(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds > 0) return seconds;
  throw wrongUsage(`--timeout is ${text}; expected whole seconds, such as 300`);
}
