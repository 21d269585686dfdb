import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { algorithmOf, digestFrom, digestOf, hexOf } from "../digest";
import { blobTooLarge, chunkInvalid, RegistryError, uploadUnknown } from "../errors";
import { list, sizeOf, writeAtomically } from "./files";

/** Largest blob accepted, in bytes. */
export const blobLimit = 8 * 1024 ** 3;

/** An upload that nobody went on with for a week is gone, in milliseconds. */
const uploadLifetime = 7 * 24 * 60 * 60 * 1000;

const uploadId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface ByteRange {
  /** First and last byte, both included. */
  readonly start: number;
  readonly end: number;
}

/** Content by digest, shared by all repositories of a registry, and the uploads on their way there. */
export class ContentStore {
  private readonly writing = new Set<string>();

  constructor(
    private readonly blobs: string,
    private readonly uploads: string,
    private readonly temporary: string,
  ) {
    for (const folder of [path.join(blobs, "sha256"), path.join(blobs, "sha512"), uploads, temporary])
      fs.mkdirSync(folder, { recursive: true });
    this.forgetAbandoned(Date.now());
  }

  private forgetAbandoned(now: number): void {
    for (const id of list(this.uploads).filter((name) => uploadId.test(name))) {
      if (now - fs.statSync(this.uploadFile(id)).mtimeMs > uploadLifetime) this.discard(id);
    }
  }

  has(digest: string): boolean {
    return fs.existsSync(this.file(digest));
  }

  size(digest: string): number {
    return fs.statSync(this.file(digest)).size;
  }

  read(digest: string): Buffer {
    return fs.readFileSync(this.file(digest));
  }

  stream(digest: string, range?: ByteRange): Readable {
    return fs.createReadStream(this.file(digest), range);
  }

  put(bytes: Buffer, algorithm?: string): string {
    const digest = digestOf(bytes, algorithm);
    if (!this.has(digest)) writeAtomically(this.temporary, this.file(digest), bytes);
    return digest;
  }

  async copyTo(target: ContentStore, digest: string): Promise<void> {
    if (target.has(digest)) return;
    const draft = path.join(target.temporary, randomUUID());
    await fs.promises.copyFile(this.file(digest), draft, fs.constants.COPYFILE_FICLONE);
    await fs.promises.rename(draft, target.file(digest));
  }

  /** Begins an upload for one repository; it survives a restart. */
  startUpload(repository: string): string {
    const id = randomUUID();
    fs.writeFileSync(this.uploadFile(id), "");
    writeAtomically(this.temporary, this.ownerFile(id), JSON.stringify({ repository }));
    return id;
  }

  /** Bytes received so far. @throws BLOB_UPLOAD_UNKNOWN for an unknown id or another repository's upload. */
  uploadSize(repository: string, id: string): number {
    const size = uploadId.test(id) ? sizeOf(this.uploadFile(id)) : undefined;
    if (size === undefined || !fs.existsSync(this.ownerFile(id))) throw uploadUnknown(id);
    const owner = JSON.parse(fs.readFileSync(this.ownerFile(id), "utf8")) as { repository: string };
    if (owner.repository !== repository) throw uploadUnknown(id);
    return size;
  }

  /**
   * Adds a chunk; returns the new size. What arrived before the client hung up stays; a chunk that is too large, or that ends
   * elsewhere than at `end`, leaves nothing.
   * @throws SIZE_INVALID
   */
  async append(
    repository: string,
    id: string,
    body: Readable,
    { limit = blobLimit, end }: { limit?: number; end?: number } = {},
  ): Promise<number> {
    const before = this.uploadSize(repository, id);
    let size = before;
    await this.exclusively(id, async () => {
      const file = await fs.promises.open(this.uploadFile(id), "a");
      try {
        for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          size += chunk.length;
          if (size > limit) throw blobTooLarge(limit);
          await file.appendFile(chunk);
        }
        if (end !== undefined && size !== end) throw chunkInvalid(end - before, size - before);
      } catch (error) {
        if (error instanceof RegistryError) await file.truncate(before);
        throw error;
      } finally {
        await file.close();
      }
    });
    return size;
  }

  /** Turns a finished upload into content. @throws DIGEST_INVALID, and the upload is gone, when it hashes to something else. */
  async finishUpload(repository: string, id: string, digest: string): Promise<void> {
    this.uploadSize(repository, id);
    await this.exclusively(id, async () => {
      const algorithm = algorithmOf(digest);
      const hash = createHash(algorithm);
      await pipeline(fs.createReadStream(this.uploadFile(id)), hash);
      const actual = digestFrom(hash, algorithm);
      if (actual === digest) fs.renameSync(this.uploadFile(id), this.file(digest));
      this.discard(id);
      if (actual !== digest) {
        throw new RegistryError(400, "DIGEST_INVALID", `the uploaded content is ${actual}, not ${digest}`);
      }
    });
  }

  cancelUpload(repository: string, id: string): void {
    this.uploadSize(repository, id);
    this.discard(id);
  }

  private discard(id: string): void {
    fs.rmSync(this.ownerFile(id), { force: true });
    fs.rmSync(this.uploadFile(id), { force: true });
  }

  private async exclusively(id: string, work: () => Promise<void>): Promise<void> {
    if (this.writing.has(id)) {
      throw new RegistryError(409, "BLOB_UPLOAD_INVALID", `another request is writing to upload ${id}`);
    }
    this.writing.add(id);
    try {
      await work();
    } finally {
      this.writing.delete(id);
    }
  }

  private file(digest: string): string {
    return path.join(this.blobs, algorithmOf(digest), hexOf(digest));
  }

  private uploadFile(id: string): string {
    return path.join(this.uploads, id);
  }

  private ownerFile(id: string): string {
    return path.join(this.uploads, `${id}.json`);
  }
}
