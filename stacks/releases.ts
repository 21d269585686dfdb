import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "../model/config";
import { configSection } from "../model/config/project-file";
import { UserError } from "../model/errors";
import { versionOfStack } from "../model/release/names";
import type { Release } from "../model/release/release";
import { projectFolder, sharedValues } from "./settings";

/**
 * Every release that has a file in the project. One that is wrong stops the program: nobody knows what it is about. Approvals are judged where
 * they count: a change of managers stops no environment that the release has nothing to do with.
 */
export function readReleases(): Release[] {
  if (projectFolder === undefined) return [];
  const folder = projectFolder;
  const stacks = readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .filter((stack) => versionOfStack(stack) !== undefined);
  return stacks.sort().flatMap((stack) => readRelease(folder, stack) ?? []);
}

function readRelease(folder: string, stack: string): Release | undefined {
  const project = pulumi.getProject();
  const file = `Pulumi.${stack}.yaml`;
  try {
    const shared = sharedValues(project);
    const own = configSection(readFileSync(join(folder, file), "utf8"), project, file);
    return parseSettings({ project, stack, file, values: { ...shared, ...own }, shared, unjudged: true })
      .release;
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}
