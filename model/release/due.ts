import type { Rules } from "./approvals";
import { instant, isBefore } from "./instant";
import { isUnprovable, passwordExpires } from "./password";
import { endOf, phaseOf, type Release } from "./release";
import { stagesOf } from "./stages";

/** Hours between the end of a release and the deletion of its accounts. */
export const graceHours = 24;

/** When the accounts are to be deleted: a day after the end, or when the hold is over. Undefined while the release goes on. */
export function deletionDue(release: Release): string | undefined {
  const end = endOf(release);
  if (end === undefined) return undefined;
  const grace = instant(new Date(Date.parse(end) + graceHours * 3_600_000));
  const { hold } = release;
  return hold !== undefined && isBefore(grace, hold.until) ? hold.until : grace;
}

/** Why the accounts of a release that ended are still there. */
export function whyNotYet(release: Release): string {
  const { hold } = release;
  const due = deletionDue(release);
  return hold !== undefined && due === hold.until
    ? `held by ${hold.by} until ${hold.until}: ${hold.reason}`
    : `not before ${due}`;
}

/** What somebody has to do for a release, and since when or from when on. */
export type Due =
  /** A stage is on its way out: run the update, then the command again. With the end of its password nothing is proven any more. */
  | {
      readonly what: "finish";
      readonly stage: string;
      readonly since: string;
      readonly passwordEnds?: string;
    }
  /** The accounts go, and no sooner than this. */
  | { readonly what: "delete"; readonly from: string; readonly held: boolean };

/** What is due or will be; undefined for a release that goes on by itself, or is gone. */
export function dueOf(release: Release, { path, releases }: Rules, now: Date): Due | undefined {
  if (release.deleted !== undefined) return undefined;
  const from = deletionDue(release);
  const closing = stagesOf(path).find(({ environment }) => phaseOf(release, environment.name) === "closing");
  if (closing) {
    const { name } = closing.environment;
    const record = release.stages[name];
    const unprovable = isUnprovable(release, name, releases, now);
    // What lets nobody in without a proof goes in its time all the same.
    if (!unprovable || from === undefined || isBefore(instant(now), from)) {
      const ends = unprovable && { passwordEnds: passwordExpires(record, releases) };
      return { what: "finish", stage: name, since: record.closing!, ...ends };
    }
  }
  if (from === undefined) return undefined;
  return {
    what: "delete",
    from,
    held: release.hold !== undefined && isBefore(instant(now), release.hold.until),
  };
}
