import { RegistryError } from "./errors";
import { requireRepositoryName, requireTag } from "./names";
import type { RegistryStore } from "./store";
import type { ManifestRecord } from "./store/records";

/** Most manifests one import may bring (ACR's own limit). */
export const importLimit = 50;

/** Where an import puts the image, as `importImage` of ARM says it. */
export interface CopyTarget {
  readonly tags: readonly string[];
  /** Also (or only) without a tag: `untaggedTargetRepositories`. */
  readonly untagged: boolean;
  /** `Force` overwrites existing tags; without it one existing tag fails the whole import before anything is copied. */
  readonly force: boolean;
}

/**
 * Imports an image by tag or digest, as ACR does: same digest, an index with its children and blobs, no referrers.
 * What is there already is left alone, so that an import cut short can be run again.
 * @param progress told after each blob how many are there, of how many.
 * @returns the digest.
 * @throws RegistryError: unknown image, existing tag (409 CONFLICT), locked tag or repository, more than 50 manifests.
 */
export async function copyImage(
  from: RegistryStore,
  fromRepository: string,
  reference: string,
  to: RegistryStore,
  toRepository: string,
  target: CopyTarget,
  progress: (copied: number, of: number) => void = () => undefined,
): Promise<string> {
  requireRepositoryName(toRepository);
  target.tags.forEach(requireTag);
  const { record: image } = from.manifest(fromRepository, reference);
  const manifests = treeOf(from, fromRepository, image);
  requireFree(to, toRepository, target);

  const blobs = [...new Set(manifests.flatMap((manifest) => manifest.blobs))];
  for (const [index, blob] of blobs.entries()) {
    await from.content.copyTo(to.content, blob);
    to.linkBlob(toRepository, blob);
    progress(index + 1, blobs.length);
  }
  for (const manifest of manifests) {
    if (to.hasRepository(toRepository) && to.repository(toRepository).manifests.has(manifest.digest))
      continue;
    to.putManifest(toRepository, manifest.digest, from.content.read(manifest.digest), manifest.mediaType);
  }
  // Copying took its time: a tag may have appeared meanwhile.
  requireFree(to, toRepository, target);
  for (const tag of target.tags) to.setTag(toRepository, tag, image.digest);
  return image.digest;
}

/** The image and what it is made of, children first. */
function treeOf(store: RegistryStore, repository: string, image: ManifestRecord): ManifestRecord[] {
  const found = new Map<string, ManifestRecord>();
  const visit = (manifest: ManifestRecord): void => {
    if (found.has(manifest.digest)) return;
    for (const child of manifest.children) visit(store.manifest(repository, child.digest).record);
    found.set(manifest.digest, manifest);
    if (found.size > importLimit) {
      throw new RegistryError(
        400,
        "MANIFEST_INVALID",
        `${repository}@${image.digest} has more than ${importLimit} manifests, which is more than an import may bring`,
      );
    }
  };
  visit(image);
  return [...found.values()];
}

function requireFree(to: RegistryStore, repository: string, target: CopyTarget): void {
  to.requireRepositoryWritable(repository);
  const existing = to.hasRepository(repository) ? to.repository(repository).tags : new Map();
  for (const tag of target.tags) {
    if (!target.force && existing.has(tag)) {
      throw new RegistryError(409, "CONFLICT", `Tag ${repository}:${tag} already exists in target registry.`);
    }
    to.requireTagMovable(repository, tag);
  }
}
