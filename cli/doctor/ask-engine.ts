import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { findEngine } from "../engine-environment";
import type { Places } from "../places";

/** What the engine said on its standard output, and how it ended: 0, or not. */
export interface EngineAnswer {
  readonly code: number;
  readonly output: string;
}

/** The environment with the engine that set-up built at the end of its PATH: it is not on everybody's. */
export function withBuiltEngine(env: NodeJS.ProcessEnv, places: Places): NodeJS.ProcessEnv {
  try {
    return { ...env, PATH: [env.PATH ?? "", findEngine(places).engineDirectory].join(delimiter) };
  } catch {
    return env;
  }
}

const patience = 20_000;
const largestAnswer = 256 * 1024 * 1024;

/** Asks the engine something that changes nothing. An engine that is missing or silent answers with a code that is not 0. */
export function askEngine(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Promise<EngineAnswer> {
  const options = {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: patience,
    maxBuffer: largestAnswer,
    ...(cwd !== undefined && { cwd }),
  };
  return new Promise((answer) => {
    execFile("pulumi", [...args], options, (error, output) =>
      answer({ code: error === null ? 0 : 1, output }),
    );
  });
}
