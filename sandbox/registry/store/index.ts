import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { blobUnknown, manifestUnknown, RegistryError } from "../errors";
import { manifestLimit, summarize, type ManifestSummary } from "../manifest";
import { algorithmOf, digestOf } from "../digest";
import { isDigestReference, requireReference, requireRepositoryName, requireTag } from "../names";
import { ContentStore, type ByteRange } from "./content";
import { list, writeAtomically } from "./files";
import { lockOfManifest, lockOfRepository, lockOfTag, requireDeletable, requireWritable } from "./locks";
import { unlocked, type Attributes, type LockTarget, type ManifestRecord } from "./records";
import { loadRepositories, RepositoryState } from "./repository";
import { RegistryView } from "./view";

export { compareNames, RegistryView, type Referrer, type RepositoryView } from "./view";

/**
 * Whether a manifest with `writeEnabled: false` takes new tags and referrers. Azure's documentation does not say, so
 * both answers exist.
 */
export type ManifestWriteLock = "refuses-tags" | "allows-tags";

/** What one deletion took away. */
export interface Deleted {
  readonly manifestsDeleted: readonly string[];
  readonly tagsDeleted: readonly string[];
}

/**
 * The content of one registry, all of it under one directory. Every change is one rename (or removal), ordered so that
 * a process killed at any point leaves a registry whose tags have manifests and whose manifests have blobs.
 * Refusals are {@link RegistryError}s.
 */
export class RegistryStore extends RegistryView<RepositoryState> {
  manifestWriteLock: ManifestWriteLock = "allows-tags";
  /** Bytes that sign this registry's tokens. */
  secret: Buffer;
  readonly content: ContentStore;
  private readonly repositories: Map<string, RepositoryState>;
  private readonly root: string;
  private readonly temporary: string;

  constructor(private readonly directory: string) {
    super();
    this.root = path.join(directory, "repositories");
    this.temporary = path.join(directory, "temporary");
    fs.rmSync(this.temporary, { recursive: true, force: true });
    this.content = new ContentStore(
      path.join(directory, "blobs"),
      path.join(directory, "uploads"),
      this.temporary,
    );
    this.secret = this.loadSecret();
    this.repositories = loadRepositories(this.root, this.temporary);
  }

  protected find(repository: string): RepositoryState | undefined {
    return this.repositories.get(repository);
  }

  repositoryNames(): string[] {
    const listed = [...this.repositories.values()].filter((state) => state.record?.attributes.listEnabled);
    return listed.map((state) => state.name).sort();
  }

  /** Whether the blob was pushed to, or mounted into, this repository. */
  hasBlob(repository: string, digest: string): boolean {
    return (this.repositories.get(repository)?.blobs.has(digest) ?? false) && this.content.has(digest);
  }

  /** Size in bytes. @throws BLOB_UNKNOWN */
  blobSize(repository: string, digest: string): number {
    this.requireBlob(repository, digest);
    return this.content.size(digest);
  }

  /** @throws BLOB_UNKNOWN */
  readBlob(repository: string, digest: string): Buffer {
    this.requireBlob(repository, digest);
    return this.content.read(digest);
  }

  /** @throws BLOB_UNKNOWN */
  blobStream(repository: string, digest: string, range?: ByteRange): Readable {
    this.requireBlob(repository, digest);
    return this.content.stream(digest, range);
  }

  /** Stores a blob and shows it in the repository; returns its digest. */
  putBlob(repository: string, bytes: Buffer): string {
    const digest = this.content.put(bytes);
    this.linkBlob(repository, digest);
    return digest;
  }

  /** Shows content that the registry has in one more repository. */
  linkBlob(repository: string, digest: string): void {
    const state = this.stateFor(repository);
    if (!state.blobs.has(digest)) state.linkBlob(digest);
  }

  /** @throws BLOB_UNKNOWN, or REGISTRY_DISALLOWED_OPERATION while a locked manifest needs it. */
  deleteBlob(repository: string, digest: string): void {
    this.requireBlob(repository, digest);
    const state = this.stateFor(repository);
    const users = [...state.manifests.values()].filter((manifest) => manifest.blobs.includes(digest));
    requireDeletable(lockOfRepository(state), ...users.map((manifest) => lockOfManifest(state, manifest)));
    state.unlinkBlob(digest);
  }

