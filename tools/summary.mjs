/** The closing line of a test run, from jest's JSON result. */
export function summary({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites = 0,
  numPendingTests = 0,
  numTodoTests = 0,
}) {
  const left = numPendingTests + numTodoTests;
  const skipped = left > 0 ? `, ${left} skipped` : "";
  return `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
}

const counts = [
  "numPassedTests",
  "numFailedTests",
  "numRuntimeErrorTestSuites",
  "numPendingTests",
  "numTodoTests",
];

/** The counts of several results of jest's in one. */
export function total(results) {
  const sum = (count) => results.reduce((all, result) => all + (result[count] ?? 0), 0);
  return Object.fromEntries(counts.map((count) => [count, sum(count)]));
}
