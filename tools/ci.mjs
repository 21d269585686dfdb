// npm run ci: npm test, then npm run test:clients and test:cluster, whatever came of those before.
import { checkout } from "./setup/checkout.mjs";
import { show } from "./setup/run.mjs";

const codes = [];
for (const script of ["test", "test:clients", "test:cluster"])
  codes.push(await show("npm", ["run", script], { cwd: checkout }));
process.exit(Math.max(...codes));
