import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A process of its own between this one and the programs: its input ends when this process does, whatever ended it, and with
 * it the programs end. It takes one program a line.
 */
const source = `
  const { spawn } = require("node:child_process");
  const { appendFileSync, openSync } = require("node:fs");
  const children = [];
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { name, program, args, env } = JSON.parse(line);
    const log = openSync(name + ".log", "w");
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", log, log] });
    appendFileSync("processes", child.pid + " " + program + "\\n");
    const ended = () => process.stdout.write(name + "\\n");
    child.on("error", ended).on("exit", ended);
    children.push(child);
  }).on("close", () => {
    for (const child of children) child.kill("SIGKILL");
    process.exit();
  });`;

/** Programs that end with this process. What they say is kept in `<home>/<name>.log`. */
export class Keeper {
  private process: ChildProcess | undefined;
  private readonly names: string[] = [];
  /** The first program that ended by itself. */
  private ended: string | undefined;

  constructor(private readonly home: string) {}

  /** Ends what a killed keeper left behind, and is ready for programs. */
  async open(): Promise<void> {
    await this.clear();
    this.ended = undefined;
    this.names.length = 0;
    this.process = spawn(process.execPath, ["-e", source], {
      cwd: this.home,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.process
      .stdout!.setEncoding("utf8")
      .on("data", (said: string) => (this.ended ??= said.split("\n")[0]));
    // Written to when it has ended already: assertAlive says so.
    this.process.stdin!.on("error", () => undefined);
  }

  launch(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
    this.names.push(name);
    this.process!.stdin!.write(`${JSON.stringify({ name, program, args, env })}\n`);
  }

  /** @throws Error with its last words when a program has ended */
  assertAlive(): void {
    const gone = this.process!.exitCode !== null || this.process!.signalCode !== null;
    const dead = this.ended ?? (gone ? "the keeper of the programs" : undefined);
    if (dead !== undefined) throw new Error(`${dead} ended:\n${this.logs()}`);
  }

  /** The last words of every program. */
  logs(): string {
    return this.names
      .map((name) => path.join(this.home, `${name}.log`))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8").slice(-2_000))
      .join("\n");
  }

  async close(): Promise<void> {
    const { process: keeper } = this;
    this.process = undefined;
    if (keeper && keeper.exitCode === null && keeper.signalCode === null) {
      keeper.stdin!.end();
      await once(keeper, "exit");
    }
    await this.clear();
  }

  private async clear(): Promise<void> {
    const file = path.join(this.home, "processes");
    if (!existsSync(file)) return;
    for (const line of readFileSync(file, "utf8").split("\n")) {
      const [, pid, program] = /^(\d+) (.+)$/.exec(line) ?? [];
      if (pid !== undefined) await end(Number(pid), program);
    }
    rmSync(file, { force: true });
  }
}

// A process id comes round again: only what runs this very program is ended.
async function end(pid: number, program: string): Promise<void> {
  const runs = (): boolean =>
    spawnSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" }).stdout.startsWith(program);
  while (runs()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return;
    }
    await sleep(20);
  }
}
