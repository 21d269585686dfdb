import { clusterColumn, environmentsWithCluster, signingColumn } from "../../model/access/matrix";
import { askedOf } from "../../model/access/operations";
import { capabilities, type Capability } from "../../model/access/types";
import { suggestion } from "../../model/config/nearest";
import { UserError } from "../../model/errors";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { bootstrapOf } from "../access/bootstrap";
import { declaredAccess, registryColumns, type DeclaredAccess } from "../access/declared";
import { accessDiff, grows } from "../access/diff";
import { effectiveMatrix, type Column } from "../access/effective";
import { withEarlierProject, type EarlierProject } from "../access/git-checkout";
import {
  matrixMarkdown,
  matrixText,
  unjudgedMarkdown,
  unjudgedText,
  whoCanMarkdown,
  whoCanReport,
  whoCanText,
} from "../access/render";
import { diffMarkdown, diffText, type DiffHeading } from "../access/render-diff";
import type { Context } from "../context";
import { liveReport } from "../live/live-access";
import { liveData, liveMarkdown, liveText } from "../live/render-live";
import { signIn } from "../live/sign-in";
import { json } from "../output/io";
import { findProject, type Project } from "../project";
import { pocOf, worldOf } from "../poc";
import { readRunning } from "../promotion/running";
import { wrongUsage } from "../wrong-usage";
import { cwdOption, jsonOption, refuseTogether, type Register } from "./command";

interface Options {
  whoCan?: string;
  diff?: string;
  live?: boolean;
  poc?: boolean;
  administrator?: string[];
  exitCode?: boolean;
  json?: boolean;
  markdown?: boolean;
  cwd?: string;
}

/** `airlock access`: who can do what, judged from the resources that the program registers. */
export const registerAccess: Register = (program, context) => {
  program
    .command("access")
    .description("who can do what where, and why")
    .usage("[--json | --markdown] [--who-can <capability> <column> | --diff <reference> | --live]")
    .argument(
      "[column]",
      "environment, its cluster such as `prod.cluster`, or `signing`, that --who-can asks about",
    )
    .option("--who-can <capability>", `one of ${capabilities.join(", ")}; for any repository`)
    .option("--diff <reference>", "who gains and who loses what since a commit, branch or tag")
    .option("--exit-code", "with --diff: 1 when anybody gains anything")
    .option("--live", "what stands in the cloud and no line declares: 1 when there is anything")
    .option("--poc", "the proof of concept's own matrix, instead of the path's")
    .option("--administrator <name...>", "with --live: who administers the subscription by hand")
    .option("--markdown", "print Markdown")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (column: string | undefined, options: Options) => {
      requireOneQuestion(column, options);
      // Judged is the project as it stands under review, never the sandbox's copy of it.
      const project = findProject(options.cwd ?? context.cwd);
      if (options.diff !== undefined) return compare(context, project, options.diff, options);
      if (options.live) return askCloud(context, project, options);
      if (options.whoCan !== undefined) return answer(context, project, options.whoCan, column, options);
      await showMatrix(context, project, options);
    });
};

function requireOneQuestion(column: string | undefined, options: Options): void {
  refuseTogether({ "--json": options.json, "--markdown": options.markdown });
  refuseTogether({ "--who-can": options.whoCan, "--diff": options.diff, "--live": options.live });
  refuseTogether({ "--poc": options.poc, "--diff": options.diff, "--live": options.live });
  if (options.administrator && !options.live) throw wrongUsage("--administrator needs --live");
  if (options.exitCode && options.diff === undefined) throw wrongUsage("--exit-code needs --diff");
  if (column !== undefined && options.whoCan === undefined) {
    throw wrongUsage(
      `"${column}" is asked about without a question`,
      `airlock access --who-can push ${column}`,
    );
  }
}

async function showMatrix({ io, places }: Context, project: Project, options: Options): Promise<void> {
  const declared = await declaredAccess(places.checkout, project, worldOf(options));
  const { graph, columns, settings, strangers, poc } = declared;
  const matrix = effectiveMatrix(graph, columns, Object.keys(settings.identities), strangers);
  const unjudged = graph.unjudged ?? [];
  if (options.json)
    json(io.out, { ...matrix, unjudged, bootstrap: bootstrapOf(settings.poc?.production ?? settings, poc) });
  else if (options.markdown) io.out.write(matrixMarkdown(matrix) + unjudgedMarkdown(unjudged));
  else io.out.write(matrixText(matrix, io.out.terminal) + unjudgedText(unjudged));
}

async function answer(
  { io, places }: Context,
  project: Project,
  capability: string,
  column: string | undefined,
  options: Options,
): Promise<void> {
  const asked = question(project, capability, column, options);
  const { graph, columns, settings } = await declaredAccess(places.checkout, project, worldOf(options));
  const { path } = settings;
  // Of an environment is asked what holds in any of its registries.
  const names = registriesOn(path).filter(({ name }) => name === asked.column);
  const all = names.length > 0 ? names.map(({ column }) => column) : [asked.column];
  const report = whoCanReport(
    graph,
    asked.capability,
    all.map((name) => findColumn(columns, name)),
  );
  if (options.json) json(io.out, report);
  else io.out.write(options.markdown ? whoCanMarkdown(report) : whoCanText(report));
}

