import pLimit from "p-limit";
import { shortDigest } from "../../model/image-reference";
import {
  deletionOrder,
  refersTo,
  type StoredManifest,
  type StoredRepository,
  type Verdict,
} from "../../model/retention";
import type { Swept, Unread } from "./outcome";
import { refusalOf } from "./refusal";
import type { SweptRegistry } from "./registry";

export interface SweptArtifact extends Verdict, Swept {}

export interface SweptContent {
  readonly artifacts: readonly SweptArtifact[];
  readonly unread: readonly Unread[];
}

export interface SweepRules {
  /** What becomes of what a repository holds, as of a time in milliseconds since the epoch; of what it leaves out, nothing. */
  readonly judge: (stored: StoredRepository, now: number) => readonly Verdict[];
  /** This machine's clock. */
  readonly now: () => number;
  readonly deletes: boolean;
  /** Ends the sweep after what is under way. */
  readonly ends: AbortSignal;
  /** Told of each artifact that is deleted. */
  readonly tell: (artifact: { readonly repository: string; readonly digest: string }) => void;
}

const repositoriesAtOnce = 4;

/** Judges all that a registry holds and, if it is to, deletes what goes. A refusal is part of the report. */
export async function sweepRegistry(registry: SweptRegistry, rules: SweepRules): Promise<SweptContent> {
  let names: string[];
  try {
    names = await registry.repositories();
  } catch (error) {
    return { artifacts: [], unread: [{ what: "the list of its repositories", why: refusalOf(error) }] };
  }
  const limit = pLimit(repositoriesAtOnce);
  const swept = await Promise.all(names.map((name) => limit(() => sweepRepository(registry, name, rules))));
  return {
    artifacts: swept.flatMap(({ artifacts }) => artifacts),
    unread: swept.flatMap(({ unread }) => unread),
  };
}

async function sweepRepository(
  registry: SweptRegistry,
  name: string,
  rules: SweepRules,
): Promise<SweptContent> {
  if (rules.ends.aborted) return { artifacts: [], unread: [{ what: name, why: "the sweep was ended" }] };
  let stored: Awaited<ReturnType<SweptRegistry["read"]>>;
  try {
    stored = await registry.read(name);
  } catch (error) {
    return { artifacts: [], unread: [{ what: name, why: refusalOf(error) }] };
  }
  if (stored === undefined) return { artifacts: [], unread: [] };
  const { manifests } = stored;
  // Of two clocks that differ the one counts by which things are younger.
  const now = Math.min(rules.now(), registry.clock() ?? Infinity);
  const verdicts = rules.judge(stored, now);
  if (!rules.deletes) return { artifacts: verdicts, unread: [] };
  const going = new Set(verdicts.filter(({ goes }) => goes).map(({ digest }) => digest));
  const outcomes = await removeAll(
    registry,
    name,
    deletionOrder(manifests.filter(({ digest }) => going.has(digest))),
    rules,
  );
  return {
    artifacts: verdicts.map((verdict) => ({ ...verdict, ...outcomes.get(verdict.digest) })),
    unread: [],
  };
}

type Done = Required<Pick<SweptArtifact, "outcome">> & Pick<SweptArtifact, "problem">;

/** One by one: what refers to something that could not be deleted keeps it. */
async function removeAll(
  registry: SweptRegistry,
  repository: string,
  order: readonly StoredManifest[],
  { ends, tell }: SweepRules,
): Promise<Map<string, Done>> {
  const outcomes = new Map<string, Done>();
  const kept = new Map<string, string>();
  for (const manifest of order) {
    const { digest } = manifest;
    const done = await remove(manifest);
    outcomes.set(digest, done);
    if (done.outcome === "deleted") tell({ repository, digest });
    if (done.outcome === "deleted" || done.outcome === "gone") continue;
    for (const other of refersTo(manifest)) kept.set(other, digest);
  }
  return outcomes;

  async function remove(manifest: StoredManifest): Promise<Done> {
    if (ends.aborted) return { outcome: "unreached", problem: "the sweep was ended before it" };
    const holder = kept.get(manifest.digest);
    if (holder !== undefined)
      return { outcome: "spared", problem: `${shortDigest(holder)} refers to it and is still there` };
    try {
      const removal = await registry.remove(repository, manifest);
      if (removal === "changed")
        return { outcome: "spared", problem: "it was tagged or locked since it was listed" };
      return { outcome: removal };
    } catch (error) {
      return { outcome: "refused", problem: refusalOf(error) };
    }
  }
}
