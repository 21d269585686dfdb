import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process of this host. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Milliseconds since the epoch, to the second. */
  readonly startedAt: number;
  /** Its command line, words joined by a space; the bare name in brackets when it has none. */
  readonly command: string;
}

/** What runs on this host, as far as it may be seen; nothing where neither /proc nor `ps` is to be had. */
export function runningProcesses(): Process[] {
  if (existsSync("/proc/self/stat")) return fromProc();
  try {
    const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } } as const;
    return parsePs(execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,lstart=,args="], options));
  } catch {
    return [];
  }
}

/** Reads what `ps -o pid=,ppid=,lstart=,args=` prints: `lstart` is five words, e.g. `Sat Nov 21 10:13:30 2026`. */
export function parsePs(text: string): Process[] {
  return text.split("\n").flatMap((row) => {
    const match = /^\s*(\d+)\s+(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/.exec(row);
    if (!match) return [];
    const [, pid, parent, started, command] = match;
    return [{ pid: Number(pid), parent: Number(parent), startedAt: Date.parse(started), command }];
  });
}

// Slim containers have /proc and no `ps`.
function fromProc(): Process[] {
  const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))![1]);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").replace(/\0$/, "").split("\0");
        return [parseStat(stat, words.join(" "), booted)];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

// proc(5): the name stands in brackets and may hold anything; parent and start are the 4th and the 22nd field.
function parseStat(stat: string, commandLine: string, booted: number): Process {
  const [name, end] = [stat.slice(stat.indexOf("("), stat.lastIndexOf(")") + 1), stat.lastIndexOf(")") + 2];
  const fields = stat.slice(end).split(" ");
  const ticks = Number(fields[19]);
  return {
    pid: Number(stat.slice(0, stat.indexOf(" "))),
    parent: Number(fields[1]),
    // Linux counts in hundredths of a second for programs, whatever its own clock.
    startedAt: (booted + Math.floor(ticks / 100)) * 1000,
    command: commandLine === "" ? name : commandLine,
  };
}
