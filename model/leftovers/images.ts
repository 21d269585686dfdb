import {
  judgeRepository,
  ownTags,
  spokenOf,
  type Claim,
  type Reason,
  type StoredManifest,
  type StoredRepository,
  type Verdict,
} from "../retention";
import type { LeftoversDue } from "./due";

/** However young an image is: the release's own clock decides. */
const atOnce = -Infinity;

/** What is known of one release when its images in a repository are judged. */
export interface ImageRules extends LeftoversDue {
  readonly version: string;
  /** The release's tag in the environment: `v0.0.1-qa`. */
  readonly tag: string;
  /** What the environment needs, whatever its tags. */
  readonly claims: readonly Claim[];
  /** Milliseconds since the epoch, by the registry's clock. */
  readonly now: number;
}

/**
 * Judges what carries a release's tag in a repository, with the parts and the companions of that; of nothing else it speaks. It
 * goes when the tag is its only one and nothing needs it, by the same rules as those by which images age.
 */
export function judgeImages(repository: StoredRepository, rules: ImageRules): Verdict[] {
  const { tag, version, due, why } = rules;
  const of = belongingTo(repository.manifests, tag);
  const others = repository.manifests.flatMap((manifest): Claim[] => {
    const reason = whyNotTheReleases(manifest, of, rules, repository.name);
    return reason === undefined
      ? []
      : [{ kind: "release", repository: repository.name, digest: manifest.digest, why: reason }];
  });
  const waits: Claim[] = due
    ? []
    : [...of].map((digest) => ({ kind: "held", digest, why: `${version}: ${why}` }));
  const claims = [...rules.claims, ...waits, ...others];
  return judgeRepository(repository, { retentionDays: atOnce, claims, now: rules.now })
    .filter(({ digest }) => of.has(digest))
    .map((verdict) => (verdict.goes ? { ...verdict, reasons: [whyItGoes(verdict, rules)] } : verdict));
}

/** Digests of what carries the tag, of what that consists of, and of what speaks of any of it. */
function belongingTo(manifests: readonly StoredManifest[], tag: string): Set<string> {
  const here = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const of = new Set(manifests.filter((one) => carries(one, tag)).map(({ digest }) => digest));
  // A set that grows while it is walked is walked to its end.
  for (const digest of of) {
    for (const part of here.get(digest)?.parts ?? []) if (here.has(part)) of.add(part);
    for (const other of manifests) if (spokenOf(other).includes(digest)) of.add(other.digest);
  }
  return of;
}

function whyNotTheReleases(
  manifest: StoredManifest,
  of: ReadonlySet<string>,
  { tag, version }: ImageRules,
  repository: string,
): string | undefined {
  // The unique tag of its build says the same as the release's own.
  const build = `${repository.split("/").at(-1)}-${version.slice(1)}-`;
  const other = ownTags(manifest).find(({ name }) => name !== tag && !name.startsWith(build));
  if (other !== undefined) return `its tag ${other.name} is not the release's`;
  return of.has(manifest.digest) ? undefined : `it doesn't carry the tag ${tag}`;
}

function carries({ tags }: StoredManifest, tag: string): boolean {
  return tags.some(({ name }) => name === tag);
}

function whyItGoes({ tags }: Verdict, { tag, version, why }: ImageRules): Reason {
  return tags.includes(tag)
    ? { cause: "left", text: `${version} is ${why}` }
    : { cause: "left", text: `belongs to what is tagged ${tag}` };
}
