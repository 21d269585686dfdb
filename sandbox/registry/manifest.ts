import { manifestInvalid } from "./errors";
import { readJson } from "./json";
import { requireDigest } from "./names";

/** Largest manifest accepted, in bytes (ACR's own limit). */
export const manifestLimit = 4 * 1024 * 1024;

const imageTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

/** A child manifest of an index. */
export interface Child {
  readonly digest: string;
  readonly architecture?: string;
  readonly os?: string;
}

/** What the registry has to know about a manifest. */
export interface ManifestSummary {
  readonly mediaType: string;
  /** Digest and media type of the config blob; an index has none. */
  readonly config?: { readonly digest: string; readonly mediaType: string };
  /** Digests of the blobs that have to be in the repository: config and layers, without those that live elsewhere. */
  readonly blobs: readonly string[];
  readonly children: readonly Child[];
  readonly subject?: string;
  /** The manifest's own artifact type, else the media type of its config. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Sum of the sizes that the manifest declares, in bytes. */
  readonly contentSize: number;
}

/**
 * Reads a manifest as pushed.
 * @throws RegistryError MANIFEST_INVALID when it is no OCI or Docker v2 image manifest or index.
 */
export function summarize(bytes: Buffer, contentType: string | undefined): ManifestSummary {
  const manifest = parse(bytes);
  const mediaType = mediaTypeOf(manifest, contentType);
  if (manifest.schemaVersion !== 2) throw manifestInvalid("schemaVersion must be 2");
  const isIndex = indexTypes.includes(mediaType);
  const config = isIndex ? undefined : descriptor(manifest.config, "config");
  const layers = isIndex ? [] : descriptors(manifest.layers, "layers");
  const children = isIndex ? descriptors(manifest.manifests, "manifests") : [];
  const subject = manifest.subject === undefined ? undefined : descriptor(manifest.subject, "subject");
  const artifactType = artifactTypeOf(manifest) ?? config?.mediaType;
  const annotations = annotationsOf(manifest);
  return {
    mediaType,
    ...(config ? { config: { digest: config.digest, mediaType: config.mediaType } } : {}),
    blobs: unique(
      [...(config ? [config] : []), ...layers.filter((layer) => !layer.elsewhere)].map((d) => d.digest),
    ),
    children: children.map(({ digest, architecture, os }) => ({ digest, architecture, os })),
    ...(subject ? { subject: subject.digest } : {}),
    ...(artifactType ? { artifactType } : {}),
    ...(annotations ? { annotations } : {}),
    contentSize: [...(config ? [config] : []), ...layers, ...children].reduce((sum, d) => sum + d.size, 0),
  };
}

type Json = Record<string, unknown>;

interface Descriptor {
  digest: string;
  mediaType: string;
  size: number;
  elsewhere: boolean;
  architecture?: string;
  os?: string;
}

function parse(bytes: Buffer): Json {
  const read = readJson(bytes);
  if (!read) throw manifestInvalid("it is not JSON");
  if (!isObject(read.value)) throw manifestInvalid("it is not a JSON object");
  return read.value;
}

function mediaTypeOf(manifest: Json, contentType: string | undefined): string {
  const sent = contentType?.split(";")[0].trim();
  const own = typeof manifest.mediaType === "string" ? manifest.mediaType : undefined;
  if (sent && own && sent !== own) {
    throw manifestInvalid(`Content-Type is ${sent} but the manifest says ${own}`);
  }
  const mediaType = sent || own;
  if (!mediaType || ![...imageTypes, ...indexTypes].includes(mediaType)) {
    throw manifestInvalid(`media type ${mediaType ?? "(none)"} is not supported`);
  }
  return mediaType;
}

function descriptors(value: unknown, where: string): Descriptor[] {
  if (!Array.isArray(value)) throw manifestInvalid(`${where} must be a list`);
  return value.map((item, index) => descriptor(item, `${where}[${index}]`));
}

function descriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value) || typeof value.digest !== "string" || typeof value.mediaType !== "string") {
    throw manifestInvalid(`${where} must be a descriptor with mediaType, digest and size`);
  }
  if (typeof value.size !== "number" || !Number.isSafeInteger(value.size) || value.size < 0) {
    throw manifestInvalid(`${where}.size must be a number of bytes`);
  }
  const platform = isObject(value.platform) ? value.platform : {};
  return {
    digest: requireDigest(value.digest),
    mediaType: value.mediaType,
    size: value.size,
    elsewhere: Array.isArray(value.urls) && value.urls.length > 0,
    ...(typeof platform.architecture === "string" ? { architecture: platform.architecture } : {}),
    ...(typeof platform.os === "string" ? { os: platform.os } : {}),
  };
}

function artifactTypeOf(manifest: Json): string | undefined {
  return typeof manifest.artifactType === "string" && manifest.artifactType
    ? manifest.artifactType
    : undefined;
}

function annotationsOf(manifest: Json): Record<string, string> | undefined {
  if (manifest.annotations === undefined || manifest.annotations === null) return undefined;
  if (
    !isObject(manifest.annotations) ||
    Object.values(manifest.annotations).some((v) => typeof v !== "string")
  ) {
    throw manifestInvalid("annotations must map names to text");
  }
  return manifest.annotations as Record<string, string>;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unique(items: string[]): string[] {
  return [...new Set(items)];
}
