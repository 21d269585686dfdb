import type { Outcome, Unread } from "../sweep/sweep";

/** One thing that a release left over, and what becomes of it. */
export interface Leftover {
  readonly release: string;
  /** `image`, `disk`, `resource group`, … */
  readonly kind: string;
  /** Name or reference, with what it stands in. */
  readonly what: string;
  readonly goes: boolean;
  /** Why it stays or goes; the weightiest first. */
  readonly why: readonly string[];
  /** Only where the sweep was to delete. */
  readonly outcome?: Outcome;
  /** Why something that goes is still there. */
  readonly problem?: string;
}

/** A release, and whether what it left over may go. */
export interface ReleaseLeft {
  readonly release: string;
  readonly due: boolean;
  readonly why: string;
}

export interface LeftoversReport {
  readonly environment: string;
  /** Whether it was to delete, or only to tell. */
  readonly deletes: boolean;
  /** Whether anybody may tidy up there: otherwise the registries alone are looked through. */
  readonly tidies: boolean;
  readonly releases: readonly ReleaseLeft[];
  readonly leftovers: readonly Leftover[];
  readonly unread: readonly Unread[];
}

/** How many leftovers ended in which way. */
export interface LeftoversTally {
  readonly leftovers: number;
  readonly goes: number;
  /** Deleted now, or by somebody else meanwhile. */
  readonly deleted: number;
  readonly refused: number;
  readonly spared: number;
  readonly unreached: number;
  readonly unread: number;
}

export function tallyOf({ leftovers, unread }: LeftoversReport): LeftoversTally {
  const count = (...outcomes: readonly Outcome[]) =>
    leftovers.filter(({ outcome }) => outcome !== undefined && outcomes.includes(outcome)).length;
  return {
    leftovers: leftovers.length,
    goes: leftovers.filter(({ goes }) => goes).length,
    deleted: count("deleted", "gone"),
    refused: count("refused"),
    spared: count("spared"),
    unreached: count("unreached"),
    unread: unread.length,
  };
}
