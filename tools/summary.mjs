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
