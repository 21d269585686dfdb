// Prints "N passed, N failed" from jest's JSON results, summed. A suite that could not run counts as a failure, and so does a result that
// is not there.
import { readFileSync } from "node:fs";
import { summary, total } from "./summary.mjs";

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, numPendingTests: 0 };
  }
}

console.log(summary(total(process.argv.slice(2).map(read))));
