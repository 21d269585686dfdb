import { shortDigest } from "../image-reference";
import { claims, type Claim } from "./claims";
import { ownTags, refersTo, spokenOf, type StoredManifest, type StoredRepository } from "./inventory";

const day = 24 * 60 * 60 * 1000;

/** Why a manifest stays or goes; what it is about, or belongs to, stays and goes with it. */
export type Cause = Claim["kind"] | "locked" | "young" | "needed" | "old" | "follows" | "left";

export interface Reason {
  readonly cause: Cause;
  /** Without a full stop. */
  readonly text: string;
  /** The other manifest that it is about. */
  readonly digest?: string;
}

/** What becomes of one manifest. */
export interface Verdict {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** Whole days since the last change; undefined where the registry doesn't say. */
  readonly age?: number;
  readonly goes: boolean;
  /** The weightiest first; never empty. */
  readonly reasons: readonly Reason[];
}

export interface Rules {
  readonly retentionDays: number;
  readonly claims: readonly Claim[];
  /** Milliseconds since the epoch, by the registry's clock. */
  readonly now: number;
}

/**
 * Judges every manifest of a repository. One stays when it is needed for itself: it runs, can be rolled back to, is held, is
 * locked, or is young. With it stay its parts, what it speaks of, and all that speaks of it. All else goes.
 *
 * A signature's own age doesn't count while the image that it signs is there; a companion without its image, and a part
 * without its index, age like an image.
 */
export function judgeRepository(repository: StoredRepository, rules: Rules): Verdict[] {
  const { manifests } = repository;
  const here = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const standing = new Map<string, Reason[]>();
  for (const manifest of manifests) {
    const reasons = ownReasons(repository, manifest, rules);
    const young = reasons.length === 0 && !follows(manifest, here) ? ageReason(manifest, rules) : undefined;
    if (young) reasons.push(young);
    if (reasons.length > 0) standing.set(manifest.digest, reasons);
  }
  spread(manifests, standing);
  return manifests.map((manifest) => {
    const age = ageOf(manifest, rules.now);
    const reasons = standing.get(manifest.digest);
    return {
      repository: repository.name,
      digest: manifest.digest,
      tags: manifest.tags.map(({ name }) => name),
      ...(age !== undefined && { age: Math.floor(age / day) }),
      goes: reasons === undefined,
      reasons: reasons ?? [whyItGoes(manifest, here, rules)],
    };
  });
}

function ownReasons({ name, locked }: StoredRepository, manifest: StoredManifest, rules: Rules): Reason[] {
  const tags = manifest.tags.map((tag) => tag.name);
  const claimed = rules.claims
    .filter((claim) => claims(claim, name, manifest.digest, tags))
    .map(({ kind, why }): Reason => ({ cause: kind, text: why }));
  const locks = [
    ...(locked ? ["the repository is locked"] : []),
    ...(manifest.locked ? ["locked"] : []),
    ...manifest.tags.filter((tag) => tag.locked).map((tag) => `its tag ${tag.name} is locked`),
  ];
  return [...claimed, ...locks.map((text): Reason => ({ cause: "locked", text }))];
}

function ageReason(manifest: StoredManifest, { now, retentionDays }: Rules): Reason | undefined {
  const age = ageOf(manifest, now);
  if (age === undefined) return { cause: "young", text: "the registry doesn't say how old it is" };
  return age < retentionDays * day ? { cause: "young", text: ageText(age, retentionDays) } : undefined;
}

// A tag that was put on an old image yesterday is yesterday's use of it. What one part of it hides, nothing else shows.
function ageOf({ changed, tags }: StoredManifest, now: number): number | undefined {
  const times = [changed, ...tags.map((tag) => tag.changed)];
  return times.some((time) => time === undefined)
    ? undefined
    : now - Math.max(...times.map((time) => time ?? now));
}

function ageText(age: number, retentionDays: number): string {
  const days = Math.max(0, Math.floor(age / day));
  return `changed ${days} ${days === 1 ? "day" : "days"} ago, kept for ${retentionDays}`;
}

/** Whether it is there for the sake of another one: it speaks of something that stands beside it, and bears no name of its own. */
function follows(manifest: StoredManifest, here: ReadonlyMap<string, StoredManifest>): boolean {
  if (ownTags(manifest).length > 0) return false;
  const seen = new Set([manifest.digest]);
  const waiting = [manifest];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const digest of spokenOf(next)) {
      const spoken = here.get(digest);
      if (!spoken || seen.has(digest)) continue;
      // Companion tags can speak of each other; only what speaks of nothing ends the chain.
      if (ownTags(spoken).length > 0 || spokenOf(spoken).every((further) => !here.has(further))) return true;
      seen.add(digest);
      waiting.push(spoken);
    }
  }
  return false;
}

/** Carries the reasons of what stands to all that it needs, and to all that speaks of it. */
function spread(manifests: readonly StoredManifest[], standing: Map<string, Reason[]>): void {
  const here = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const speakers = new Map<string, StoredManifest[]>();
  for (const manifest of manifests) {
    for (const digest of spokenOf(manifest)) {
      const known = speakers.get(digest);
      if (known) known.push(manifest);
      else speakers.set(digest, [manifest]);
    }
  }
  const waiting = [...standing.keys()];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const stays = here.get(digest)!;
    const reach = (other: string, text: string): void => {
      if (!here.has(other) || standing.has(other)) return;
      standing.set(other, [{ cause: "needed", text, digest: stays.digest }]);
      waiting.push(other);
    };
    for (const other of refersTo(stays)) reach(other, `${shortDigest(digest)} stays and refers to it`);
    for (const { digest: other } of speakers.get(digest) ?? [])
      reach(other, `belongs to ${shortDigest(digest)}, which stays`);
  }
}

function whyItGoes(
  manifest: StoredManifest,
  here: ReadonlyMap<string, StoredManifest>,
  { now, retentionDays }: Rules,
): Reason {
  const image = spokenOf(manifest).find((digest) => digest !== manifest.digest && here.has(digest));
  if (image !== undefined && follows(manifest, here))
    return { cause: "follows", text: `belongs to ${shortDigest(image)}, which goes`, digest: image };
  return { cause: "old", text: ageText(ageOf(manifest, now) ?? 0, retentionDays) };
}
