import { graphFromResources } from "../../model/access/from-resources";
import { signingColumn } from "../../model/access/matrix";
import { capabilities, type Capability } from "../../model/access/types";
import { suggestion } from "../../model/config/nearest";
import { UserError } from "../../model/errors";
import type { Settings } from "../../model/settings";
import { bootstrapOf, withBootstrap } from "../access/bootstrap";
import { columnsOf, effectiveMatrix, vaultCapabilities, type Column } from "../access/effective";
import { matrixMarkdown, matrixText, whoCanMarkdown, whoCanReport, whoCanText } from "../access/render";
import { runProgram } from "../access/run-program";
import { json } from "../output/io";
import { findProject, type Project } from "../project";
import { readRunning } from "../promotion/running";
import { cwdOption, jsonOption, wrongUsage, type Register } from "./command";

interface Options {
  whoCan?: string;
  json?: boolean;
  markdown?: boolean;
  cwd?: string;
}

/** `airlock access`: who can do what, judged from the resources that the program registers. */
export const registerAccess: Register = (program, context) => {
  program
    .command("access")
    .description("who can do what where, and why")
    .usage("[--json | --markdown] [--who-can <capability> <column>]")
    .argument("[column]", "environment, or `signing`, that --who-can asks about")
    .option("--who-can <capability>", `one of ${capabilities.join(", ")}; for any repository`)
    .option("--markdown", "print Markdown")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (column: string | undefined, options: Options) => {
      if (options.json && options.markdown) throw wrongUsage("--json and --markdown exclude each other");
      if (column !== undefined && options.whoCan === undefined) {
        throw wrongUsage(
          `"${column}" is asked about without a question`,
          `airlock access --who-can push ${column}`,
        );
      }
      // Judged is the project as it stands under review, never the sandbox's copy of it.
      const project = findProject(options.cwd ?? context.cwd);
      const asked = options.whoCan === undefined ? undefined : question(project, options.whoCan, column);
      const { resources, settings } = await runProgram(context.places.checkout, project);
      const declared = graphFromResources(resources, { environments: registriesOf(settings) });
      const graph = withBootstrap(declared, settings);
      const columns = columnsOf(graph, environmentsOf(settings));
      const { out } = context.io;
      if (asked !== undefined) {
        const report = whoCanReport(graph, asked.capability, findColumn(columns, asked.column));
        if (options.json) json(out, report);
        else out.write(options.markdown ? whoCanMarkdown(report) : whoCanText(report));
        return;
      }
      const matrix = effectiveMatrix(graph, columns, Object.keys(settings.identities));
      if (options.json) json(out, { ...matrix, bootstrap: bootstrapOf(settings) });
      else out.write(options.markdown ? matrixMarkdown(matrix) : matrixText(matrix, out.terminal));
    });
};

// Words are judged before the program runs, which takes seconds.
function question(
  project: Project,
  capability: string,
  column: string | undefined,
): { capability: Capability; column: string } {
  const known = capabilities.find((name) => name === capability);
  if (known === undefined) {
    throw wrongUsage(
      `unknown capability "${capability}"`,
      suggestion(capability, capabilities, "capabilities"),
    );
  }
  const environments = environmentsOf(readRunning(project).settings);
  const names = [...environments, signingColumn];
  if (column === undefined) {
    throw wrongUsage(
      "--who-can needs a column",
      `One of ${names.join(", ")}, as in: airlock access --who-can push prod`,
    );
  }
  if (!names.includes(column))
    throw wrongUsage(`unknown column "${column}"`, suggestion(column, names, "columns"));
  const fitting = vaultCapabilities.includes(known) ? [signingColumn] : environments;
  if (!fitting.includes(column))
    throw wrongUsage(`${known} is not asked of ${column}`, `Ask about ${fitting.join(", ")}`);
  return { capability: known, column };
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

function environmentsOf(settings: Settings): string[] {
  return settings.path.environments.map(({ name }) => name);
}

function registriesOf(settings: Settings): Record<string, string> {
  return Object.fromEntries(settings.path.environments.map(({ registry, name }) => [registry, name]));
}
