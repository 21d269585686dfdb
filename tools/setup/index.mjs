import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { dependencies } from "./dependencies.mjs";
import { engine } from "./engine.mjs";
import { SetupProblem } from "./problem.mjs";

export const checkout = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Carries out what is not done yet; each step can be killed at any moment and run again. */
export async function setUp(write = (text) => process.stderr.write(text)) {
  for (const step of [dependencies, build, engine]) {
    if (!(await step.needed({ checkout }))) continue;
    const started = Date.now();
    write(`Setting up ${step.title} … `);
    await step.carryOut({ checkout });
    write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

/** Sets up, or ends the process with the one line that says what is missing. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(2);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUpOrExit();
