import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RegistryReader } from "../../../model/signing";

/** What was read from a registry after the real cosign had signed into it; every content is text. */
interface Recorded {
  publicKey: string;
  otherPublicKey: string;
  repositories: Record<
    string,
    {
      digest: string;
      tags: Record<string, string>;
      manifests: Record<string, string>;
      blobs: Record<string, string>;
    }
  >;
}

export const recorded = JSON.parse(
  readFileSync(join(__dirname, "fixtures", "cosign-v3.1.3.json"), "utf8"),
) as Recorded;

export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** One repository in memory, which lists referrers as Azure does: with the manifest's own artifact type. */
export class MemoryRegistry implements RegistryReader {
  readonly tags = new Map<string, string>();
  readonly manifests = new Map<string, string>();
  readonly blobs = new Map<string, string>();
  readonly reads: string[] = [];

  static holding(...repositories: string[]): MemoryRegistry {
    const registry = new MemoryRegistry();
    for (const repository of repositories) {
      const { tags, manifests, blobs } = recorded.repositories[repository];
      for (const [tag, digest] of Object.entries(tags)) registry.tags.set(tag, digest);
      for (const [digest, text] of Object.entries(manifests)) registry.manifests.set(digest, text);
      for (const [digest, text] of Object.entries(blobs)) registry.blobs.set(digest, text);
    }
    return registry;
  }

  put(manifest: object | string, tag?: string): string {
    const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
    const digest = digestOf(text);
    this.manifests.set(digest, text);
    if (tag !== undefined) this.tags.set(tag, digest);
    return digest;
  }

  putBlob(text: string): { digest: string; size: number } {
    this.blobs.set(digestOf(text), text);
    return { digest: digestOf(text), size: text.length };
  }

  async manifest(reference: string) {
    this.reads.push(reference);
    const digest = this.tags.get(reference) ?? reference;
    const text = this.manifests.get(digest);
    if (text === undefined) return undefined;
    const { mediaType } = JSON.parse(text) as { mediaType: string };
    return { bytes: Buffer.from(text), mediaType, digest };
  }

  async blob(digest: string): Promise<Buffer> {
    const text = this.blobs.get(digest);
    if (text === undefined) throw new Error(`blob ${digest} does not exist`);
    return Buffer.from(text);
  }

  async referrers(digest: string) {
    return [...this.manifests].flatMap(([own, text]) => {
      const { mediaType, artifactType, subject } = JSON.parse(text) as {
        mediaType: string;
        artifactType?: string;
        subject?: { digest: string };
      };
      return subject?.digest === digest
        ? [{ digest: own, mediaType, ...(artifactType && { artifactType }) }]
        : [];
    });
  }
}