async function compare(
  { io, places }: Context,
  project: Project,
  reference: string,
  options: Options,
): Promise<void> {
  const { earlier, later, commit } = await withEarlierProject(project, reference, async (before) => {
    const [earlier, later] = await Promise.all([
      declaredBefore(places.checkout, before),
      declaredAccess(places.checkout, project),
    ]);
    return { earlier, later, commit: before.commit };
  });
  const diff = accessDiff(earlier, later);
  const heading: DiffHeading = {
    title: `Who can do what: from ${commit} to the working tree`,
    none: `No difference in who can do what, from ${commit} to the working tree.`,
    protectedEnvironments: protectedOf(later.settings),
  };
  const unjudged = later.graph.unjudged ?? [];
  if (options.json) json(io.out, { from: commit, ...diff, unjudged });
  else if (options.markdown) io.out.write(diffMarkdown(diff, heading) + unjudgedMarkdown(unjudged));
  else io.out.write(diffText(diff, heading) + unjudgedText(unjudged));
  if (options.exitCode && grows(diff)) {
    throw new UserError({ what: `access grows from ${commit} to the working tree`, exitCode: 1 });
  }
}

async function askCloud({ io, places, env }: Context, project: Project, options: Options): Promise<void> {
  const declared = await declaredAccess(places.checkout, project);
  const report = await liveReport(declared, signIn(env), env, options.administrator ?? []);
  const protectedEnvironments = protectedOf(declared.settings);
  if (options.json) json(io.out, liveData(report));
  else io.out.write((options.markdown ? liveMarkdown : liveText)(report, protectedEnvironments));
  if (grows(report.diff)) {
    throw new UserError({
      what: "something stands in the cloud that no line of the program declares",
      fix: "Remove it, or declare it",
      exitCode: 1,
    });
  }
  if (report.unread.length > 0) {
    const count = report.unread.length === 1 ? "1 part" : `${report.unread.length} parts`;
    throw new UserError({
      what: `${count} of the cloud could not be read`,
      fix: "Grant this identity Reader there, and Directory.Read.All in Microsoft Graph",
      exitCode: 3,
    });
  }
}

function protectedOf({ path }: Settings): string[] {
  return registriesOn(path)
    .filter((registry) => registry.protected)
    .map(({ column }) => column);
}

async function declaredBefore(
  checkout: string,
  { project, commit }: EarlierProject,
): Promise<DeclaredAccess> {
  try {
    return await declaredAccess(checkout, project);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError({ ...error.problem, what: `as of commit ${commit}, ${error.problem.what}` });
  }
}

// Words are judged before the program runs, which takes seconds.
function question(
  project: Project,
  capability: string,
  column: string | undefined,
  options: Options,
): { capability: Capability; column: string } {
  const known = capabilities.find((name) => name === capability);
  if (known === undefined) {
    throw wrongUsage(
      `unknown capability "${capability}"`,
      suggestion(capability, capabilities, "capabilities"),
    );
  }
  const { settings } = readRunning(project, worldOf(options));
  const environments = registryColumns(settings);
  const clusters = clusterColumns(settings);
  const names = [...environments, ...clusters, signingColumn];
  if (column === undefined) {
    throw wrongUsage(
      "--who-can needs a column",
      `One of ${names.join(", ")}, as in: airlock access --who-can push prod`,
    );
  }
  if (!names.includes(column)) {
    refuseWithoutPoc(project, capability, column, options);
    throw wrongUsage(`unknown column "${column}"`, suggestion(column, names, "columns"));
  }
  const fitting = { registry: environments, cluster: clusters, vault: [signingColumn] }[askedOf(known)];
  if (!fitting.includes(column))
    throw wrongUsage(`${known} is not asked of ${column}`, `Ask about ${fitting.join(", ")}`);
  return { capability: known, column };
}

const clusterColumns = (settings: Settings): string[] => environmentsWithCluster(settings).map(clusterColumn);

/** The proof of concept has columns that the path hasn't, and its are asked about by an option. */
function refuseWithoutPoc(project: Project, capability: string, column: string, { poc }: Options): void {
  const settings = poc ? undefined : pocOf(project);
  if (settings === undefined || ![...registryColumns(settings), ...clusterColumns(settings)].includes(column))
    return;
  throw wrongUsage(
    `${column} is a column of the proof of concept`,
    `Add --poc: airlock access --who-can ${capability} ${column} --poc`,
  );
}

function findColumn(columns: readonly Column[], name: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new UserError({
    what: `the program makes no ${name === signingColumn ? "vault" : `registry for ${name}`}`,
    where: "stacks",
    exitCode: 2,
  });
}
