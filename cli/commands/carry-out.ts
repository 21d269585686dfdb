import { shortDigest } from "../../model/image-reference";
import type { ChosenProject, Context } from "../context";
import { json, line, note } from "../output/io";
import { stackFile } from "../project";
import { editStackFile, writeEdit } from "../promotion/edit";
import { nextSteps } from "../promotion/next-steps";
import { placeOf, placeText, type ImagesPlace } from "../promotion/place";
import type { Move } from "../promotion/plan";
import { moverOf, type Declared } from "../promotion/running";
import { asSoleEditor } from "../promotion/sole-editor";
import { runUpdate } from "../update";

interface How {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly apply?: boolean;
  readonly json?: boolean;
}

/** What a command wants, as the project's files say now. */
export interface Intention {
  readonly declared: Declared;
  /** What `--json` shows when there is nothing to do. */
  readonly wanted: { readonly repository: string; readonly to: string };
  /** Absent: there is nothing to do. */
  readonly move?: Move;
}

/**
 * Makes the edit of a move, tells what happened, and applies it if asked.
 * @param intend reads the project's files and plans; no other airlock edits the file between that and the edit.
 */
export async function carryOut(
  context: Context,
  project: ChosenProject,
  intend: () => Intention,
  how: How,
): Promise<void> {
  const { out } = context.io;
  // What can't be done is refused before anything is locked.
  const asked = intend();
  const { to, repository } = asked.wanted;
  const place = placeOf(asked.declared.world, to);
  const edited = () => {
    const intention = intend();
    const edit = intention.move && editStackFile(project, place, intention.move, how.replace);
    const changed = edit !== undefined && edit.before !== edit.after;
    if (changed && !how.dryRun) writeEdit(edit);
    return { ...intention, edit, changed };
  };
  const { declared, wanted, move, edit, changed } = how.dryRun
    ? edited()
    : await asSoleEditor(stackFile(project, place.stack), edited);
  if (how.json) {
    json(out, { ...(move ?? wanted), changed, dryRun: how.dryRun === true, diff: edit?.diff ?? "" });
  } else if (!changed) {
    const { version, digest } = declared.running[to][repository];
    const present = `${version} (${shortDigest(digest)})`;
    line(out, `${placeText(place)} already has ${repository} at ${present}. Nothing to do.`);
  } else {
    out.write(edit!.diff);
    line(out, how.dryRun ? "A dry run: nothing was written." : summary(move!));
  }
  if (how.dryRun) return;
  if (how.apply) await apply(context, project, declared, to, place, how);
  else if (changed && !how.json)
    nextSteps(context.places, project, declared, move!).forEach((text) => line(out, text));
}

function summary({ repository, version, digest, from, to, replaces }: Move): string {
  const source = from === undefined ? "" : ` from ${from}`;
  const instead =
    replaces === undefined ? "" : ` instead of ${replaces.version} (${shortDigest(replaces.digest)})`;
  return `${repository} ${version} (${shortDigest(digest)})${source} is to run in ${to}${instead}.`;
}

async function apply(
  context: Context,
  project: ChosenProject,
  { settings }: Declared,
  to: string,
  { stack }: ImagesPlace,
  how: How,
): Promise<void> {
  const as = moverOf(settings, to);
  if (project.sandbox && as !== undefined) note(context.io.err, `As ${as}, who may promote to ${to}:`);
  await runUpdate(context, project, stack, { as, json: how.json });
}
