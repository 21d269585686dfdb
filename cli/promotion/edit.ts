import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";
import { setImage } from "../../model/config/stack-file";
import { unifiedDiff } from "../output/diff";
import { loadSettings, readStackFile, stackFile, type Project } from "../project";
import type { Move } from "./plan";

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
 * The edit that puts an image into an environment's stack file; nothing is written.
 * @throws UserError (exit 2) when the file would no longer be valid.
 */
export function editStackFile(project: Project, move: Move, replace = false): StackFileEdit {
  const file = stackFile(project, move.to);
  const before = readStackFile(project, move.to);
  const { repository, version, digest } = move;
  const after = setImage(before, project.name, repository, { version, digest }, { replace });
  loadSettings(project, move.to, after);
  return { file, before, after, diff: unifiedDiff(basename(file), before, after) };
}

/** Replaces a file in one step: a reader sees the old content or the new, and a crash leaves one of them. */
export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = openSync(temporary, "w");
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(temporary, statSync(file).mode);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
