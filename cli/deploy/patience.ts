import { UserError } from "../../model/errors";
import type { Verdict } from "../../model/delivery/verdict";
import { NoAnswer } from "./cluster";

export interface Clock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** How often and how long one looks. */
export interface Looks {
  readonly clock: Clock;
  readonly every: number;
  /** Whether it was looked long enough, after so many looks and milliseconds. */
  readonly enough: (looks: number, milliseconds: number) => boolean;
  /** Told of each reason to wait that is a new one. */
  readonly tell: (reason: string) => void;
}

/** Milliseconds between two looks at what changes from second to second. */
export const often = 2_000;
export const within =
  (seconds: number): Looks["enough"] =>
  (_, milliseconds) =>
    milliseconds + often > seconds * 1000;

/** Looks until there is a verdict, or no more look is left: then what was waited for has failed. */
export async function settled(
  look: () => Promise<Verdict>,
  { clock, every, enough, tell }: Looks,
): Promise<Exclude<Verdict, { state: "waiting" }>> {
  const since = clock.now();
  let told = "";
  for (let looks = 1; ; looks++) {
    const { verdict, unanswered } = await answered(look);
    if (verdict.state !== "waiting") return verdict;
    const waited = clock.now() - since;
    if (enough(looks, waited)) {
      const reason = `after ${Math.round(waited / 1000)} s: ${verdict.reason}`;
      if (unanswered) throw new UserError({ what: reason, exitCode: 3 });
      return { state: "failed", reason };
    }
    if (verdict.reason !== told) tell(verdict.reason);
    told = verdict.reason;
    await clock.pause(every);
  }
}

async function answered(look: () => Promise<Verdict>): Promise<{ verdict: Verdict; unanswered: boolean }> {
  try {
    return { verdict: await look(), unanswered: false };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { verdict: { state: "waiting", reason: error.message }, unanswered: true };
  }
}
