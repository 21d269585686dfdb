import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { exists } from "./stamp.mjs";

/** Puts `airlock` where `npx airlock` looks first: npm links the commands of packages, never the checkout's own. */
export const command = {
  async needed({ checkout }) {
    return !exists(link(checkout));
  },
  async carryOut({ checkout }) {
    const temporary = `${link(checkout)}.${process.pid}`;
    mkdirSync(dirname(temporary), { recursive: true });
    rmSync(temporary, { force: true });
    symlinkSync("../../cli/bin/airlock", temporary);
    renameSync(temporary, link(checkout));
  },
};

const link = (checkout) => join(checkout, "node_modules/.bin/airlock");
