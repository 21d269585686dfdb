import type { Rules } from "../release/approvals";
import { dueOf, whyNotYet } from "../release/due";
import { instant, isBefore } from "../release/instant";
import type { Release } from "../release/release";

/** Whether what a release left over may go, and why or why not. */
export interface LeftoversDue {
  readonly due: boolean;
  /** Without a full stop. */
  readonly why: string;
}

/** By the same clock as the accounts: a day after the end, and no sooner than the hold is over. */
export function leftoversDue(release: Release, rules: Rules, now: Date): LeftoversDue {
  // That its accounts are gone ends no waiting: what else it left is still there.
  const due = dueOf({ ...release, deleted: undefined }, rules, now);
  if (due === undefined) return { due: false, why: "it goes on" };
  if (due.what === "finish") return { due: false, why: `${due.stage} is closing since ${due.since}` };
  return isBefore(instant(now), due.from)
    ? { due: false, why: whyNotYet(release) }
    : { due: true, why: `due since ${due.from}` };
}
