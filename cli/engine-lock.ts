import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../model/errors";
import { isJson, isOld, readIfThere } from "./recovery/half-written";
import type { Process } from "./recovery/processes";

/** One lock of the engine on a stack, as a folder backend keeps it. */
export interface EngineLock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/**
 * The folder behind a `file://` backend.
 * @throws UserError (exit 2) for any other backend.
 */
export function backendFolder(url: string | undefined): string {
  if (!url?.startsWith("file://")) {
    throw new UserError({
      what: `unlock reads locks of a folder backend, and the backend is ${url ?? "not set"}`,
      where: "PULUMI_BACKEND_URL",
      fix: "Set it to file://…, or run pulumi cancel when you know that nothing runs",
      exitCode: 2,
    });
  }
  if (url.startsWith("file:///")) return fileURLToPath(url);
  const path = decodeURIComponent(url.slice("file://".length));
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(path);
}

/**
 * Locks on a stack, oldest first.
 * @throws UserError (exit 1) for one that can't be read.
 */
export function readLocks(folder: string, project: string, stack: string): EngineLock[] {
  const directory = join(folder, ".pulumi/locks/organization", project, stack);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !name.endsWith(".attrs"))
    .flatMap((name) => {
      const file = join(directory, name);
      const text = readIfThere(file);
      // Given back since the folder was read.
      if (text === undefined) return [];
      if (isJson(text)) return [JSON.parse(text) as EngineLock];
      // Whoever was to write it was killed: without its draft it can't take the lock any more.
      if (name.endsWith(".tmp") && isOld(file)) return [];
      throw new UserError({
        what: "the lock can't be read, so nothing is known about its owner",
        where: file,
        fix: "Run pulumi cancel when you know that nothing runs",
        exitCode: 1,
      });
    })
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
}

/** What tells whether a lock's owner is dead. */
export interface Here {
  readonly hostname: string;
  readonly isAlive: (pid: number) => boolean;
  readonly processes: () => readonly Process[];
}

/**
 * Refuses unless every owner is proven dead, which only its own host can tell.
 * @throws UserError (exit 1) that says who holds the lock.
 */
export function assertOwnersDead(locks: readonly EngineLock[], stack: string, here: Here): void {
  for (const lock of locks) {
    const { pid, username, hostname, timestamp } = lock;
    const owner = `${username} on ${hostname} (process ${pid}, since ${timestamp})`;
    if (hostname !== here.hostname) {
      throw new UserError({
        what: `stack ${stack} is locked by ${owner}, which this host can't judge`,
        fix: `Run airlock unlock -s ${stack} on ${hostname}`,
        exitCode: 1,
      });
    }
    if (here.isAlive(pid) && !isAnother(lock, here.processes())) {
      throw new UserError({
        what: `stack ${stack} is locked by ${owner}, which is alive`,
        fix: "Wait for it to end, or stop it there",
        exitCode: 1,
      });
    }
  }
}

// Clocks are corrected by seconds, and process ids come round again after thousands.
const reuseMargin = 60_000;

/** Whether the owner's number has gone to another process: one that began well after the lock, and is no engine. */
function isAnother({ pid, timestamp }: EngineLock, processes: readonly Process[]): boolean {
  const found = processes.find((process) => process.pid === pid);
  if (found === undefined || /(^|\/)pulumi(\.exe)?( |$)/.test(found.command)) return false;
  return found.startedAt > Date.parse(timestamp) + reuseMargin;
}

/** Whether a process of this host runs; one of another user counts as running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
