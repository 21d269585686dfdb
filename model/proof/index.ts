import type { Place } from "./check";
import { checks } from "./checks";
import type { PathFacts } from "./facts";

export type * from "./facts";
export { checks } from "./checks";
export { limits } from "./limits";
export type { Check } from "./check";

/** One fact that breaks promotion or pull. */
export interface Problem extends Place {
  /** Id of the check. */
  readonly fact: string;
  /** What does not work, without a full stop. */
  readonly what: string;
  /** What to do about it, without a full stop. */
  readonly fix: string;
  /** Why Azure is so, in one sentence. */
  readonly why: string;
  /** Page that says so. */
  readonly source: string;
}

/** One fact that nobody told: neither a problem nor a success. */
export interface Unproven extends Place {
  readonly fact: string;
  readonly what: string;
  /** A value of the resource itself that nobody knows before an update; else it stands elsewhere. */
  readonly hidden?: true;
}

/** What is to be said of a promotion path before anything is applied. */
export interface Proof {
  /** Promotion or pull will fail. */
  readonly problems: readonly Problem[];
  /** They work, and soon won't. */
  readonly warnings: readonly Problem[];
  readonly unproven: readonly Unproven[];
  /** What was looked at and holds. */
  readonly proven: readonly (Place & { readonly fact: string })[];
}

/** Pure: judges all that is known of a path. */
export function provePath(facts: PathFacts): Proof {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const unproven: Unproven[] = [];
  const proven: (Place & { fact: string })[] = [];
  for (const { id: fact, why, source, check } of checks) {
    for (const verdict of check(facts)) {
      if (verdict.status === "holds") {
        const { status: _, ...place } = verdict;
        proven.push({ fact, ...place });
      } else if (verdict.status === "unproven") {
        const { status: _, ...said } = verdict;
        unproven.push({ fact, ...said });
      } else {
        const { status, ...said } = verdict;
        (status === "warning" ? warnings : problems).push({ fact, ...said, why, source });
      }
    }
  }
  return { problems, warnings, unproven, proven };
}

/** The first thing that will not work, as the end of an error message; undefined when nothing of what is known breaks. */
export function refusalOf(facts: PathFacts): string | undefined {
  const [first] = provePath(facts).problems;
  return first && `${first.where}: ${first.what}. ${first.fix}`;
}
