import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { SetupProblem } from "./problem.mjs";

const running = new Map();
let stopping = false;
const listeners = new Set();

/** Tells `listener` the process ids of the programs under way, now and whenever one starts or ends; returns how to stop. */
export function watchChildren(listener) {
  const tell = () => listener([...running.keys()]);
  listeners.add(tell);
  tell();
  return () => listeners.delete(tell);
}

// A signal to this process alone must not leave npm, go or the story behind. A terminal's Ctrl-C reaches them by itself,
// and a second one would cut short how they end.
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
]) {
  process.on(signal, () => {
    stopping = true;
    const children = [...running.values()];
    if (signal !== "SIGINT" || !process.stdin.isTTY) for (const child of children) child.kill(signal);
    void Promise.all(children.map((child) => once(child, "close"))).then(() => process.exit(128 + number));
  });
}

/**
 * Runs a program without noise. Ends with its output; throws SetupProblem with its last lines when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, fix: string }} options `timeout` in ms
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env = process.env, timeout, fix }) {
  return new Promise((resolve, reject) => {
    if (stopping) return;
    const child = spawn(program, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"] });
    track(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", () => reject(new SetupProblem(`${basename(program)} could not be started. ${fix}`)));
    child.once("close", (code) => {
      if (code === 0) return resolve(output);
      const why = reason(output) || `exit code ${code}`;
      reject(new SetupProblem(`${basename(program)} ${args[0]} failed: ${why}. ${fix}`));
    });
  });
}

/** @returns {Promise<string | undefined>} output of a program, or undefined where it is missing or fails */
export async function tryRun(program, args, env = process.env) {
  try {
    return await run(program, args, { env, fix: "" });
  } catch {
    return undefined;
  }
}

/**
 * Runs a program that the user sees, on this terminal.
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function show(program, args, { cwd, env = process.env }) {
  return new Promise((resolve, reject) => {
    if (stopping) return;
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    track(child);
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function track(child) {
  if (child.pid === undefined) return;
  const changed = () => listeners.forEach((tell) => tell());
  running.set(child.pid, child);
  child.once("close", () => {
    running.delete(child.pid);
    changed();
  });
  changed();
}

/** What a failed program said, in one line: from where it speaks of an error, else its last words. */
export function reason(output) {
  const lines = output.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => line !== "" && !line.startsWith("go: downloading"));
  const first = telling.findIndex((line) => /\berror\b/i.test(line));
  return (first === -1 ? telling.slice(-3) : telling.slice(first, first + 3)).join(" | ");
}
