import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

// The engine finishes what it writes within milliseconds.
const writingTime = 10_000;

/**
 * Takes away what a killed engine left half-written among a stack's files on a folder backend. It replaces its own files in one
 * step, but not the attributes beside them: with half of those it can't read the file any more, and without them it can.
 *
 * @param onlyOld leaves alone what an engine may be writing now: for when nothing proves that none does.
 * @returns paths below `.pulumi`.
 */
export function clearHalfWritten(folder: string, project: string, stack: string, onlyOld: boolean): string[] {
  const own = (...parts: string[]): string => join(...parts, project, stack);
  const places = [
    ...[own("locks", "organization"), own("history"), own("backups")].map((path) => ({ path, start: "" })),
    { path: join("stacks", project), start: `${stack}.json` },
  ];
  const found = places.flatMap(({ path, start }) => {
    const directory = join(folder, ".pulumi", path);
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((name) => name.startsWith(start) && isHalf(join(directory, name)))
      .filter((name) => !onlyOld || isOld(join(directory, name)))
      .map((name) => join(path, name));
  });
  for (const file of found) rmSync(join(folder, ".pulumi", file), { force: true });
  return found;
}

// As in prod.json.attrs, and prod.json.18a3f2c4d5e6f708.tmp.
function isHalf(file: string): boolean {
  if (/\.[0-9a-f]{8,}\.tmp$/.test(file)) return true;
  const text = file.endsWith(".attrs") ? readIfThere(file) : undefined;
  return text !== undefined && !isJson(text);
}

/** Whether nobody is writing a file any more; true when it is gone. */
export function isOld(file: string): boolean {
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return mtimeMs < Date.now() - writingTime;
}

/** A text file; undefined when it is gone. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a text is whole. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
