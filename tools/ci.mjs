// npm run ci: npm test, then npm run test:clients, whatever came of the first.
import { checkout } from "./setup/checkout.mjs";
import { show } from "./setup/run.mjs";

const codes = [];
for (const script of ["test", "test:clients"])
  codes.push(await show("npm", ["run", script], { cwd: checkout }));
process.exit(Math.max(...codes));
