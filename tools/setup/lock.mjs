import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { watchChildren } from "./run.mjs";
import { writeWhole } from "./stamp.mjs";

/**
 * Runs `task` while nobody else runs one under the same lock file. The file names the process and the programs that it
 * started: whoever finds all of them dead takes the lock, so that a killed set-up is in nobody's way.
 * @param {string} file
 * @param {() => Promise<T>} task
 * @param {(pid: number) => void} waiting told once whom it waits for
 * @returns {Promise<T>}
 * @template T
 */
export async function withLock(file, task, waiting = () => {}) {
  let told = false;
  while (!take(file)) {
    const owners = ownersOf(file);
    const alive = owners.find(isAlive);
    if (alive === undefined) {
      giveUp(file, owners);
      continue;
    }
    if (!told) waiting(alive);
    told = true;
    await wait(250);
  }
  const stop = watchChildren((children) => writeWhole(file, [process.pid, ...children].join("\n")));
  try {
    return await task();
  } finally {
    stop();
    rmSync(file, { force: true });
  }
}

/** True when a process of this machine has that id. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// A link appears with its contents: nobody reads a lock without its owner.
function take(file) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}.new`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function ownersOf(file) {
  try {
    return readFileSync(file, "utf8").split("\n").map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

// Two may find the same dead lock: what was moved away is looked at again, and a live one is put back.
function giveUp(file, owners) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (ownersOf(aside).join() !== owners.join()) linkSync(aside, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
