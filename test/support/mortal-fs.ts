import type * as fs from "node:fs";

/** Thrown in the place of every write of a process that is dead. */
export class Killed extends Error {}

const writes = [
  "openSync",
  "writeSync",
  "writeFileSync",
  "fsyncSync",
  "closeSync",
  "chmodSync",
  "renameSync",
  "symlinkSync",
  "rmSync",
] as const;

/** Writes to the file system since `alive`, and the one that a SIGKILL comes before. */
const life = { steps: 0, diesAt: Infinity, halfWritten: false };

/**
 * `node:fs`, for `jest.mock`, in a process that can be killed at a write: from then on nothing that it tries has an effect, as
 * little as what it would do in a `finally`.
 */
export function mortalFs(): typeof fs {
  const real = jest.requireActual<typeof fs>("node:fs");
  const wrapped = writes.map((name) => {
    const call = real[name] as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        life.steps++;
        if (life.steps < life.diesAt) return call(...args);
        if (life.steps === life.diesAt && life.halfWritten && /^write/.test(name)) {
          const content = String(args[1]);
          call(args[0], content.slice(0, content.length / 2));
        }
        throw new Killed();
      },
    ];
  });
  return { ...real, ...Object.fromEntries(wrapped) } as typeof fs;
}

/** Begins a new life; returns the writes of the one before. */
export function alive(): number {
  const { steps } = life;
  Object.assign(life, { steps: 0, diesAt: Infinity, halfWritten: false });
  return steps;
}

/** Runs `act` in a life that ends before the given write, 1 being the first; a write of content may be done by half. */
export async function killedAt(step: number, halfWritten: boolean, act: () => unknown): Promise<void> {
  Object.assign(life, { steps: 0, diesAt: step, halfWritten });
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  } finally {
    alive();
  }
}
