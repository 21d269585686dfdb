import { rmSync } from "node:fs";
import { join } from "node:path";
import { run, tryRun } from "./run.mjs";
import { SetupProblem } from "./problem.mjs";
import { exists, hashFiles, isCurrent, writeWhole } from "./stamp.mjs";

/** Installs exactly what the lockfile names, when it changed. */
export const dependencies = {
  what: "the packages of the lockfile",
  usually: "half a minute",
  async needed({ checkout }) {
    return !isCurrent(stamp(checkout), lockfile(checkout)) || !exists(node(checkout));
  },
  async carryOut({ checkout }) {
    rmSync(stamp(checkout), { force: true });
    const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", args, { cwd: checkout, fix: "Check that npm reaches its registry: npm ping" });
    await haveNode(checkout);
    writeWhole(stamp(checkout), lockfile(checkout));
  },
};

// The package `node` fetches its program in an install script, which some configurations of npm leave out.
async function haveNode(checkout) {
  if ((await tryRun(node(checkout), ["--version"])) !== undefined) return;
  await run("npm", ["rebuild", "node", "--ignore-scripts=false"], {
    cwd: checkout,
    fix: "The package node brings the Node that airlock runs on: allow its install script",
  });
  if ((await tryRun(node(checkout), ["--version"])) === undefined) {
    throw new SetupProblem(
      "The package node has no program for this machine. Use an x64 or arm64 machine with Linux or macOS",
    );
  }
}

const stamp = (checkout) => join(checkout, "node_modules/.airlock-stamp");
const node = (checkout) => join(checkout, "node_modules/.bin/node");
const lockfile = (checkout) => hashFiles(checkout, [join(checkout, "package-lock.json")]);
