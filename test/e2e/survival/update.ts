import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningProcesses, type Process } from "../../../cli/recovery/processes";
import type { Ran, TestSandbox } from "../../support/sandbox";

/** Whom a SIGKILL hits: processes of one update, or the sandbox that it talks to. */
export type Victim = "engine" | "provider" | "sandbox";

/** A `pulumi up` under way. */
export class Update {
  /** Milliseconds from the start to the first operation on a resource; undefined until then. */
  firstOperation?: number;
  private printed = "";
  readonly ended: Promise<Ran>;
  private running = true;
  private readonly began = Date.now();

  private constructor(
    readonly pid: number,
    ended: (printed: (text: string) => void) => Promise<Ran>,
  ) {
    this.ended = ended((text) => {
      this.printed += text;
      if (operation.test(text)) this.firstOperation ??= Date.now() - this.began;
    }).finally(() => (this.running = false));
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

  /** How long it took in all, and until its first operation. */
  async measured(): Promise<{ ran: Ran; all: number; start: number }> {
    const ran = await this.ended;
    const all = Date.now() - this.began;
    return { ran, all, start: this.firstOperation ?? all };
  }

  /** Waits until it has printed something, or has ended. */
  async prints(what: RegExp): Promise<void> {
    while (this.running && !what.test(this.printed)) await this.pauses(1);
  }

  /**
   * Waits for a moment between 0, the beginning, and 1, the end, as another update took its time. The first quarter is the
   * start, before any operation; the rest counts from this update's own first one, however busy the machine is.
   */
  async reaches(moment: number, took: { all: number; start: number }): Promise<void> {
    if (moment < 0.25) return this.pauses((moment / 0.25) * took.start);
    while (this.running && this.firstOperation === undefined) await this.pauses(5);
    await this.pauses(((moment - 0.25) / 0.75) * (took.all - took.start));
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

const operation = /^ [+~-]{1,2} .* (?:creating|updating|deleting|replacing|creating replacement)\b/m;

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
