import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { digestOfFile, hexOf } from "../digest";
import { list, writeAtomically } from "./files";
import type { ManifestRecord, RepositoryRecord, TagRecord } from "./records";

// No repository path component may be "_", so this folder never collides with a nested repository.
const ownFolder = "_";

/** One repository: kept in memory, every change on disk before it shows. */
export class RepositoryState {
  record: RepositoryRecord | undefined;
  readonly manifests = new Map<string, ManifestRecord>();
  readonly tags = new Map<string, TagRecord>();
  readonly blobs = new Set<string>();
  private readonly folder: string;

  constructor(
    readonly name: string,
    root: string,
    private readonly temporary: string,
  ) {
    this.folder = path.join(root, ...name.split("/"), ownFolder);
    const read = <T>(file: string): T =>
      JSON.parse(fs.readFileSync(path.join(this.folder, file), "utf8")) as T;
    if (fs.existsSync(path.join(this.folder, "repository.json"))) this.record = read("repository.json");
    for (const file of list(path.join(this.folder, "manifests"))) {
      const manifest = read<ManifestRecord>(path.join("manifests", file));
      this.manifests.set(manifest.digest, manifest);
    }
    for (const file of list(path.join(this.folder, "tags"))) {
      const tag = read<TagRecord>(path.join("tags", file));
      this.tags.set(tag.name, tag);
    }
    for (const file of list(path.join(this.folder, "blobs"))) this.blobs.add(digestOfFile(file));
  }

  saveRecord(record: RepositoryRecord): void {
    this.write("repository.json", record);
    this.record = record;
  }

  saveManifest(manifest: ManifestRecord): void {
    this.write(path.join("manifests", `${hexOf(manifest.digest)}.json`), manifest);
    this.manifests.set(manifest.digest, manifest);
  }

  removeManifest(digest: string): void {
    fs.rmSync(path.join(this.folder, "manifests", `${hexOf(digest)}.json`), { force: true });
    this.manifests.delete(digest);
  }

  saveTag(tag: TagRecord): void {
    this.write(path.join("tags", `${tag.name}.json`), tag);
    this.tags.set(tag.name, tag);
  }

  removeTag(name: string): void {
    fs.rmSync(path.join(this.folder, "tags", `${name}.json`), { force: true });
    this.tags.delete(name);
  }

  linkBlob(digest: string): void {
    writeAtomically(this.temporary, path.join(this.folder, "blobs", hexOf(digest)), "");
    this.blobs.add(digest);
  }

  unlinkBlob(digest: string): void {
    fs.rmSync(path.join(this.folder, "blobs", hexOf(digest)), { force: true });
    this.blobs.delete(digest);
  }

  /** Removes everything in one rename, so that a crash leaves all or nothing. */
  remove(): void {
    const grave = path.join(this.temporary, randomUUID());
    fs.renameSync(this.folder, grave);
    fs.rmSync(grave, { recursive: true, force: true });
  }

  private write(file: string, value: unknown): void {
    writeAtomically(this.temporary, path.join(this.folder, file), JSON.stringify(value));
  }
}

/** Every repository found under `root`. */
export function loadRepositories(root: string, temporary: string): Map<string, RepositoryState> {
  const found = new Map<string, RepositoryState>();
  const visit = (parts: string[]): void => {
    for (const entry of list(path.join(root, ...parts))) {
      if (entry !== ownFolder) visit([...parts, entry]);
      else found.set(parts.join("/"), new RepositoryState(parts.join("/"), root, temporary));
    }
  };
  visit([]);
  return found;
}
