/** The closing line of a test run, from jest's JSON result. */
export function summary({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites = 0,
  numPendingTests = 0,
}) {
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
  return `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`;
}
