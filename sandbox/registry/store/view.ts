import { manifestUnknown, repositoryUnknown } from "../errors";
import { isDigestReference } from "../names";
import type { ContentStore } from "./content";
import { lockOfManifest, lockOfRepository, lockOfTag, requireReadable } from "./locks";
import type { LockTarget, ManifestRecord, RepositoryRecord, TagRecord } from "./records";

/** A referrer as the referrers API lists it. */
export interface Referrer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What is read of one repository. */
export interface RepositoryView {
  readonly name: string;
  /** Undefined while it has blobs alone. */
  readonly record: RepositoryRecord | undefined;
  readonly manifests: ReadonlyMap<string, ManifestRecord>;
  readonly tags: ReadonlyMap<string, TagRecord>;
}

/** Manifests and tags of one registry, to be read. */
export abstract class RegistryView<Repository extends RepositoryView = RepositoryView> {
  abstract readonly content: ContentStore;

  protected abstract find(repository: string): Repository | undefined;

  /** Names of the repositories that are listed. */
  abstract repositoryNames(): string[];

  hasRepository(repository: string): boolean {
    return this.find(repository)?.record !== undefined;
  }

  /** @throws NAME_UNKNOWN */
  repository(repository: string): Repository {
    const state = this.find(repository);
    if (!state?.record) throw repositoryUnknown(repository);
    return state;
  }

  /** @throws NAME_UNKNOWN, or MANIFEST_UNKNOWN when it has no such tag or manifest. */
  requireShown(repository: string, target: LockTarget): void {
    const { tags, manifests } = this.repository(repository);
    if ("tag" in target && !tags.has(target.tag)) throw manifestUnknown(repository, target.tag);
    if ("digest" in target && !manifests.has(target.digest)) throw manifestUnknown(repository, target.digest);
  }

  /** The manifest behind a tag or digest, locks apart. @throws NAME_UNKNOWN or MANIFEST_UNKNOWN */
  manifestRecord(repository: string, reference: string): ManifestRecord {
    const state = this.repository(repository);
    const digest = isDigestReference(reference) ? reference : state.tags.get(reference)?.digest;
    const manifest = digest === undefined ? undefined : state.manifests.get(digest);
    if (!manifest) throw manifestUnknown(repository, reference);
    return manifest;
  }

  /** The digest under a tag or digest; undefined when there is none. */
  digestOf(repository: string, reference: string): string | undefined {
    const state = this.find(repository);
    return isDigestReference(reference)
      ? state?.manifests.get(reference)?.digest
      : state?.tags.get(reference)?.digest;
  }

  /** A manifest to be pulled. @throws as {@link manifestRecord}, and REGISTRY_DISALLOWED_OPERATION when reading is off. */
  manifest(repository: string, reference: string): { record: ManifestRecord; bytes: Buffer } {
    const record = this.manifestRecord(repository, reference);
    const state = this.repository(repository);
    const tag = state.tags.get(reference);
    requireReadable(
      lockOfRepository(state),
      lockOfManifest(state, record),
      ...(tag ? [lockOfTag(state, tag)] : []),
    );
    return { record, bytes: this.content.read(record.digest) };
  }

  /** Tags that are listed, in the specification's order (case-insensitive). @throws NAME_UNKNOWN */
  tags(repository: string): TagRecord[] {
    const listed = [...this.repository(repository).tags.values()].filter((tag) => tag.attributes.listEnabled);
    return listed.sort((a, b) => compareNames(a.name, b.name));
  }

  /** Manifests that are listed, by digest. @throws NAME_UNKNOWN */
  manifests(repository: string): ManifestRecord[] {
    const listed = [...this.repository(repository).manifests.values()].filter(
      (m) => m.attributes.listEnabled,
    );
    return listed.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  /** Tags that point at a manifest. @throws NAME_UNKNOWN */
  tagsOfManifest(repository: string, digest: string): string[] {
    const tags = [...this.repository(repository).tags.values()].filter((tag) => tag.digest === digest);
    return tags.map(({ name }) => name).sort(compareNames);
  }

  /** Manifests whose subject is this digest; the subject itself may be absent. */
  referrers(repository: string, digest: string): Referrer[] {
    const manifests = [...(this.find(repository)?.manifests.values() ?? [])];
    return manifests
      .filter((manifest) => manifest.subject === digest && manifest.attributes.listEnabled)
      .map(({ mediaType, digest, size, artifactType, annotations }) => ({
        mediaType,
        digest,
        size,
        ...(artifactType ? { artifactType } : {}),
        ...(annotations ? { annotations } : {}),
      }))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }
}

/** Order of tag names in listings: case-insensitive, then by code. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
