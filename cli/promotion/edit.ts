import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";
import { setImage } from "../../model/config/stack-file";
import { unifiedDiff } from "../output/diff";
import { loadSettings, readStackFile, stackFile, type Project } from "../project";
import { UserError } from "../../model/errors";
import type { ImagesPlace } from "./place";
import type { Move } from "./plan";
import { clearLeftovers, draftOf } from "./sole-editor";

/** A stack file before and after one image moved. */
export interface StackFileEdit {
  /** Absolute path. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Unified diff of the two. */
  readonly diff: string;
}

/**
 * The edit that puts an image where those of its environment stand; nothing is written.
 * @throws UserError (exit 2) when the file would no longer be valid.
 */
export function editStackFile(
  project: Project,
  { stack, key }: ImagesPlace,
  { repository, version, digest }: Move,
  replace = false,
): StackFileEdit {
  const file = stackFile(project, stack);
  const before = readStackFile(project, stack);
  const after = setImage(before, project.name, repository, { version, digest }, { replace, at: key });
  loadSettings(project, stack, after);
  return { file, before, after, diff: unifiedDiff(basename(file), before, after) };
}

/**
 * Carries an edit out in one step: a reader sees the old content or the new, and whoever is killed leaves one of them.
 * @throws UserError (exit 1) when the file is no longer what was edited.
 */
export function writeEdit({ file, before, after }: StackFileEdit): void {
  // A link stays one: what it leads to is replaced.
  const target = realpathSync(file);
  const draft = draftOf(target);
  try {
    writeDurably(draft, after);
    chmodSync(draft, statSync(target).mode);
    if (readFileSync(target, "utf8") !== before) throw changedMeanwhile(file);
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Writes a new file in one step: there is none, or all of it. Nobody else may be making it. */
export function writeNew(file: string, text: string): void {
  clearLeftovers(file);
  const draft = draftOf(file);
  try {
    writeDurably(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeDurably(draft: string, text: string): void {
  const handle = openSync(draft, "w");
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function changedMeanwhile(file: string): UserError {
  return new UserError({
    what: `${basename(file)} changed while airlock edited it, and is left as it is now`,
    fix: "Run the command again",
    exitCode: 1,
  });
}