  /** @throws REGISTRY_DISALLOWED_OPERATION when the repository is locked for writing; a new one never is. */
  requireRepositoryWritable(repository: string): void {
    const state = this.repositories.get(repository);
    if (state) requireWritable(lockOfRepository(state));
  }

  /**
   * Stores a manifest under a tag or under its digest.
   * @throws DIGEST_INVALID, MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, SIZE_INVALID, REGISTRY_DISALLOWED_OPERATION.
   */
  putManifest(repository: string, reference: string, bytes: Buffer, contentType?: string): ManifestRecord {
    requireRepositoryName(repository);
    requireReference(reference);
    if (bytes.length > manifestLimit) {
      throw new RegistryError(413, "SIZE_INVALID", `a manifest may have ${manifestLimit} bytes at most`);
    }
    const digest = digestOf(bytes, isDigestReference(reference) ? algorithmOf(reference) : undefined);
    if (isDigestReference(reference) && reference !== digest) {
      throw new RegistryError(400, "DIGEST_INVALID", `the manifest's digest is ${digest}, not ${reference}`);
    }
    const summary = summarize(bytes, contentType);
    const state = this.stateFor(repository);
    this.requireReferences(state, summary);
    this.requirePushable(state, digest, summary, isDigestReference(reference) ? undefined : reference);
    const manifest = this.saveManifest(state, digest, bytes, summary);
    if (!isDigestReference(reference)) this.saveTag(state, reference, digest);
    return manifest;
  }

  /** Points a tag at a manifest of the same repository. @throws MANIFEST_UNKNOWN, REGISTRY_DISALLOWED_OPERATION. */
  setTag(repository: string, tag: string, digest: string): void {
    const manifest = this.manifestRecord(repository, digest);
    const state = this.repository(repository);
    requireTag(tag);
    this.requirePushable(state, digest, { ...manifest, subject: undefined }, tag);
    this.saveTag(state, tag, digest);
  }

  /** @throws REGISTRY_DISALLOWED_OPERATION when the tag exists and may not be moved. */
  requireTagMovable(repository: string, tag: string): void {
    const state = this.repositories.get(repository);
    const existing = state?.tags.get(tag);
    if (state && existing) requireWritable(lockOfTag(state, existing));
  }

  /** Removes the tag alone; its manifest stays. @throws NAME_UNKNOWN, MANIFEST_UNKNOWN, REGISTRY_DISALLOWED_OPERATION. */
  deleteTag(repository: string, tag: string): Deleted {
    const state = this.repository(repository);
    const existing = state.tags.get(tag);
    if (!existing) throw manifestUnknown(repository, tag);
    requireDeletable(lockOfRepository(state), lockOfTag(state, existing));
    state.removeTag(tag);
    this.touch(state);
    return { manifestsDeleted: [], tagsDeleted: [tag] };
  }

  /** Removes a manifest and its tags; only its own lock counts, as in ACR. @throws as {@link deleteTag}. */
  deleteManifest(repository: string, digest: string): Deleted {
    const manifest = this.manifestRecord(repository, digest);
    const state = this.repository(repository);
    requireDeletable(lockOfRepository(state), lockOfManifest(state, manifest));
    const tags = this.tagsOfManifest(repository, digest);
    for (const tag of tags) state.removeTag(tag);
    state.removeManifest(digest);
    this.touch(state);
    return { manifestsDeleted: [digest], tagsDeleted: tags };
  }

  /** Removes a repository unless something in it is locked. @throws NAME_UNKNOWN, REGISTRY_DISALLOWED_OPERATION. */
  deleteRepository(repository: string): Deleted {
    const state = this.repository(repository);
    const manifests = [...state.manifests.values()];
    const tags = [...state.tags.values()];
    requireDeletable(
      lockOfRepository(state),
      ...manifests.map((manifest) => lockOfManifest(state, manifest)),
      ...tags.map((tag) => lockOfTag(state, tag)),
    );
    state.remove();
    this.repositories.delete(repository);
    return {
      manifestsDeleted: manifests.map(({ digest }) => digest),
      tagsDeleted: tags.map(({ name }) => name),
    };
  }

