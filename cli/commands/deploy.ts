import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { chooseProject, type ChosenProject, type Context } from "../context";
import { clusterAt } from "../deploy/cluster";
import { deploy } from "../deploy/deploy";
import { connectionTo } from "../deploy/kubeconfig";
import { readWorkloads } from "../deploy/outputs";
import { rejectIn } from "../deploy/reject";
import { deployMarkdown, deployReport, problemOf, type DeployReport } from "../deploy/report";
import { deliveryStackOf, deployerOf, worldOf, type DeliveryStack } from "../deploy/stack";
import { json, line, note } from "../output/io";
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
      const delivery = deliveryStackOf(project, options);
      const as = deployerOf(worldOf(project, delivery), delivery.environment);
      if (project.sandbox && as !== undefined)
        note(context.io.err, `As ${as}, who deploys to ${delivery.environment}:`);
      if (options.dryRun) await preview(context, project, delivery, as, options);
      else await carryOut(context, project, delivery, { as, seconds, options });
    });
};

async function preview(
  context: Context,
  project: ChosenProject,
  { stack }: DeliveryStack,
  as: string | undefined,
  options: Options,
): Promise<void> {
  await runPreview(context, project, stack, { as, json: options.json });
  if (options.json) json(context.io.out, { stack, dryRun: true });
  else line(context.io.out, "A dry run: nothing was applied.");
}

async function carryOut(
  context: Context,
  project: ChosenProject,
  delivery: DeliveryStack,
  { as, seconds, options }: { as: string | undefined; seconds: number; options: Options },
): Promise<void> {
  const { io, now } = context;
  const { stack, environment, injected } = delivery;
  const tell = (text: string) => line(options.json ? io.err : io.out, text);
  const env = await engineEnvironmentOf(context, project, as);
  const connection = await connectionTo(delivery.context, env);
  const outcome = await deploy({
    up: () => runUpdate(context, project, stack, { as, unchanged: true, json: options.json }),
    workloads: () => readWorkloads(stack, { cwd: project.directory, env }),
    reject: (rejections) => rejectIn(project, stack, rejections),
    watch: {
      cluster: clusterAt(connection, delivery.context),
      clock: { now: () => now().getTime(), pause },
      environment,
      seconds,
      injected,
      tell,
    },
  });
  finish(context, deployReport(delivery, outcome), options);
}

function finish(context: Context, report: DeployReport, options: Options): void {
  const { out } = context.io;
  if (options.summary !== undefined) appendFileSync(options.summary, deployMarkdown(report));
  if (options.json) json(out, report);
  else {
    report.workloads.forEach(({ pulled }) => pulled !== undefined && line(out, pulled));
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
