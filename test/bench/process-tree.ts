import { readdirSync, readFileSync } from "node:fs";

/** The parts that a run of the engine consists of. */
export const parts = ["engine", "program", "provider", "pack"] as const;
export type Part = (typeof parts)[number];

/** What a run used. Only Linux shows it: elsewhere there is nothing in it. */
export interface Usage {
  /** Largest resident memory of each part, in bytes; a part that did not run is left out. */
  readonly peaks: Partial<Record<Part, number>>;
  /** Processor time of all of them, in seconds. */
  readonly processor: number;
}

const interval = 100;
const ticksPerSecond = 100;

/** Watches a process and all below it until it is stopped. What one does in its last tenth of a second may be missed. */
export function watchUsage(root: number): { stop(): Usage } {
  const memory = new Map<number, { readonly part: Part; readonly bytes: number }>();
  const ticks = new Map<number, number>();
  const look = (): void => {
    for (const { pid, stat } of below(root)) {
      ticks.set(pid, ticksOf(stat));
      const part = partOf(read(pid, "cmdline").split("\0"));
      const bytes = peakOf(read(pid, "status"));
      if (part !== undefined && bytes > 0) memory.set(pid, { part, bytes });
    }
  };
  const timer = setInterval(look, interval);
  return {
    stop() {
      clearInterval(timer);
      const peaks: Partial<Record<Part, number>> = {};
      // The language host and the program that it started count as one.
      for (const { part, bytes } of memory.values()) peaks[part] = (peaks[part] ?? 0) + bytes;
      return { peaks, processor: [...ticks.values()].reduce((sum, one) => sum + one, 0) / ticksPerSecond };
    },
  };
}

/** Which part a process is, by its command line; undefined for a shell and the like. */
export function partOf(command: readonly string[]): Part | undefined {
  const [program = "", ...args] = command;
  const runs = (what: string) => args.some((arg) => arg.includes(what));
  if (/(?:^|\/)pulumi$/.test(program)) return "engine";
  if (/(?:^|\/)pulumi-language-nodejs$/.test(program)) return "program";
  if (!/(?:^|\/)node$/.test(program)) return undefined;
  if (runs("run-policy-pack")) return "pack";
  if (runs("provider/bin/provider.js")) return "provider";
  return runs("@pulumi/pulumi/cmd/run") ? "program" : undefined;
}

/** `VmHWM` of a `/proc/<pid>/status`, in bytes; 0 without one. */
export function peakOf(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Ticks of the processor that a process used, by its `/proc/<pid>/stat`. */
export function ticksOf(stat: string): number {
  const [user, system] = fieldsOf(stat).slice(11, 13).map(Number);
  return user + system;
}

function below(root: number): { pid: number; stat: string }[] {
  const all = processes().map((pid) => ({ pid, stat: read(pid, "stat") }));
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ stat }) => Number(fieldsOf(stat)[1]) === pid));
  return found;
}

// The name in brackets may hold anything; from the state on, nothing does.
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function processes(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

// A process may end between two looks.
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
