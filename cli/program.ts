import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { UserError } from "../model/errors";
import { registerAccess } from "./commands/access";
import { registerAttestation } from "./commands/attestation";
import type { Register } from "./commands/command";
import { registerDeploy } from "./commands/deploy";
import { registerDoctor } from "./commands/doctor";
import { registerInspect } from "./commands/inspect";
import { registerPolicy } from "./commands/policy";
import { registerPromote } from "./commands/promote";
import { registerPublish } from "./commands/publish";
import { registerRelease } from "./commands/release";
import { registerSandbox } from "./commands/sandbox";
import { registerStatus } from "./commands/status";
import { registerStory } from "./commands/story";
import { registerSweep } from "./commands/sweep";
import { registerUnlock } from "./commands/unlock";
import { registerVerify } from "./commands/verify";
import type { Context } from "./context";
import { printError } from "./output/errors";
import type { Places } from "./places";

// The verbs of every day first; those that are hidden from the short help follow.
const commands: readonly Register[] = [
  registerStatus,
  registerPromote,
  registerAccess,
  registerSandbox,
  registerDoctor,
  registerPolicy,
  registerPublish,
  registerDeploy,
  registerSweep,
  registerInspect,
  registerAttestation,
  registerVerify,
  registerRelease,
  registerUnlock,
  registerStory,
];

/** The command line as commander knows it; nothing is written but through the context. */
export function createProgram(context: Context): Command {
  const program = new Command("airlock")
    .description("One container image, by digest, from one environment to the next.")
    .usage("<command>")
    .helpCommand(false)
    // An option belongs to the command that it follows, also where the one above has the same.
    .enablePositionalOptions()
    .helpOption("-h, --help", "print this help")
    .version(airlockVersion(context.places), "--version", "print airlock's version")
    .addHelpText("after", "\nMore commands: airlock help --all");
  for (const register of commands) register(program, context);
  program
    .command("help", { hidden: true })
    .description("help for one command, or for all")
    .argument("[command]")
    .option("--all", "every command")
    .action((name: string | undefined, options: { all?: boolean }) => {
      const command = name === undefined ? program : findCommand(program, name);
      if (options.all) command.configureHelp({ visibleCommands: (shown) => [...shown.commands] });
      command.outputHelp();
    });
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => context.io.out.write(text),
      // The one error printer speaks, in one line.
      writeErr: () => undefined,
      outputError: () => undefined,
    });
  }
  return program;
}

/**
 * Runs one command line.
 * @param words arguments without `node` and the script.
 * @returns the exit code: 0 done, 1 refused, 2 wrong usage or configuration, 3 the cloud failed.
 */
export async function run(words: readonly string[], context: Context): Promise<0 | 1 | 2 | 3> {
  const program = createProgram(context);
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync([...words], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const command = commandIn(program, words);
    const help = command === "" ? "See airlock help --all" : `See airlock ${command} --help`;
    return printError(context.io.err, asUserError(error, help), words.includes("--json"));
  }
}

/** The commands that the words begin with, such as `sandbox fault`; empty when they begin with none. */
function commandIn(program: Command, words: readonly string[]): string {
  const found = program.commands.find((command) => command.name() === words[0]);
  if (found === undefined) return "";
  return [found.name(), commandIn(found, words.slice(1))].join(" ").trim();
}

function asUserError(error: unknown, help: string): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.code === "commander.help") {
    return new UserError({ what: "the command is incomplete", fix: help, exitCode: 2 });
  }
  const [what, ...hints] = error.message.replace(/^error: /, "").split("\n");
  const fix = hints.join(" ").replace(/^\((.*)\)$/, "$1");
  return new UserError({ what, fix: fix || help, exitCode: 2 });
}

function airlockVersion(places: Places): string {
  const manifest = readFileSync(join(places.checkout, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function findCommand(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  throw new UserError({ what: `unknown command '${name}'`, fix: "See airlock help --all", exitCode: 2 });
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
