import type { Environment, RegistryOfEnvironment } from "../../model/promotion-path";
import type { SweptArtifact, SweptContent } from "./sweep";

export interface RegistryReport extends SweptContent {
  readonly registry: string;
  readonly host: string;
}

export interface SweepReport {
  readonly environment: string;
  readonly retentionDays: number;
  /** Whether it was to delete, or only to tell. */
  readonly deletes: boolean;
  readonly registries: readonly RegistryReport[];
}

/** What a sweep found and did, artifacts by repository and the oldest first. */
export function sweepReport(
  { name, retentionDays }: Environment,
  deletes: boolean,
  swept: readonly { readonly of: RegistryOfEnvironment; readonly content: SweptContent }[],
): SweepReport {
  const registries = swept.map(({ of, content }) => ({
    registry: of.registry,
    host: of.host,
    artifacts: [...content.artifacts].sort(inOrder),
    unread: content.unread,
  }));
  return { environment: name, retentionDays, deletes, registries };
}

/** How many artifacts ended in which way; those that stay need nothing done. */
export interface Tally {
  readonly artifacts: number;
  readonly goes: number;
  /** Deleted now, or by somebody else meanwhile. */
  readonly deleted: number;
  readonly refused: number;
  readonly spared: number;
  readonly unreached: number;
  readonly unread: number;
}

export function tallyOf({ registries }: SweepReport): Tally {
  const all = registries.flatMap(({ artifacts }) => artifacts);
  const count = (...outcomes: readonly SweptArtifact["outcome"][]) =>
    all.filter(({ outcome }) => outcome !== undefined && outcomes.includes(outcome)).length;
  return {
    artifacts: all.length,
    goes: all.filter(({ goes }) => goes).length,
    deleted: count("deleted", "gone"),
    refused: count("refused"),
    spared: count("spared"),
    unreached: count("unreached"),
    unread: registries.flatMap(({ unread }) => unread).length,
  };
}

function inOrder(a: SweptArtifact, b: SweptArtifact): number {
  if (a.repository !== b.repository) return a.repository < b.repository ? -1 : 1;
  const [older, younger] = [b.age ?? 0, a.age ?? 0];
  if (older !== younger) return older - younger;
  return a.digest < b.digest ? -1 : 1;
}
