import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { withLock } from "./lock.mjs";
import { exists } from "./stamp.mjs";

/** Folder of things that are expensive to make and the same for every checkout. */
export function cacheRoot(env = process.env) {
  return env.AIRLOCK_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "airlock");
}

/** True when the folder holds all of them. */
export function isWhole(directory, parts) {
  return parts.every((part) => exists(join(directory, part)));
}

/**
 * Makes a folder of the cache once: `make` fills a temporary folder that becomes `directory` in one step. Another
 * set-up that makes the same is waited for.
 * @param {string} directory
 * @param {string[]} parts files that it must hold
 * @param {(work: string) => Promise<void>} make
 * @param {(pid: number) => void} [waiting]
 */
export async function makeOnce(directory, parts, make, waiting) {
  if (isWhole(directory, parts)) return directory;
  return withLock(
    `${directory}.lock`,
    async () => {
      if (isWhole(directory, parts)) return directory;
      mkdirSync(dirname(directory), { recursive: true });
      const work = mkdtempSync(`${directory}.making-`);
      try {
        await make(work);
        rmSync(directory, { recursive: true, force: true });
        place(work, directory);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
      return directory;
    },
    waiting,
  );
}

// Whoever was faster wins, and both are the same.
function place(work, directory) {
  try {
    renameSync(work, directory);
  } catch (error) {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  }
}
