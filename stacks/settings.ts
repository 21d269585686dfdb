import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { engineValues, parseSettings, type Settings } from "../model/config";
import { projectNamed, projectValues } from "../model/config/project-file";
import { UserError } from "../model/errors";

function readSettings(): Settings {
  const project = pulumi.getProject();
  const values = engineValues(project, pulumi.runtime.allConfig());
  try {
    return parseSettings({ project, stack: pulumi.getStack(), values, shared: sharedValues(project) });
  } catch (error) {
    // RunError prints the message alone, without a stack.
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

/** What `Pulumi.yaml` says, of which the engine hands over only what the stack's file left of it. */
export function sharedValues(project: string): Record<string, unknown> | undefined {
  return projectFolder === undefined
    ? undefined
    : projectValues(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8"), project);
}

/** The nearest folder on the way up that has the project's `Pulumi.yaml`. */
function findProject(project: string): string | undefined {
  for (let directory = ownDirectory(); ; directory = dirname(directory)) {
    const file = join(directory, "Pulumi.yaml");
    if (existsSync(file) && projectNamed(readFileSync(file, "utf8"), project)) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

// The way by which the engine came here: a folder that is a link elsewhere belongs to the project that has the link.
function ownDirectory(): string {
  const { PWD } = process.env;
  return PWD !== undefined && existsSync(PWD) && realpathSync(PWD) === process.cwd() ? PWD : process.cwd();
}

/** Where `Pulumi.yaml` is; undefined when the program runs outside of its project. */
export const projectFolder = findProject(pulumi.getProject());
/** The stack's configuration, validated once. */
export const settings = readSettings();
