/** A step of the set-up that failed: what is missing and how to get it by hand, in one line. */
export class SetupProblem extends Error {}

/** Runs a task of the set-up, or ends the process with its problem in one line. */
export async function orExit(task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
