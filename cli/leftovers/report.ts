import { tally, type Swept, type Tally, type Unread } from "../sweep/outcome";

/** One thing that a release left over, and what becomes of it. */
export interface Leftover extends Swept {
  readonly release: string;
  /** `image`, `disk`, `resource group`, … */
  readonly kind: string;
  /** Name or reference, with what it stands in. */
  readonly what: string;
  /** Why it stays or goes; the weightiest first. */
  readonly why: readonly string[];
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

export function tallyOf({ leftovers, unread }: LeftoversReport): { readonly leftovers: number } & Tally {
  return { leftovers: leftovers.length, ...tally(leftovers, unread) };
}
