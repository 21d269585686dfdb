import { spawn } from "node:child_process";
import { watchUsage, type Usage } from "./process-tree";

/** A run of the engine that ended well. */
export interface EngineRun {
  readonly seconds: number;
  readonly usage: Usage;
  readonly output: string;
}

/** Runs `pulumi` to its end and watches what it uses. @throws Error with its output when it fails */
export function runEngine(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<EngineRun> {
  return new Promise((done, failed) => {
    const start = performance.now();
    const child = spawn("pulumi", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const watch = watchUsage(child.pid ?? 0);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", (error) => {
      watch.stop();
      failed(error);
    });
    child.once("close", (code) => {
      const seconds = (performance.now() - start) / 1000;
      const usage = watch.stop();
      if (code === 0) done({ seconds, usage, output });
      else failed(new Error(`pulumi ${args.join(" ")} ended with exit code ${code}:\n${output}`));
    });
  });
}

/** What the engine counted at the end of its output: `{ unchanged: 26 }`. */
export function countsIn(output: string): Record<string, number> {
  const lines = /^Resources:\n((?: {4}.*\n?)+)/m.exec(output)?.[1] ?? "";
  const counts = [...lines.matchAll(/(\d+) ([a-z ]+)/g)].map(([, count, what]) => [
    what.trim(),
    Number(count),
  ]);
  return Object.fromEntries(counts) as Record<string, number>;
}
