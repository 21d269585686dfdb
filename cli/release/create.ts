import { UserError } from "../../model/errors";
import { parseReleaseVersion, releaseStack } from "../../model/release/names";
import { approvingRoles, stagesOf } from "../../model/release/stages";
import { createRelease } from "../../model/release/transitions";
import type { Settings } from "../../model/settings";
import type { ChosenProject, Context } from "../context";
import { runEngine } from "../engine";
import { readRunning } from "../promotion/running";
import { engineEnvironmentOf } from "../update";
import { createReleaseFile, type ReleaseEdit } from "./files";

/**
 * A new release: its file, with the first stage open.
 * @throws UserError: 1 when the version is another release, 2 when the project's or the release's configuration is wrong
 */
export function newRelease(
  context: Context,
  project: ChosenProject,
  version: string,
  repositories: readonly string[],
  how: { dryRun?: boolean },
): Promise<ReleaseEdit> {
  const { settings } = readRunning(project);
  refuseUnmanaged(settings);
  const release = createRelease(
    settings.path,
    { version: parseReleaseVersion(version), repositories },
    context.now(),
  );
  return createReleaseFile(project, release, how);
}

/** Before anything is built for it: a release that nobody can approve would end in its first stage. */
function refuseUnmanaged({ path, releases }: Settings): void {
  const asked = stagesOf(path)
    .slice(1)
    .flatMap(({ environment }) => approvingRoles(path, environment.name));
  const missing = [...new Set(asked)].filter((role) => !Object.hasOwn(releases.managers, role));
  if (missing.length === 0) return;
  throw new UserError({
    what: `nobody is named who approves for ${missing.join(", ")}`,
    where: "Pulumi.yaml: releases.managers",
    fix: `Add ${missing[0]}: { manager: <name>, backup: <name> }`,
    exitCode: 2,
  });
}

/** The engine knows a stack only once it was made. */
export async function makeStack(context: Context, project: ChosenProject, version: string): Promise<void> {
  const stack = releaseStack(version);
  const { code, output } = await runEngine(["stack", "init", stack, "--no-select", "--non-interactive"], {
    cwd: project.directory,
    env: await engineEnvironmentOf(context, project),
  });
  if (code === 0 || /already exists/.test(output)) return;
  throw new UserError({
    what: `pulumi stack init ${stack} failed: ${output.trim().replace(/\s+/g, " ")}`,
    exitCode: 3,
  });
}
