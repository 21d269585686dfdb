import { resolve } from "node:path";
import type { Command } from "commander";
import type { Context } from "../context";
import { exportLines, quote } from "../engine-environment";
import { json, line, note } from "../output/io";
import { engineVariables, resetSandbox, sandboxReport, startSandbox, stopSandbox } from "../sandbox/client";
import { registryUser, sandboxBuild, sandboxLogin } from "../story/by-hand";
import { jsonOption, type Register } from "./command";

/** `airlock sandbox …`: Azure on this machine. */
export const registerSandbox: Register = (program, context) => {
  const sandbox = program
    .command("sandbox")
    .description("Azure on this machine: start, stop, env, build, login, reset, status");
  registerStart(sandbox, context);
  registerEnv(sandbox, context);
  registerByHand(sandbox, context);
  sandbox
    .command("stop")
    .description("end the sandbox; its state stays")
    .action(async () => {
      const ended = await stopSandbox(context.places);
      line(context.io.out, ended ? "The sandbox has ended; its state stays." : "The sandbox does not run.");
    });
  sandbox
    .command("reset")
    .description("forget everything in the sandbox, its workspace included")
    .action(async () => {
      await resetSandbox(context.places);
      line(context.io.out, "The sandbox and its workspace are as on the first day. Next: npm start");
    });
  sandbox
    .command("status")
    .description("whether the sandbox runs, and where")
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const report = await sandboxReport(context.places);
      if (options.json) return json(context.io.out, report);
      line(
        context.io.out,
        report.running ? `The sandbox runs at ${report.endpoint}.` : "The sandbox does not run.",
      );
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
    .action(async (options: { project?: string }) => {
      const project = options.project ? resolve(context.cwd, options.project) : context.places.project;
      const { endpoint, already } = await startSandbox({ ...context.places, project });
      line(context.io.out, `The sandbox ${already ? "runs already" : "runs"} at ${endpoint}.`);
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
      const variables = await engineVariables(context.places, options.as);
      if (options.json) return json(context.io.out, variables);
      context.io.out.write(exportLines(variables));
      if (context.io.out.terminal) note(context.io.err, `For a shell: eval "$(npx airlock sandbox env)"`);
      note(
        context.io.err,
        `Then: cd ${quote(context.places.workspace)} && pulumi preview -s prod --policy-pack policies`,
      );
    });
}

function registerByHand(sandbox: Command, { places, io }: Context): void {
  sandbox
    .command("build")
    .description("build, push and sign a small image in the first environment, as its pipeline")
    .argument("<repository>", "e.g. iam/auth-service")
    .argument("<version>", "e.g. 1.1.0")
    .action((repository: string, version: string) => sandboxBuild(places, io, repository, version));
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
