import { join } from "node:path";
import { run } from "./run.mjs";
import { exists, hashFiles, isCurrent, writeWhole } from "./stamp.mjs";

/** Installs exactly what the lockfile names, when it changed. */
export const dependencies = {
  title: "packages from the lockfile (about half a minute)",
  async needed({ checkout }) {
    const stamp = join(checkout, "node_modules/.airlock-stamp");
    return !isCurrent(stamp, lockfile(checkout)) || !exists(join(checkout, "node_modules/.bin/node"));
  },
  async carryOut({ checkout }) {
    const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", args, { cwd: checkout, fix: "Check that npm reaches its registry: npm ping" });
    writeWhole(join(checkout, "node_modules/.airlock-stamp"), lockfile(checkout));
  },
};

const lockfile = (checkout) => hashFiles(checkout, [join(checkout, "package-lock.json")]);
