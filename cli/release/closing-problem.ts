import { UserError } from "../../model/errors";
import { dueOf, deletionDue } from "../../model/release/due";
import { releaseStack } from "../../model/release/names";
import type { ReleaseEdit } from "./files";

/** Why the end of a release that is over stays unproven; undefined when it is not so. */
export function closingProblem({ after, settings }: ReleaseEdit, now: Date): UserError | undefined {
  const due = dueOf(after, settings, now);
  const from = deletionDue(after);
  if (due?.what !== "finish" || due.passwordEnds === undefined || from === undefined) return undefined;
  return new UserError({
    what: `that nobody gets in as ${due.stage} of ${after.version} can't be proven in time: its password's end is ${due.passwordEnds}`,
    fix: `Run pulumi up -s ${releaseStack(after.version)}, which disables its accounts; airlock release sweep deletes them after ${from}`,
    exitCode: 1,
  });
}
