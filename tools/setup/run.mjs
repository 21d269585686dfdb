import { spawn } from "node:child_process";
import { SetupProblem } from "./problem.mjs";

/**
 * Runs a program without noise. Ends with its output; throws SetupProblem with its last lines when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, fix: string }} options `timeout` in ms
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env = process.env, timeout, fix }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", () => reject(new SetupProblem(`${program} could not be started. ${fix}`)));
    child.once("close", (code) => {
      if (code === 0) return resolve(output);
      const why = output.trim().split("\n").filter(Boolean).slice(-3).join(" | ");
      reject(new SetupProblem(`${program} ${args[0]} failed: ${why}. ${fix}`));
    });
  });
}

/** @returns {Promise<string | undefined>} output of a program, or undefined where it is missing or fails */
export async function tryRun(program, args) {
  try {
    return await run(program, args, { fix: "" });
  } catch {
    return undefined;
  }
}
