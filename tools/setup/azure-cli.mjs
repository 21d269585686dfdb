import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, makeOnce } from "./cache.mjs";
import { checkout, isMain } from "./checkout.mjs";
import { SetupProblem } from "./problem.mjs";
import { progress } from "./progress.mjs";
import { run } from "./run.mjs";
import { hashFiles } from "./stamp.mjs";

const python = "Install Python 3.10 or newer with its modules venv and pip";

/**
 * Installs the Azure CLI, as its requirements pin it, once a machine.
 * @returns {Promise<string[]>} how it is called: a Python with its arguments, for the script `az` knows only where it was made
 * @throws SetupProblem where there is no Python for it, or no package index
 */
export async function azureCli(report = progress()) {
  const requirements = join(checkout, "tools/clients/az/requirements.txt");
  const hash = hashFiles(checkout, [requirements]);
  const directory = join(cacheRoot(), "clients", `az-${hash}-${process.platform}-${process.arch}`);
  const make = (work) =>
    report.step("the Azure CLI", "two minutes and 730 MB, once a machine", () => install(work, requirements));
  const waiting = (pid) => report.say(`Waiting for the Azure CLI, which process ${pid} is installing`);
  await makeOnce(directory, ["bin/python3", "whole"], make, waiting);
  return [join(directory, "bin/python3"), "-m", "azure.cli"];
}

async function install(work, requirements) {
  const isNew = "import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 10) else sys.version)";
  await run("python3", ["-c", isNew], { fix: python });
  await run("python3", ["-m", "venv", work], { fix: python });
  const fix = "Check that pip reaches its package index: pip config list";
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  const install = ["-m", "pip", "install", ...quiet, "-r", requirements];
  await run(join(work, "bin/python3"), install, { timeout: 900_000, fix });
  writeFileSync(join(work, "whole"), "");
}

// Prints as JSON how it is called, installing it first when it is missing, or why it can't be.
if (isMain(import.meta.url)) {
  try {
    console.log(JSON.stringify({ program: await azureCli() }));
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    console.log(JSON.stringify({ missing: error.message }));
  }
}
