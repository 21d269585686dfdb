// npm test: sets up, then type check and lint, then jest. With arguments for jest, jest alone.
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { checkout, setUpOrExit } from "./setup/index.mjs";

await setUpOrExit();
const bin = join(checkout, "node_modules/.bin");
const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
const run = (program, args) => {
  const { status } = spawnSync(join(bin, program), args, { cwd: checkout, env, stdio: "inherit" });
  return status ?? 1;
};

const wanted = process.argv.slice(2);
const checks =
  wanted.length > 0
    ? []
    : [
        ["tsc", ["--noEmit"]],
        ["eslint", ["."]],
        ["prettier", ["--check", "."]],
      ];
const jest = ["--json", "--outputFile=.build/jest.json", ...wanted];
const codes = [...checks, ["jest", jest]].map(([program, args]) => run(program, args));
process.exit(Math.max(...codes));
