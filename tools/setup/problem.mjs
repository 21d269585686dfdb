/** A step of the set-up that failed: what is missing and how to get it by hand, in one line. */
export class SetupProblem extends Error {}
