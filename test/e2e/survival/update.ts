import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningProcesses, type Process } from "../../../cli/recovery/processes";
import type { Ran, TestSandbox } from "../../support/sandbox";

/** Whom a SIGKILL hits: processes of one update, or the sandbox that it talks to. */
export type Victim = "engine" | "provider" | "sandbox";

/** How an update went on, for another one to be killed on the way. */
export interface Course {
  /** Milliseconds from the start to the first operation on a resource, or to the end when there was none. */
  readonly start: number;
  /** Operations begun and ended from then on. */
  readonly operations: number;
}

/** A `pulumi up` under way. */
export class Update {
  readonly ended: Promise<Ran>;
  private running = true;
  private printed = "";
  private operations = 0;
  private firstOperation?: number;
  private readonly began = Date.now();

  private constructor(
    readonly pid: number,
    ended: (printed: (text: string) => void) => Promise<Ran>,
  ) {
    this.ended = ended((text) => {
      this.printed += text;
      this.operations = this.printed.match(operation)?.length ?? 0;
      if (this.operations > 0) this.firstOperation ??= Date.now() - this.began;
    }).finally(() => (this.running = false));
  }

  /** Whether it began to change something. */
  get changes(): boolean {
    return this.operations > 0;
  }

  /** Begins one with the pack, as a pipeline does. */
  static async start(sandbox: TestSandbox, stack: string, as?: string): Promise<Update> {
    const env = await sandbox.environmentOf(as);
    const words = ["--yes", "--skip-preview", "--suppress-progress", "--non-interactive", "--color", "never"];
    const child = spawn("pulumi", ["up", "-s", stack, "--policy-pack", "policies", ...words], {
      cwd: sandbox.workspace,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Update(child.pid!, (printed) => {
      let [stdout, stderr, output] = ["", "", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        [stdout, output] = [stdout + text, output + text];
        printed(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        [stderr, output] = [stderr + text, output + text];
      });
      return new Promise((resolve, reject) => {
        child.once("error", reject);
        // Not `close`: what a killed engine leaves running holds its streams open.
        child.once("exit", (code) => {
          sandbox.printed.push(output);
          resolve({ exitCode: code ?? 255, stdout, stderr, output });
        });
      });
    });
  }

  /** Waits for its end. */
  async course(): Promise<Course & { ran: Ran }> {
    const ran = await this.ended;
    const { operations } = this;
    return { ran, operations, start: this.firstOperation ?? Date.now() - this.began };
  }

  /** Waits until it has printed something, or has ended. */
  async prints(what: RegExp): Promise<void> {
    while (this.running && !what.test(this.printed)) await this.pauses(1);
  }

  /**
   * Waits for a moment between 0, the beginning, and 1, the end, of an update that goes on as another did. The first quarter
   * is the start, by the clock; the rest counts this update's own operations, however busy the machine is.
   */
  async reaches(moment: number, other: Course): Promise<void> {
    if (moment < 0.25) return this.pauses((moment / 0.25) * other.start);
    const done = ((moment - 0.25) / 0.75) * other.operations;
    while (this.running && this.operations < Math.max(1, Math.floor(done))) await this.pauses(1);
    // Between two operations.
    await this.pauses((done % 1) * 20);
  }

  /**
   * Kills what is meant; a provider that doesn't run yet is waited for.
   * @returns whether the update still ran, and what the engine had started by then.
   */
  async kill(victim: Victim, sandbox: TestSandbox): Promise<{ hit: boolean; children: Process[] }> {
    if (victim === "provider") {
      while (this.running && this.provider() === undefined) await this.pauses(5);
    }
    const { running } = this;
    if (running) process.kill(this.pid, "SIGSTOP");
    const children = this.descendants();
    const target = {
      engine: running ? this.pid : undefined,
      provider: this.provider()?.pid,
      sandbox: daemonOf(sandbox),
    }[victim];
    if (target !== undefined) process.kill(target, "SIGKILL");
    if (running && victim !== "engine") process.kill(this.pid, "SIGCONT");
    return { hit: running, children };
  }

  private provider(): Process | undefined {
    return this.descendants().find(({ command }) => command.includes("/provider/bin/provider.js"));
  }

  private descendants(): Process[] {
    const all = runningProcesses();
    const below = (pid: number): Process[] =>
      all.filter(({ parent }) => parent === pid).flatMap((process) => [process, ...below(process.pid)]);
    return below(this.pid);
  }

  /** Waits, unless it ends before. */
  async pauses(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    while (this.running && Date.now() < until) await sleep(Math.min(10, Math.max(0, until - Date.now())));
  }
}

// As in ` +  airlock:index:ImageImport iam/auth-service@09efe75ce767 creating (0s)`.
const operation = /^ (?:[+~-]|\+-|-\+|\+\+|--) {1,2}\S+:\S+ /gm;

/** Process of the sandbox that was last started here. */
export function daemonOf(sandbox: TestSandbox): number {
  const file = join(sandbox.home, "sandbox/daemon.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { pid: number }).pid;
}

/** Those of them that still run after at most ten seconds. */
export async function survivors(processes: readonly Process[]): Promise<Process[]> {
  const left = () =>
    runningProcesses().filter(({ pid, startedAt }) =>
      processes.some((process) => process.pid === pid && process.startedAt === startedAt),
    );
  for (let waited = 0; waited < 10_000 && left().length > 0; waited += 50) await sleep(50);
  return left();
}
