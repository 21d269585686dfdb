import { releaseStack } from "../../model/release/names";
import { phaseOf, type Release } from "../../model/release/release";
import { UserError } from "../../model/errors";
import type { ChosenProject, Context } from "../context";
import { runUpdate } from "../update";
import { assertClosingRan } from "./carried-out";
import { editRelease, readRelease, type Happening, type Reading, type ReleaseEdit } from "./files";
import type { How } from "./print";

/**
 * Takes the steps out of a stage: two edits of the file, each with an update of its own, since the engine takes things away
 * at the end of one and the next can prove only then that they are gone. Without `--apply` it takes the step that is due.
 * Killed anywhere, it goes on from what the file says.
 * @param next the step that is due, or the very same release when none is
 * @param tell called after each edit
 * @param ready called before `next` is, for what it has to know from elsewhere
 * @returns all of what was edited, as one edit
 */
export async function takeSteps(
  context: Context,
  project: ChosenProject,
  version: string,
  next: Happening,
  how: How & Reading,
  tell: (edit: ReleaseEdit) => void = () => undefined,
  ready: () => Promise<void> = () => Promise.resolve(),
): Promise<ReleaseEdit> {
  const update = () => runUpdate(context, project, releaseStack(version), how);
  const edits: ReleaseEdit[] = [];
  const { release, settings } = readRelease(project, version, how);
  let leaving = stageLeft(release);
  const step = async (): Promise<ReleaseEdit> => {
    const seen = leaving;
    await ready();
    const edit = await editRelease(
      project,
      version,
      (present, agreed) => {
        if (stageLeft(present) !== seen) throw changedMeanwhile(version);
        return next(present, agreed);
      },
      how,
    );
    edits.push(edit);
    leaving = stageLeft(edit.after);
    tell(edit);
    return edit;
  };

  if (leaving !== undefined && !how.dryRun) {
    // What can't be done is refused before an update is run for it.
    await ready();
    next(release, settings);
    if (how.apply) await update();
    else await assertClosingRan(context, project, version, leaving);
  }
  await step();
  if (how.apply) await update();
  if (how.apply && leaving !== undefined) {
    await step();
    await update();
  }
  return joined(edits);
}

/** The stage that a release is on its way out of. */
export function stageLeft(release: Release): string | undefined {
  return Object.keys(release.stages).find((stage) => phaseOf(release, stage) === "closing");
}

/** The update of a release's stack, for a list of what is next. */
export function updateLine(version: string): string {
  return `  pulumi up -s ${releaseStack(version)} --policy-pack policies`;
}

/** What to do after a step without `--apply`. */
export function nextSteps(release: Release): string[] {
  const leaving = stageLeft(release);
  return [
    "Next:",
    updateLine(release.version),
    ...(leaving === undefined
      ? []
      : [`  then this command again, when ${leaving} has nothing left to sign in with`]),
  ];
}

function joined(edits: readonly ReleaseEdit[]): ReleaseEdit {
  const last = edits[edits.length - 1];
  return {
    ...last,
    before: edits[0].before,
    changed: edits.some(({ changed }) => changed),
    diff: edits.map(({ diff }) => diff).join(""),
  };
}

function changedMeanwhile(version: string): UserError {
  return new UserError({
    what: `somebody else advances ${version}, and its file is left as it is now`,
    where: `Pulumi.${releaseStack(version)}.yaml`,
    fix: "Look at airlock release status, and run the command again",
    exitCode: 1,
  });
}
