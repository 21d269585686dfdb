import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, makeOnce } from "./cache.mjs";
import { checkout, isMain } from "./checkout.mjs";
import { orExit } from "./problem.mjs";
import { progress } from "./progress.mjs";
import { run } from "./run.mjs";
import { hashFiles } from "./stamp.mjs";

/**
 * Installs the Azure CLI, as its requirements pin it, once a machine.
 * @returns {Promise<string[]>} how it is called: a Python with its arguments, for the script `az` knows only where it was made
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
  await run("python3", ["-m", "venv", work], { fix: "Install Python 3.10 or newer with its module venv" });
  const fix = "Check that pip reaches its package index: pip config list";
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input"];
  await run(join(work, "bin/python3"), ["-m", "pip", "install", ...quiet, "-r", requirements], { fix });
  writeFileSync(join(work, "whole"), "");
}

// Prints how it is called as JSON, installing it first when it is missing.
if (isMain(import.meta.url)) await orExit(async () => console.log(JSON.stringify(await azureCli())));
