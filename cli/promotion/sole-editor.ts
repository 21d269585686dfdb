import { readdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../model/errors";
import { isAlive } from "../engine-lock";

// An edit takes a few milliseconds: ten seconds are patience.
const looks = 500;
const between = 20;

/**
 * Runs `edit` while no other airlock edits the file. The lock beside it names its owner: one that was killed is in nobody's way.
 * @throws UserError (exit 1) when the file stays locked.
 */
export async function asSoleEditor<T>(
  file: string,
  edit: () => T,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<T> {
  const target = realpathSync(file);
  const lock = beside(target, "lock");
  for (let look = 1; !take(lock); look++) {
    const owner = ownerOf(lock);
    if (owner === undefined) continue;
    if (isDead(owner)) giveUp(lock, owner);
    else if (look >= looks) throw locked(file, lock, owner);
    else await pause(between);
  }
  try {
    clearLeftovers(target);
    return edit();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Where this process writes a file anew. */
export function draftOf(file: string): string {
  return beside(file, `${process.pid}.draft`);
}

// The engine takes such a file for none of its own.
function beside(file: string, kind: string): string {
  return join(dirname(file), `.${basename(file)}.${kind}`);
}

/** Removes what dead airlocks left beside a file. What the living have there they still need, also while another has the lock. */
export function clearLeftovers(file: string): void {
  const start = basename(beside(file, ""));
  for (const name of readdirSync(dirname(file)).filter((name) => name.startsWith(start))) {
    const [, pid] = /^(?:lock\.)?(\d+)\.(?:draft|dead)$/.exec(name.slice(start.length)) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(file), name), { force: true });
  }
}

/** `<process> <host>`. */
type Owner = string;

const self = (): Owner => `${process.pid} ${hostname()}`;

// A link that leads nowhere: it appears with its owner's name or not at all, and is taken by one alone.
function take(lock: string): boolean {
  try {
    symlinkSync(self(), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

function ownerOf(lock: string): Owner | undefined {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isDead(owner: Owner): boolean {
  const [pid, host] = owner.split(" ");
  return host === hostname() && !isAlive(Number(pid));
}

// Several may find the same dead lock: each looks again at what it moved away, and puts a live one back.
function giveUp(lock: string, dead: Owner): void {
  const aside = `${lock}.${process.pid}.dead`;
  try {
    renameSync(lock, aside);
    const moved = ownerOf(aside);
    if (moved !== undefined && moved !== dead) symlinkSync(moved, lock);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function locked(file: string, lock: string, owner: Owner): UserError {
  const [pid, host] = owner.split(" ");
  return new UserError({
    what: `${basename(file)} is being edited by process ${pid} of ${host}`,
    fix: `Wait for it to end; if nothing runs there, remove ${lock}`,
    exitCode: 1,
  });
}
