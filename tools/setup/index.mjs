import { join } from "node:path";
import { build } from "./build.mjs";
import { checkout, isMain } from "./checkout.mjs";
import { command } from "./command.mjs";
import { dependencies } from "./dependencies.mjs";
import { engine } from "./engine.mjs";
import { withLock } from "./lock.mjs";
import { orExit } from "./problem.mjs";
import { progress } from "./progress.mjs";

const steps = [dependencies, command, build, engine];

/** Carries out what is not done yet. Killed at any moment and run again, it converges; two at once wait for each other. */
export async function setUp(report = progress()) {
  if (!(await isAnythingNeeded())) return;
  const waiting = (pid) => report.say(`Waiting for another set-up (process ${pid})`);
  await withLock(
    join(checkout, ".build/setup.lock"),
    async () => {
      for (const step of steps) {
        if (!(await step.needed({ checkout }))) continue;
        const task = () => step.carryOut({ checkout, waiting });
        await (step.what === undefined ? task() : report.step(step.what, step.usually, task));
      }
    },
    waiting,
  );
}

/** Sets up, or ends the process with the one line that says what is missing. */
export function setUpOrExit() {
  return orExit(() => setUp());
}

async function isAnythingNeeded() {
  for (const step of steps) if (await step.needed({ checkout })) return true;
  return false;
}

if (isMain(import.meta.url)) await setUpOrExit();
