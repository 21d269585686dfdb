// npm start: sets up, then tells the whole story with the project's own Node.
import { join } from "node:path";
import { checkout } from "./setup/checkout.mjs";
import { setUpOrExit } from "./setup/index.mjs";
import { show } from "./setup/run.mjs";

await setUpOrExit();
const node = join(checkout, "node_modules/.bin/node");
const args = [join(checkout, ".build/airlock.js"), "story", ...process.argv.slice(2)];
process.exit(await show(node, args, {}));
