/** What went wrong for the user, and the exit code that says whose turn it is. */
export interface Problem {
  /** What is wrong, without a full stop. */
  readonly what: string;
  /** File and key, or resource and property. */
  readonly where?: string;
  /** What to do about it, without a full stop. */
  readonly fix?: string;
  /** 1 refused by a gate or policy, 2 wrong usage or configuration, 3 the cloud failed. */
  readonly exitCode: 1 | 2 | 3;
}

/** An error whose message is meant for the user: one line, no stack. */
export class UserError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    const where = problem.where ? ` (${problem.where})` : "";
    const fix = problem.fix ? `. ${problem.fix}` : "";
    super(`${problem.what}${where}${fix}`);
    this.name = "UserError";
    this.problem = problem;
  }
}
