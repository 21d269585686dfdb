// npm test: sets up, then type check and lint, then jest. With arguments for jest, jest alone.
import { rmSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { checkout } from "./setup/checkout.mjs";
import { setUpOrExit } from "./setup/index.mjs";
import { show } from "./setup/run.mjs";

await setUpOrExit();
const bin = join(checkout, "node_modules/.bin");
const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
const run = (program, args) => show(join(bin, program), args, { cwd: checkout, env });

const wanted = process.argv.slice(2);
// A configuration of its own has a result of its own.
const config = wanted.includes("--config") ? wanted[wanted.indexOf("--config") + 1] : "jest.config.js";
const result = `.build/${basename(config).replace(".config.js", ".json")}`;
rmSync(join(checkout, result), { force: true });
const codes = [];
if (wanted.length === 0) {
  // Each takes one of the two cores of a small machine.
  const lint = async () => [
    await run("eslint", ["."]),
    await run("prettier", ["--check", "--log-level=warn", "."]),
  ];
  codes.push(...(await Promise.all([run("tsc", ["--noEmit"]), lint()])).flat());
}
codes.push(await run("jest", ["--json", `--outputFile=${result}`, ...wanted]));
process.exit(Math.max(...codes));
