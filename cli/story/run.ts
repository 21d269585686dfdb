import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Run {
  readonly exitCode: number;
  /** Everything that was printed, both streams, in order. */
  readonly lines: readonly string[];
}

/** Runs a program and hands over each line as it comes. */
export async function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; onLine?: (line: string) => void },
): Promise<Run> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const collect = async (stream: NodeJS.ReadableStream) => {
    for await (const text of createInterface({ input: stream })) {
      lines.push(text);
      options.onLine?.(text);
    }
  };
  const exitCode = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  await Promise.all([collect(child.stdout), collect(child.stderr)]);
  return { exitCode: await exitCode, lines };
}
