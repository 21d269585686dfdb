import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { suggestion } from "../../model/config/nearest";
import { UserError } from "../../model/errors";
import { scopeOf, type Settings } from "../../model/settings";
import { chooseProject, type ChosenProject, type Context } from "../context";
import type { EngineEvent, PolicyReport } from "../policy";
import { loadSettings, stackNames } from "../project";
import { moverOf } from "../promotion/running";
import { engineFor } from "../sandbox/client";
import { wrongUsage } from "../wrong-usage";
import { cwdOption, type Register } from "./command";

// A require, not an import: other commands start without the policies' code.
const policyCode = () => require("../policy") as typeof import("../policy");

interface Options {
  env?: string[];
  format: string;
  output?: string;
  events?: string[];
  cwd?: string;
}

interface Stack {
  readonly name: string;
  readonly settings: Settings;
}

const formats = ["markdown", "json", "sarif"];

/** `airlock policy report`: what the policy pack says, for people, for programs and for code scanning. */
export const registerPolicy: Register = (program, context) => {
  program
    .command("policy", { hidden: true })
    .description("what the policy pack says")
    .command("report")
    .description("previews stacks with the policy pack, and reports its findings and exemptions")
    .option("--env <environment...>", "environments, or shared (default: every stack)")
    .option("--format <format>", `one of ${formats.join(", ")}`, formats[0])
    .option("--output <file>", "write there instead of to the terminal")
    .option("--events <file...>", "of recorded events of previews instead of previewing")
    .option(...cwdOption)
    .action(async (options: Options) => {
      if (!formats.includes(options.format)) {
        throw wrongUsage(
          `unknown format "${options.format}"`,
          suggestion(options.format, formats, "formats"),
        );
      }
      if (options.events && options.env) throw wrongUsage("--events and --env exclude each other");
      const project = chooseProject(context, options.cwd);
      const report = await makeReport(context, project, options);
      const text = rendered(report, project, options.format);
      if (options.output === undefined) context.io.out.write(text);
      else writeFileSync(resolve(context.cwd, options.output), text);
      requireNothingStands(report);
    });
};

async function makeReport(context: Context, project: ChosenProject, options: Options): Promise<PolicyReport> {
  const { readEvents, previewEvents, stackReport } = policyCode();
  const stacks = stackNames(project).map((name) => ({ name, settings: loadSettings(project, name) }));
  const today = new Date().toISOString().slice(0, 10);
  const reportOf = ({ name, settings }: Stack, events: readonly EngineEvent[]) =>
    stackReport(name, settings, events, { pageOf: (policy) => pageOf(policy, settings) }, today);
  if (options.events) {
    const recorded = options.events.map((file) => {
      const events = readEvents(readText(resolve(context.cwd, file), file), file);
      return { stack: stackOf(events, stacks, file), events };
    });
    return { version: 1, stacks: recorded.map(({ stack, events }) => reportOf(stack, events)) };
  }
  const reports = [];
  // One after the other: each preview takes a gigabyte.
  for (const stack of chosen(stacks, options.env)) {
    const env = await environmentFor(context, project, stack);
    reports.push(reportOf(stack, await previewEvents(project, stack.name, env)));
  }
  return { version: 1, stacks: reports };
}

function chosen(stacks: readonly Stack[], wanted: readonly string[] | undefined): readonly Stack[] {
  // Nobody but its deployer previews what a cluster runs.
  if (wanted === undefined) return stacks.filter(({ settings }) => settings.kind !== "delivery");
  const scopes = stacks.map(({ settings }) => scopeOf(settings));
  return wanted.map((scope) => {
    const found = stacks[scopes.indexOf(scope)];
    if (found !== undefined) return found;
    throw wrongUsage(`no stack is ${scope}`, suggestion(scope, scopes, "stacks"));
  });
}

// A resource's URN begins with urn:pulumi:<stack>::<project>::.
function stackOf(events: readonly EngineEvent[], stacks: readonly Stack[], file: string): Stack {
  const urn = events.flatMap(({ resourcePreEvent, policyAnalyzeSummaryEvent }) => [
    ...(resourcePreEvent ? [resourcePreEvent.metadata.urn] : []),
    ...(policyAnalyzeSummaryEvent?.resourceUrn ? [policyAnalyzeSummaryEvent.resourceUrn] : []),
  ])[0];
  const name = urn?.split(":")[2];
  const found = stacks.find((stack) => stack.name === name);
  if (found !== undefined) return found;
  throw new UserError({
    what: name === undefined ? "its events are about no resource" : `this project has no stack ${name}`,
    where: file,
    exitCode: 2,
  });
}

async function environmentFor(
  { places, env }: Context,
  project: ChosenProject,
  { settings }: Stack,
): Promise<NodeJS.ProcessEnv> {
  if (!project.sandbox) return env;
  const { environment } = settings;
  return engineFor(places, env, environment === undefined ? undefined : moverOf(settings, environment));
}

function rendered(report: PolicyReport, project: ChosenProject, format: string): string {
  const { markdown, sarif } = policyCode();
  if (format === "markdown") return markdown(report);
  const value =
    format === "json"
      ? report
      : sarif(report, {
          repository: repositoryOf(loadSettings(project, stackNames(project)[0])),
          stackFile: (stack) => fromRoot(join(project.directory, `Pulumi.${stack}.yaml`)),
        });
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function requireNothingStands(report: PolicyReport): void {
  const standing = policyCode().mandatoryFindings(report).length;
  if (standing > 0) {
    throw new UserError({
      what: standing === 1 ? "a mandatory finding stands" : `${standing} mandatory findings stand`,
      fix: "The report says what to do about each",
      exitCode: 1,
    });
  }
  const failed = report.stacks.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) {
    throw new UserError({ what: `the preview of ${failed.stack} failed: ${failed.failure}`, exitCode: 3 });
  }
}

function repositoryOf({ github }: Settings): string {
  return `https://github.com/${github.owner}/${github.repository}`;
}

// The pack and its pages are in the repository of the program.
function pageOf(policy: string, settings: Settings): string {
  return `${repositoryOf(settings)}/blob/HEAD/docs/policies/${policy}.md`;
}

// Code scanning looks for files from the root of the repository.
function fromRoot(file: string): string {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const top = directory === dirname(directory);
    if (top || existsSync(join(directory, ".git"))) {
      return relative(top ? dirname(file) : directory, file)
        .split(sep)
        .join("/");
    }
  }
}

function readText(path: string, file: string): string {
  try {
    if (statSync(path).isFile()) return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") throw new UserError({ what: "the file can't be read", where: file, exitCode: 2 });
    // A name that is too long for a file is nobody's either.
    if (code !== "ENOENT" && code !== "ENAMETOOLONG" && code !== "ENOTDIR") throw error;
  }
  throw new UserError({ what: "there is no such file", where: file, exitCode: 2 });
}
