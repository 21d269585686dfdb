/** A repository as its registry lists it. */
export interface StoredRepository {
  readonly name: string;
  /** Nothing in it can be written or deleted. */
  readonly locked: boolean;
  readonly manifests: readonly StoredManifest[];
}

/** A manifest, with what it refers to in its own repository. */
export interface StoredManifest {
  readonly digest: string;
  /** The last change of the manifest itself, in milliseconds since the epoch; left out where the registry doesn't say. */
  readonly changed?: number;
  /** It can't be written, or can't be deleted. */
  readonly locked: boolean;
  readonly tags: readonly StoredTag[];
  /** Digests of the manifests that an index consists of. */
  readonly parts: readonly string[];
  /** Digest of what it says something about: a signature's image. */
  readonly subject?: string;
}

export interface StoredTag {
  readonly name: string;
  /** When it was put on this manifest, in milliseconds since the epoch. */
  readonly changed?: number;
  readonly locked: boolean;
}

// sha256-<hex>.sig, .att and .sbom are cosign's; without an ending it is the list of referrers that clients keep themselves.
const companion = /^sha256-([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/;

/** The digest that a companion tag speaks of; undefined for every other tag. */
export function companionOf(tag: string): string | undefined {
  const hex = companion.exec(tag)?.[1];
  return hex && `sha256:${hex}`;
}

/** Tags that are no companion's: names that somebody gave. */
export function ownTags({ tags }: StoredManifest): StoredTag[] {
  return tags.filter(({ name }) => companionOf(name) === undefined);
}

/** What a manifest says something about: its subject, and what its companion tags speak of. */
export function spokenOf({ subject, tags }: StoredManifest): string[] {
  const spoken = [subject, ...tags.map(({ name }) => companionOf(name))];
  return [...new Set(spoken.filter((digest) => digest !== undefined))];
}

/** Every digest that would be missed if it went first. */
export function refersTo(manifest: StoredManifest): string[] {
  return [...new Set([...manifest.parts, ...spokenOf(manifest)])].filter(
    (digest) => digest !== manifest.digest,
  );
}
