// Prints "N passed, N failed" from jest's JSON result. A suite that could not run counts as a failure.
import { readFileSync } from "node:fs";
import { summary } from "./summary.mjs";

let result;
try {
  result = JSON.parse(readFileSync(process.argv[2], "utf8"));
} catch {
  result = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, numPendingTests: 0 };
}
console.log(summary(result));
