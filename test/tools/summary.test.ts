import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { newFolder } from "./support";

const program = resolve(__dirname, "../../tools/ci-summary.mjs");

function summaryOf(...results: (string | undefined)[]): string {
  const files = results.map((result) => {
    const file = join(newFolder(), "jest.json");
    if (result !== undefined) writeFileSync(file, result);
    return file;
  });
  return execFileSync(process.execPath, [program, ...files], { encoding: "utf8" });
}

const counts = {
  numPassedTests: 7,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
};

test.each([
  ["all passed", counts, "7 passed, 0 failed\n"],
  ["some failed", { ...counts, numFailedTests: 2 }, "7 passed, 2 failed\n"],
  [
    "a suite that could not run counts as a failure",
    { ...counts, numFailedTests: 1, numRuntimeErrorTestSuites: 1 },
    "7 passed, 2 failed\n",
  ],
  [
    "what was left out is said",
    { ...counts, numPendingTests: 1, numTodoTests: 2 },
    "7 passed, 0 failed, 3 skipped\n",
  ],
])("%s", (_, result, line) => {
  expect(summaryOf(JSON.stringify(result))).toBe(line);
});

test("without a result nothing passed", () => {
  expect(summaryOf(undefined)).toBe("0 passed, 1 failed\n");
  expect(summaryOf('{"numPassedTests": 7')).toBe("0 passed, 1 failed\n");
});

test("several runs are one sum, where one that left no result is a failure", () => {
  const clients = JSON.stringify({ ...counts, numPassedTests: 50, numPendingTests: 1 });
  expect(summaryOf(JSON.stringify(counts), clients)).toBe("57 passed, 0 failed, 1 skipped\n");
  expect(summaryOf(JSON.stringify(counts), undefined)).toBe("7 passed, 1 failed\n");
});
