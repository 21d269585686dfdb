import { UserError } from "../../model/errors";
import { environmentNamed } from "../../model/promotion-path";
import { pocStack } from "../../model/settings";
import type { PathFacts } from "../../model/proof";
import { factsFromResources } from "../../model/proof/facts-from-resources";
import { factsFromSettings } from "../../model/proof/facts-from-settings";
import { declaredAccess } from "../access/declared";
import { runProgram } from "../access/run-program";
import type { Context } from "../context";
import { withBuiltEngine } from "../doctor/ask-engine";
import { isolationRows } from "../doctor/poc";
import { doctorText, isolationText } from "../doctor/render";
import { doctorReport, problemCount } from "../doctor/report";
import { setupRows, stateRow, type SetupRow } from "../doctor/setup";
import { withStanding } from "../doctor/standing";
import { json } from "../output/io";
import { pocOf } from "../poc";
import { findProject, type Project } from "../project";
import { readRunning, type Declared } from "../promotion/running";
import { cwdOption, jsonOption, type Register } from "./command";

interface Options {
  env?: string;
  json?: boolean;
  cwd?: string;
}

/** `airlock doctor`: whether promotion and pull will work, before anything is applied. */
export const registerDoctor: Register = (program, context) => {
  program
    .command("doctor", { hidden: true })
    .description("whether promotion and pull will work, and which fact breaks them")
    .option("--env <environment>", "one environment alone, or the proof of concept")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: Options) => {
      // Judged is the project as it stands under review, never the sandbox's copy of it.
      const project = findProject(options.cwd ?? context.cwd);
      if (options.env === pocStack && pocOf(project) !== undefined)
        return judgeIsolation(context, project, options);
      const declared = readRunning(project);
      if (options.env !== undefined) environmentNamed(declared.settings.path, options.env);
      const { facts, row } = await factsOf(context, project, declared);
      const runsImages = Object.values(declared.running).some((images) => Object.keys(images).length > 0);
      const { settings } = declared;
      const env = withBuiltEngine(context.env, context.places);
      const setup = await setupRows({ project, settings, runsImages, env });
      const hasState = setup.some(({ name, status }) => name === stateRow && status === "ok");
      const judged = hasState ? await withStanding(facts, settings, project, env) : facts;
      const report = doctorReport([...setup, row], judged, options.env);
      const { out } = context.io;
      if (options.json) json(out, report);
      else out.write(doctorText(report, out.terminal));
      refuseProblems(problemCount(report), "in the way of promotion or pull");
    });
};

/** Of a proof of concept is asked whether it has nothing in common with production. */
async function judgeIsolation({ io, places }: Context, project: Project, options: Options): Promise<void> {
  const {
    graph,
    columns,
    pocResources = [],
    settings,
  } = await declaredAccess(places.checkout, project, "poc");
  const isolation = isolationRows({ resources: pocResources, settings }, graph, columns);
  if (options.json) json(io.out, { isolation });
  else io.out.write(isolationText(isolation, io.out.terminal));
  refuseProblems(
    isolation.filter(({ status }) => status === "problem").length,
    "between it and its isolation",
  );
}

function refuseProblems(count: number, where: string): void {
  if (count === 0) return;
  throw new UserError({
    what: `${count} ${count === 1 ? "problem stands" : "problems stand"} ${where}`,
    fix: "The report says what to do about each",
    exitCode: 1,
  });
}

/** A program that fails is a problem by itself; the configuration then says what it can. */
async function factsOf(
  { places }: Context,
  project: Project,
  { settings }: Declared,
): Promise<{ facts: PathFacts; row: SetupRow }> {
  try {
    const { resources } = await runProgram(places.checkout, project);
    const detail = `${resources.length} resources in all stacks`;
    return { facts: factsFromResources(resources, settings), row: { name: "program", status: "ok", detail } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, where, fix } = error.problem;
    const detail = `${what.replace(/\s*\n\s*/g, "; ")}${where === undefined ? "" : ` (${where})`}`;
    return {
      facts: factsFromSettings(settings),
      row: { name: "program", status: "problem", detail, ...(fix !== undefined && { fix }) },
    };
  }
}
