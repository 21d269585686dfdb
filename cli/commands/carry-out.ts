import { shortDigest } from "../../model/image-reference";
import { environmentNamed } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import type { ChosenProject, Context } from "../context";
import { quote } from "../engine-environment";
import { json, line, note } from "../output/io";
import { stackFile } from "../project";
import { editStackFile, writeEdit } from "../promotion/edit";
import type { Move } from "../promotion/plan";
import { moverOf, readRunning } from "../promotion/running";
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
  readonly settings: Settings;
  /** What `--json` shows when there is nothing to do. */
  readonly wanted: { readonly repository: string; readonly to: string };
  /** Absent: there is nothing to do. */
  readonly move?: Move;
}

/**
 * Edits the stack file for a move, tells what happened, and applies it if asked.
 * @param intend reads the project's files and plans; no other airlock edits the file between that and the edit.
 */
export async function carryOut(
  context: Context,
  project: ChosenProject,
  intend: () => Intention,
  how: How,
): Promise<void> {
  const { out } = context.io;
  const edited = () => {
    const intention = intend();
    const edit = intention.move && editStackFile(project, intention.move, how.replace);
    const changed = edit !== undefined && edit.before !== edit.after;
    if (changed && !how.dryRun) writeEdit(edit);
    return { ...intention, edit, changed };
  };
  // What can't be done is refused before anything is locked.
  const { to, repository } = intend().wanted;
  const { settings, wanted, move, edit, changed } = how.dryRun
    ? edited()
    : await asSoleEditor(stackFile(project, to), edited);
  if (how.json) {
    json(out, { ...(move ?? wanted), changed, dryRun: how.dryRun === true, diff: edit?.diff ?? "" });
  } else if (!changed) {
    const { version, digest } = readRunning(project).running[to][repository];
    const present = `${version} (${shortDigest(digest)})`;
    line(out, `Pulumi.${to}.yaml already has ${repository} at ${present}. Nothing to do.`);
  } else {
    out.write(edit!.diff);
    line(out, how.dryRun ? "A dry run: nothing was written." : summary(move!));
  }
  if (how.dryRun) return;
  if (how.apply) await apply(context, project, settings, to, how);
  else if (changed && !how.json)
    [...attestStep(project, settings, wanted), ...nextSteps(context, project, settings, to)].forEach((text) =>
      line(out, text),
    );
}

function summary({ repository, version, digest, from, to, replaces }: Move): string {
  const source = from === undefined ? "" : ` from ${from}`;
  const instead =
    replaces === undefined ? "" : ` instead of ${replaces.version} (${shortDigest(replaces.digest)})`;
  return `${repository} ${version} (${shortDigest(digest)})${source} is to run in ${to}${instead}.`;
}

function attestStep(
  project: ChosenProject,
  { path }: Settings,
  { repository, to }: Intention["wanted"],
): string[] {
  if (!environmentNamed(path, to).attested) return [];
  const command = `npx airlock ${project.sandbox ? "sandbox attest" : "attestation"} ${repository} --to ${to}`;
  return [`${to} lets in what is attested for it. If it isn't yet: ${command}`];
}

function nextSteps(context: Context, project: ChosenProject, settings: Settings, to: string): string[] {
  if (!project.sandbox) {
    return [
      "Next:",
      `  pulumi preview -s ${to} --policy-pack policies --diff`,
      "  then a pull request with this one change",
    ];
  }
  const identity = moverOf(settings, to);
  const as = identity === undefined ? "" : ` --as ${quote(identity)}`;
  return [
    "Next:",
    `  eval "$(npx airlock sandbox env${as})"`,
    `  cd ${quote(context.places.workspace)}`,
    `  pulumi up -s ${to} --policy-pack policies`,
  ];
}

async function apply(
  context: Context,
  project: ChosenProject,
  settings: Settings,
  to: string,
  how: How,
): Promise<void> {
  const as = moverOf(settings, to);
  if (project.sandbox && as !== undefined) note(context.io.err, `As ${as}, who may promote to ${to}:`);
  await runUpdate(context, project, to, { as, json: how.json });
}
