import { UserError } from "../../model/errors";

/** What was done about something that goes. `spared`: what refers to it is still there, or it changed meanwhile. */
export type Outcome = "deleted" | "gone" | "refused" | "spared" | "unreached";

/** Something that a sweep judged. */
export interface Swept {
  readonly goes: boolean;
  /** Only where the sweep was to delete. */
  readonly outcome?: Outcome;
  /** Why something that goes is still there, without a full stop. */
  readonly problem?: string;
}

/** Something that could not be read, of which nothing goes. */
export interface Unread {
  readonly what: string;
  readonly why: string;
}

/** How many ended in which way; those that stay need nothing done. */
export interface Tally {
  readonly goes: number;
  /** Deleted now, or by somebody else meanwhile. */
  readonly deleted: number;
  readonly refused: number;
  readonly spared: number;
  readonly unreached: number;
  readonly unread: number;
}

export function tally(all: readonly Swept[], unread: readonly Unread[]): Tally {
  const count = (...outcomes: readonly Outcome[]) =>
    all.filter(({ outcome }) => outcome !== undefined && outcomes.includes(outcome)).length;
  return {
    goes: all.filter(({ goes }) => goes).length,
    deleted: count("deleted", "gone"),
    refused: count("refused"),
    spared: count("spared"),
    unreached: count("unreached"),
    unread: unread.length,
  };
}

/** @throws UserError (3) when something that goes is still there, or something of the environment could not be read */
export function requireWhole({ goes, refused, unreached, unread }: Tally, environment: string): void {
  const problems = [
    ...(refused > 0 ? [`${refused} of ${goes} could not be deleted`] : []),
    ...(unreached > 0 ? [`${unreached} of ${goes} were not reached`] : []),
    ...(unread > 0
      ? [`${unread === 1 ? "one part" : `${unread} parts`} of ${environment} could not be read`]
      : []),
  ];
  if (problems.length === 0) return;
  throw new UserError({
    what: problems.join(", "),
    fix: "The report says why; then run it again, it goes on from what is there",
    exitCode: 3,
  });
}

const words = {
  deleted: "deleted",
  gone: "was gone",
  refused: "REFUSED",
  spared: "spared",
  unreached: "not reached",
} as const;

export function verdictOf({ goes, outcome }: Swept): string {
  if (!goes) return "stays";
  return outcome === undefined ? "goes" : words[outcome];
}

export function unreadLine({ what, why }: Unread): string {
  return `Not read, and so nothing of it goes: ${what}: ${why}.`;
}

/** What a sweep of so many things has to say at its end. */
export interface Ending {
  readonly all: number;
  /** `artifact` */
  readonly noun: string;
  readonly tally: Tally;
  /** Whether it was to delete, or only to tell. */
  readonly deletes: boolean;
  /** The command that deletes. */
  readonly command: string;
}

export function summaryLines({ all, noun, tally: counted, deletes, command }: Ending): string[] {
  const { goes, deleted, refused, spared, unreached } = counted;
  const stay = `${all} ${all === 1 ? noun : `${noun}s`}: ${all - goes} stay`;
  if (!deletes) {
    const next = `Nothing was deleted. To delete what goes: ${command}`;
    return [`${stay}, ${goes} go.`, ...(goes > 0 ? [next] : [])];
  }
  const rest = [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
    ...(unreached > 0 ? [`${unreached} not reached`] : []),
  ];
  return [`${[stay, `${deleted} deleted`, ...rest].join(", ")}.`];
}
