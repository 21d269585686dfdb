import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseSettings, type Settings, type SettingsInput } from "../model/config";
import { type ConfigValues, configSection, projectValues, readMapping } from "../model/config/project-file";
import { UserError } from "../model/errors";

/** A Pulumi project on disk. */
export interface Project {
  /** Absolute path of the folder with `Pulumi.yaml`. */
  readonly directory: string;
  /** `name` in `Pulumi.yaml`, which is also the namespace of its configuration. */
  readonly name: string;
  /** `main` in `Pulumi.yaml`, relative to the folder. */
  readonly main: string;
}

export type { ConfigValues } from "../model/config/project-file";

/**
 * The nearest Pulumi project, upwards from `cwd`.
 * @throws UserError (exit 2) when there is none, or its `Pulumi.yaml` can't be read.
 */
export function findProject(cwd: string): Project {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    if (existsSync(join(directory, "Pulumi.yaml"))) return openProject(directory);
    if (directory === dirname(directory)) {
      throw new UserError({
        what: "there is no Pulumi.yaml here or in any folder above",
        where: resolve(cwd),
        fix: "Go to the project's folder, or name it with --cwd",
        exitCode: 2,
      });
    }
  }
}

/** The project in exactly this folder. */
export function openProject(directory: string): Project {
  const file = join(directory, "Pulumi.yaml");
  const document = readMapping(readFileSync(file, "utf8"), file);
  if (typeof document.name !== "string") {
    throw new UserError({
      what: "the project has no name",
      where: "Pulumi.yaml: name",
      fix: "Add `name:`",
      exitCode: 2,
    });
  }
  return { directory, name: document.name, main: typeof document.main === "string" ? document.main : "." };
}

/** Names of the stacks that have a `Pulumi.<stack>.yaml`, sorted. */
export function stackNames(project: Project): string[] {
  return readdirSync(project.directory)
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** Absolute path of a stack's configuration file. */
export function stackFile(project: Project, stack: string): string {
  return join(project.directory, `Pulumi.${stack}.yaml`);
}

/**
 * Text of a stack's configuration file.
 * @throws UserError (exit 2) when the file doesn't exist.
 */
export function readStackFile(project: Project, stack: string): string {
  const file = stackFile(project, stack);
  if (!existsSync(file)) {
    const known = stackNames(project).join(", ") || "none";
    throw new UserError({
      what: `stack ${stack} has no configuration file`,
      where: `Pulumi.${stack}.yaml`,
      fix: `Stacks with one: ${known}`,
      exitCode: 2,
    });
  }
  return readFileSync(file, "utf8");
}

/** A stack's configuration: the project's values under the stack's own. `text` replaces the stack file's content. */
export function stackValues(
  project: Project,
  stack: string,
  text = readStackFile(project, stack),
): ConfigValues {
  const own = configSection(text, project.name, `Pulumi.${stack}.yaml`);
  return { ...sharedValues(project), ...own };
}

/** Whether a stack runs what was promoted in a cluster, and makes nothing of its own; of a file that is wrong nobody knows. */
export function isDelivery(project: Project, stack: string): boolean {
  return stackValues(project, stack).kind === "delivery";
}

function sharedValues(project: Project): ConfigValues {
  const text = readFileSync(join(project.directory, "Pulumi.yaml"), "utf8");
  return projectValues(text, project.name);
}

/**
 * A stack's validated settings. `text` replaces the stack file's content, to judge an edit before it is written.
 * @throws UserError (exit 2) that names every wrong key.
 */
export function loadSettings(
  project: Project,
  stack: string,
  text?: string,
  { unjudged }: Pick<SettingsInput, "unjudged"> = {},
): Settings {
  const values = stackValues(project, stack, text);
  const shared = sharedValues(project);
  return parseSettings({
    project: project.name,
    stack,
    file: `Pulumi.${stack}.yaml`,
    values,
    shared,
    unjudged,
  });
}

/** Configuration as the engine hands it to a program: full keys, structured values as JSON. */
export function engineConfig(project: Pick<Project, "name">, values: ConfigValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `${project.name}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