  /** Changes attributes of a repository, tag or manifest. @throws NAME_UNKNOWN, MANIFEST_UNKNOWN. */
  updateAttributes(repository: string, target: LockTarget, changes: Partial<Attributes>): void {
    const state = this.repository(repository);
    const lastUpdateTime = new Date().toISOString();
    const changed = <T extends { attributes: Attributes }>(entry: T): T => ({
      ...entry,
      lastUpdateTime,
      attributes: { ...entry.attributes, ...changes },
    });
    if ("tag" in target) {
      const tag = state.tags.get(target.tag);
      if (!tag) throw manifestUnknown(repository, target.tag);
      state.saveTag(changed(tag));
    } else if ("digest" in target) {
      state.saveManifest(changed(this.manifestRecord(repository, target.digest)));
    } else if (state.record) {
      state.saveRecord(changed(state.record));
    }
  }

  private requireBlob(repository: string, digest: string): void {
    if (!this.hasBlob(repository, digest)) throw blobUnknown(repository, digest);
  }

  private requireReferences(state: RepositoryState, summary: ManifestSummary): void {
    const blobs = summary.blobs
      .filter((digest) => !state.blobs.has(digest))
      .map((digest) => `blob ${digest}`);
    const children = summary.children.filter(({ digest }) => !state.manifests.has(digest));
    const missing = [...blobs, ...children.map(({ digest }) => `manifest ${digest}`)];
    if (missing.length === 0) return;
    throw new RegistryError(
      400,
      "MANIFEST_BLOB_UNKNOWN",
      `${state.name} does not have what the manifest refers to: ${missing.join(", ")}`,
    );
  }

  private requirePushable(
    state: RepositoryState,
    digest: string,
    summary: ManifestSummary,
    tag: string | undefined,
  ): void {
    requireWritable(lockOfRepository(state));
    const existing = tag === undefined ? undefined : state.tags.get(tag);
    if (existing) requireWritable(lockOfTag(state, existing));
    if (this.manifestWriteLock === "allows-tags") return;
    const touched = [digest, summary.subject].map((d) =>
      d === undefined ? undefined : state.manifests.get(d),
    );
    for (const manifest of touched) if (manifest) requireWritable(lockOfManifest(state, manifest));
  }

  private saveManifest(
    state: RepositoryState,
    digest: string,
    bytes: Buffer,
    summary: ManifestSummary,
  ): ManifestRecord {
    const existing = state.manifests.get(digest);
    if (existing) return existing;
    this.content.put(bytes, algorithmOf(digest));
    const now = new Date().toISOString();
    const manifest: ManifestRecord = {
      ...summary,
      ...this.platformOf(summary),
      digest,
      size: bytes.length,
      createdTime: now,
      lastUpdateTime: now,
      attributes: unlocked,
    };
    this.touch(state);
    state.saveManifest(manifest);
    return manifest;
  }

  private platformOf(summary: ManifestSummary): { architecture?: string; os?: string } {
    if (!summary.config || this.content.size(summary.config.digest) > manifestLimit) return {};
    try {
      const config = JSON.parse(this.content.read(summary.config.digest).toString("utf8")) as Record<
        string,
        unknown
      >;
      const text = (key: string) => (typeof config[key] === "string" ? { [key]: config[key] } : {});
      return { ...text("architecture"), ...text("os") };
    } catch {
      // The config of an artifact need not be JSON.
      return {};
    }
  }

  private saveTag(state: RepositoryState, name: string, digest: string): void {
    const now = new Date().toISOString();
    const existing = state.tags.get(name);
    const { createdTime, attributes } = existing ?? { createdTime: now, attributes: unlocked };
    state.saveTag({ name, digest, createdTime, lastUpdateTime: now, attributes });
    this.touch(state);
  }

  private touch(state: RepositoryState): void {
    const now = new Date().toISOString();
    const { createdTime, attributes } = state.record ?? { createdTime: now, attributes: unlocked };
    state.saveRecord({ createdTime, lastUpdateTime: now, attributes });
  }

  private stateFor(repository: string): RepositoryState {
    const existing = this.repositories.get(repository);
    if (existing) return existing;
    const state = new RepositoryState(requireRepositoryName(repository), this.root, this.temporary);
    this.repositories.set(repository, state);
    return state;
  }

  /** Makes every token that this registry has issued one of nobody's. */
  renewSecret(): void {
    this.writeSecret();
    this.secret = this.loadSecret();
  }

  private loadSecret(): Buffer {
    if (!list(this.directory).includes("secret")) this.writeSecret();
    return Buffer.from(fs.readFileSync(path.join(this.directory, "secret"), "utf8"), "hex");
  }

  private writeSecret(): void {
    writeAtomically(
      this.temporary,
      path.join(this.directory, "secret"),
      randomBytes(32).toString("hex"),
      0o600,
    );
  }
}
