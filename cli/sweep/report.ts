import type { Environment, RegistryOfEnvironment } from "../../model/promotion-path";
import { tally, type Tally } from "./outcome";
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

export function tallyOf({ registries }: SweepReport): { readonly artifacts: number } & Tally {
  const artifacts = registries.flatMap((one) => one.artifacts);
  const unread = registries.flatMap((one) => one.unread);
  return { artifacts: artifacts.length, ...tally(artifacts, unread) };
}

function inOrder(a: SweptArtifact, b: SweptArtifact): number {
  if (a.repository !== b.repository) return a.repository < b.repository ? -1 : 1;
  const [older, younger] = [b.age ?? 0, a.age ?? 0];
  if (older !== younger) return older - younger;
  return a.digest < b.digest ? -1 : 1;
}
