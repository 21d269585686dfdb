import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/** Writes a whole file or nothing: the content goes to `temporary` first and is renamed into place. */
export function writeAtomically(
  temporary: string,
  file: string,
  content: string | Buffer,
  mode = 0o644,
): void {
  const draft = path.join(temporary, randomUUID());
  fs.writeFileSync(draft, content, { mode });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.renameSync(draft, file);
}

/** Names in a directory, sorted; none when it does not exist. */
export function list(directory: string): string[] {
  try {
    return fs.readdirSync(directory).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Size in bytes, or undefined when there is no such file. */
export function sizeOf(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.size;
}
