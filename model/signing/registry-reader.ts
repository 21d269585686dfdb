import { createHash } from "node:crypto";
import { isDigest } from "../image-reference";

/** What verification reads of one repository; references are tags or digests of that repository. */
export interface RegistryReader {
  /** A manifest by tag or digest; `undefined` when there is none. */
  manifest(reference: string): Promise<{ bytes: Buffer; mediaType: string; digest: string } | undefined>;
  blob(digest: string): Promise<Buffer>;
  /** The manifests whose subject is `digest`, from the registry's list or from the fallback tag. */
  referrers(digest: string): Promise<{ digest: string; mediaType: string; artifactType?: string }[]>;
}

/** A manifest as far as signatures and evidence need it. Its fields are the registry's word: check before use. */
export interface Manifest {
  readonly mediaType?: unknown;
  readonly artifactType?: unknown;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: unknown;
}

export interface Descriptor {
  readonly mediaType?: unknown;
  readonly digest?: unknown;
  readonly size?: unknown;
  /** Only in an index. */
  readonly platform?: {
    readonly os?: unknown;
    readonly architecture?: unknown;
    readonly variant?: unknown;
  } | null;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** The manifest under a tag or digest. @throws Unreadable when its bytes are not what their digest says, or no manifest. */
export async function readManifest(
  reader: RegistryReader,
  reference: string,
): Promise<{ manifest: Manifest; digest: string } | undefined> {
  const found = await reader.manifest(reference);
  if (!found) return undefined;
  const asked = reference.startsWith("sha256:") ? reference : found.digest;
  requireDigest(found.bytes, asked, "its manifest");
  const manifest = parseObject(found.bytes, "its manifest") as Manifest;
  for (const list of ["layers", "manifests"] as const) {
    if (manifest[list] !== undefined && !(Array.isArray(manifest[list]) && manifest[list].every(isObject))) {
      throw new Unreadable(`its manifest has no list of ${list}`);
    }
  }
  return { manifest, digest: asked };
}

/** The content of a layer. @throws Unreadable when it states no sha256 digest, or its bytes are not what that says. */
export async function readLayer(reader: RegistryReader, layer: Descriptor, what: string): Promise<Buffer> {
  // Anything else would be asked for as it stands: `../../other/blobs/…` is a path.
  if (typeof layer.digest !== "string" || !isDigest(layer.digest))
    throw new Unreadable(`${what} has no sha256 digest`);
  const bytes = await reader.blob(layer.digest);
  requireDigest(bytes, layer.digest, what);
  return bytes;
}

/** Evidence that is there, but is not in the form that it claims. The message says which part, and why. */
export class Unreadable extends Error {}

/** @throws Unreadable for anything but a JSON object. */
export function parseObject(bytes: Buffer, what: string): object {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Unreadable(`${what} is not a JSON object`);
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function requireDigest(bytes: Buffer, digest: string, what: string): void {
  if (sha256(bytes) !== digest) throw new Unreadable(`${what} is not the content of ${digest}`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a sentence shows of a field, which may hold anything that JSON can say. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
