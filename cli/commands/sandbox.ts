import { resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context";
import { exportLines, quote } from "../engine-environment";
import { json, line, note } from "../output/io";
import { table } from "../output/table";
import * as client from "../sandbox/client";
import { registryUser, sandboxBuild, sandboxLogin } from "../story/by-hand";
import type { Wanted } from "../attestation/statement";
import { sandboxAttest } from "../story/attest";
import { wrongUsage } from "../wrong-usage";
import { parseAsked } from "./attestation";
import { jsonOption, type Register } from "./command";

/** `airlock sandbox …`: Azure on this machine. */
export const registerSandbox: Register = (program, context) => {
  const sandbox = program
    .command("sandbox")
    .description(
      "Azure on this machine: start, stop, env, build, attest, login, review, fault, reset, status",
    );
  registerStart(sandbox, context);
  registerEnv(sandbox, context);
  registerByHand(sandbox, context);
  registerReview(sandbox, context);
  registerFault(sandbox, context);
  sandbox
    .command("stop")
    .description("end the sandbox; its state stays")
    .action(async () => {
      const ended = await client.stopSandbox(context.places);
      line(context.io.out, ended ? "The sandbox has ended; its state stays." : "The sandbox does not run.");
    });
  sandbox
    .command("reset")
    .description("forget everything in the sandbox, its workspace included")
    .action(async () => {
      await client.resetSandbox(context.places);
      line(context.io.out, "The sandbox and its workspace are as on the first day. Next: npm start");
    });
  sandbox
    .command("status")
    .description("whether the sandbox runs, and where")
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const report = await client.sandboxReport(context.places);
      if (options.json) return json(context.io.out, report);
      line(
        context.io.out,
        report.running ? `The sandbox runs at ${report.endpoint}.` : "The sandbox does not run.",
      );
      if (report.running) line(context.io.out, formOf(report.controlPlanes));
      if (report.running)
        report.registries.forEach(({ name, host }) => line(context.io.out, `  ${name}  ${host}`));
    });
};

function registerStart(sandbox: Command, context: Context): void {
  sandbox
    .command("start")
    .description("start the sandbox and make its workspace")
    .option(
      "--project <dir>",
      "project that the workspace is made from (default: $AIRLOCK_PROJECT, else this checkout's)",
    )
    .option(
      "--cluster",
      "give each cluster a real control plane at its first use: API server, controllers, Argo Rollouts; built once a machine, with Go",
    )
    .action(async ({ project: asked, cluster }: { project?: string; cluster?: boolean }) => {
      const project = asked ? resolve(context.cwd, asked) : context.places.project;
      const started = await client.startSandbox({ ...context.places, project }, { cluster });
      const { endpoint, already, controlPlanes } = started;
      line(context.io.out, `The sandbox ${already ? "runs already" : "runs"} at ${endpoint}.`);
      line(context.io.out, formOf(controlPlanes));
      line(context.io.out, "Next:");
      line(context.io.out, `  eval "$(npx airlock sandbox env)"`);
      line(
        context.io.out,
        `  cd ${quote(context.places.workspace)} && pulumi up -s shared --policy-pack policies`,
      );
    });
}

function registerEnv(sandbox: Command, context: Context): void {
  sandbox
    .command("env")
    .description("shell exports with which plain pulumi works against the sandbox")
    .option(
      "--as <identity>",
      "who signs in: an identity or a group of the access matrix (default: the platform)",
    )
    .option(...jsonOption)
    .action(async (options: { as?: string; json?: boolean }) => {
      const variables = await client.engineVariables(context.places, options.as);
      if (options.json) return json(context.io.out, variables);
      const { controlPlanes } = await client.sandboxReport(context.places);
      context.io.out.write(exportLines(variables));
      note(context.io.err, formOf(controlPlanes));
      if (context.io.out.terminal) note(context.io.err, `For a shell: eval "$(npx airlock sandbox env)"`);
      note(
        context.io.err,
        `Then: cd ${quote(context.places.workspace)} && pulumi preview -s prod --policy-pack policies`,
      );
    });
}

/** Which of the two forms clusters have. */
function formOf(controlPlanes = false): string {
  return controlPlanes
    ? "Clusters: each has a control plane of its own from its first use on; its nodes run nothing."
    : "Clusters: objects are validated and kept, and nothing runs; start --cluster gives them control planes.";
}

