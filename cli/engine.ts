import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { UserError } from "../model/errors";

/** How a run of the engine ended. */
export interface EngineRun {
  readonly code: number;
  /** Everything that it printed, noise left out. */
  readonly output: string;
}

/** True for lines of the engine that tell a reader nothing, such as where it found its own parts. */
export function isNoise(text: string): boolean {
  return (
    /^\s*warning: using .* from \$PATH/i.test(text) ||
    /resource plugin .* is expected to have version/.test(text)
  );
}

/**
 * Runs `pulumi`. Lines reach `print` as they come, without the engine's noise.
 * @throws UserError (exit 2) when there is no `pulumi` on the PATH of `env`.
 */
export function runEngine(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; print?: (text: string) => void },
): Promise<EngineRun> {
  return new Promise((resolve, reject) => {
    const { cwd, env, print } = options;
    const child = spawn("pulumi", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const lines: string[] = [];
    const take = (text: string): void => {
      if (isNoise(text)) return;
      lines.push(text);
      print?.(text);
    };
    const ends = [byLine(child.stdout, take), byLine(child.stderr, take)];
    child.once("error", () =>
      reject(new UserError({ what: "pulumi could not be started", fix: "Is it on the PATH?", exitCode: 2 })),
    );
    child.once("close", (code) => {
      ends.forEach((end) => end());
      resolve({ code: code ?? 255, output: lines.join("\n") });
    });
  });
}

/** 1 when a policy or a resource's own check refused, 3 when the cloud failed; the engine itself ends alike for both. */
export function refusalOrFailure(output: string): 1 | 3 {
  return /\[mandatory\]|\bhas a problem:/.test(output) ? 1 : 3;
}

/** Whether a run ended because another has locked the stack; the second is what the engine says of a lock that is half-written. */
export function isLockedByAnother(output: string): boolean {
  return /^error: (the stack is currently locked by \d+ lock|unexpected end of JSON input$)/m.test(
    stripVTControlCharacters(output),
  );
}

function byLine(stream: NodeJS.ReadableStream, take: (text: string) => void): () => void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
  return () => {
    if (rest !== "") take(rest);
  };
}
