// npm start: sets up, then tells the whole story with the project's own Node.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkout, setUpOrExit } from "./setup/index.mjs";

await setUpOrExit();
const node = join(checkout, "node_modules/.bin/node");
const { status } = spawnSync(node, [join(checkout, ".build/airlock.js"), "story"], { stdio: "inherit" });
process.exit(status ?? 1);
