import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type ReleaseFile, statedRelease } from "../model/config/stated-release";
import { UserError } from "../model/errors";
import { versionOfStack } from "../model/release/names";
import type { Release } from "../model/release/release";
import { projectFolder, sharedValues } from "./settings";

/**
 * Every release that has a file in the project. One that is wrong stops the program, and so does a folder that nobody finds:
 * without its releases an image would need no approvals. Approvals are judged where they
 * count: a change of managers stops no environment that the release has nothing to do with.
 */
export function readReleases(): Release[] {
  const project = pulumi.getProject();
  const shared = sharedValues(project);
  if (projectFolder === undefined || shared === undefined) {
    throw new pulumi.RunError(
      `the releases can't be read: no folder from here upwards has the Pulumi.yaml of project ${project}. Run the program inside its project`,
    );
  }
  const folder = projectFolder;
  const stacks = readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .filter((stack) => versionOfStack(stack) !== undefined);
  return stacks.sort().map((stack) => {
    const text = readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8");
    return stated({ project, stack, text, shared });
  });
}

function stated(file: ReleaseFile): Release {
  try {
    return statedRelease(file).release;
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}
