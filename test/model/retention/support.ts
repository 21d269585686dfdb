import type { StoredManifest, StoredRepository } from "../../../model/retention";
import { judgeRepository, type Claim, type Verdict } from "../../../model/retention";

export const day = 24 * 60 * 60 * 1000;
export const now = Date.parse("2026-11-21T12:00:00Z");

/** `sha256:` and 64 digits that begin with a number. */
export function digestOf(seed: number): string {
  return `sha256:${seed.toString(16).padStart(12, "0")}${"0".repeat(52)}`;
}

/** A manifest that was last changed so many days ago, with tags of the same age. */
export function manifest(
  seed: number,
  daysAgo: number,
  rest: Partial<Omit<StoredManifest, "tags">> & { tags?: readonly string[] } = {},
): StoredManifest {
  const changed = now - daysAgo * day;
  const { tags = [], ...stated } = rest;
  return {
    digest: digestOf(seed),
    changed,
    locked: false,
    parts: [],
    tags: tags.map((name) => ({ name, changed, locked: false })),
    ...stated,
  };
}

export function repository(...manifests: StoredManifest[]): StoredRepository {
  return { name: "iam/auth-service", locked: false, manifests };
}

export function judged(stored: StoredRepository, claims: readonly Claim[] = []): Verdict[] {
  return judgeRepository(stored, { retentionDays: 30, claims, now });
}

/** What cosign tags a companion of an image with. */
export function companion(seed: number, ending = ".sig"): string {
  return `${digestOf(seed).replace(":", "-")}${ending}`;
}