function registerByHand(sandbox: Command, { places, io }: Context): void {
  sandbox
    .command("build")
    .description("build, push and sign a small image in the first environment, as its pipeline")
    .argument("<repository>", "e.g. iam/auth-service")
    .argument("<version>", "e.g. 1.1.0")
    .option("--poc", "in the proof of concept, whose vault signs")
    .action((repository: string, version: string, options: { poc?: boolean }) =>
      sandboxBuild(places, io, [repository, version], options),
    );
  sandbox
    .command("attest")
    .description(
      "attest that an image may enter an environment, with the signing vault's key, as cosign would",
    )
    .argument("<image>", "repository, for what the environment before runs, or <repository>@sha256:…")
    .requiredOption("--to <env>", "environment that the image may enter")
    .option("--release <version>", "release that the image is part of, with its approvals")
    .option("--standard", "for the standard registry beside the environment's own")
    .action((text: string, wanted: Omit<Wanted, "repository" | "digest">) =>
      sandboxAttest(places, io, { ...parseAsked(text), ...wanted }),
    );
  sandbox
    .command("login")
    .description(
      "print a registry password, for: crane auth login <host> --password-stdin -u " + registryUser,
    )
    .argument("<environment>", "whose registry")
    .requiredOption("--as <identity>", "an identity or a group of the access matrix")
    .action((environment: string, options: { as: string }) =>
      sandboxLogin(places, io, environment, options.as),
    );
}

function registerReview(sandbox: Command, { places, io }: Context): void {
  sandbox
    .command("review")
    .description("somebody approves on the sandbox's GitHub, in these words; prints the address")
    .argument("<login>", "who")
    .argument("<words>", "what they write, e.g. what airlock release approval prints")
    .option("--run", "when a job of a workflow's run waits for them, and not to a pull request")
    .action(async (login: string, text: string, { run }: { run?: boolean }) => {
      const kind = run ? "run" : "review";
      line(io.out, await client.reviewOnGitHub(places, { kind, login, text }));
    });
  sandbox
    .command("unreview")
    .description("a review on the sandbox's GitHub is dismissed, or edited by somebody")
    .argument("<address>", "of the review")
    .option("--edit <words>", "what somebody else writes into it")
    .action(async (address: string, { edit }: { edit?: string }) => {
      const id = /#pullrequestreview-(\d+)$/.exec(address)?.[1];
      if (id === undefined) throw wrongUsage(`${address} is not the address of a review`);
      await client.changeReview(places, id, edit);
      line(io.out, edit === undefined ? "The review is dismissed." : "The review says something else.");
    });
}

function registerFault(sandbox: Command, { places, io }: Context): void {
  const fault = sandbox
    .command("fault")
    .description("make something of Azure go wrong: 429, 500, lost answers, roles that take their time")
    .usage("<kind> [options] | list | clear")
    .argument("<kind>", "which fault; they are listed below")
    .option("--on <plane>", "requests of one plane: arm, registry, graph, vault, github, token")
    .option("--match <request>", "requests of one method and path, e.g. POST /subscriptions/**/importImage")
    .option("--times <number>", "how often it strikes before it ends by itself (default: until cleared)")
    .option("--seconds <number>", "how long what it does lasts")
    .option(...jsonOption)
    .addHelpText("after", () => `\nKinds:\n${kindsText()}`)
    .action(async (kind: string, { json: asJson, times, seconds, ...where }: FaultOptions) => {
      const asked = { kind, ...where, times: numberOr(times), seconds: numberOr(seconds) };
      const standing = await client.setFault(places, asked as client.AskedFault);
      if (asJson) return json(io.out, standing);
      const { does } = client.faultKinds()[standing.kind];
      line(io.out, `The sandbox has a fault: ${does.replace("--seconds", spoken(standing.seconds))}.`);
      note(io.err, "It ends with: npx airlock sandbox fault clear");
    });
  fault
    .command("list")
    .description("the faults that are switched on, and how often each struck")
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const faults = await client.listFaults(places);
      if (options.json) return json(io.out, faults);
      if (faults.length === 0) return line(io.out, "The sandbox has no faults.");
      const rows = faults.map(({ kind, on, match, seconds, times, struck }) =>
        [kind, on, match, seconds, times, struck].map((cell) => String(cell ?? "")),
      );
      io.out.write(table(io.out, ["fault", "on", "match", "seconds", "times", "struck"], rows));
    });
  fault
    .command("clear")
    .description("end every fault")
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      await client.clearFaults(places);
      if (options.json) return json(io.out, []);
      line(io.out, "The sandbox has no faults.");
    });
}

interface FaultOptions {
  readonly on?: string;
  readonly match?: string;
  readonly times?: string;
  readonly seconds?: string;
  readonly json?: boolean;
}

// What is no number is left as it was written: the sandbox's answer names it.
function numberOr(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function spoken(seconds: number | undefined): string {
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

function kindsText(): string {
  return Object.entries(client.faultKinds())
    .map(([kind, { does }]) => `  ${kind.padEnd(16)} ${does}\n`)
    .join("");
}
