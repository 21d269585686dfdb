import { ownTags, type StoredManifest } from "./inventory";

/**
 * The order in which manifests can be deleted one by one: whatever refers to another one goes before it, so that a run that
 * ends in the middle leaves no index without its images and no signature without its subject.
 */
export function deletionOrder(going: readonly StoredManifest[]): StoredManifest[] {
  const byDigest = new Map(going.map((manifest) => [manifest.digest, manifest]));
  const targets = ({ digest, parts, subject }: StoredManifest): StoredManifest[] =>
    [...new Set([...parts, ...(subject === undefined ? [] : [subject])])]
      .filter((other) => other !== digest)
      .flatMap((other) => byDigest.get(other) ?? []);
  const holders = new Map(going.map(({ digest }) => [digest, 0]));
  for (const manifest of going) {
    for (const { digest } of targets(manifest)) holders.set(digest, holders.get(digest)! + 1);
  }
  const isCompanion = (manifest: StoredManifest): boolean =>
    manifest.tags.length > 0 && ownTags(manifest).length === 0;
  // Companion tags are names, which may speak of each other: what digests say comes first.
  const free = (manifests: readonly StoredManifest[]) =>
    manifests.filter(({ digest }) => holders.get(digest) === 0);
  const waiting = [
    ...free(going.filter(isCompanion)),
    ...free(going.filter((manifest) => !isCompanion(manifest))),
  ];
  for (const manifest of waiting) {
    for (const target of targets(manifest)) {
      const left = holders.get(target.digest)! - 1;
      holders.set(target.digest, left);
      if (left === 0) waiting.push(target);
    }
  }
  return waiting;
}
