import { readLabels, type ImageLabels } from "./labels";
import { manifestsOf, type ListedManifest } from "./signing/evidence";
import { parseObject, readLayer, shown, type RegistryReader } from "./signing/registry-reader";

/** One of the images behind a digest: the digest's own, or one platform of an index. */
export interface PlatformImage {
  readonly digest: string;
  /** `linux/arm64/v8`; undefined for what runs nowhere, such as a builder's attestation. */
  readonly platform?: string;
  /** Bytes of configuration and layers, as the manifest states them. */
  readonly size: number;
  readonly layers: number;
  readonly labels: ImageLabels;
}

/** What a digest holds. */
export interface ImageContent {
  readonly images: readonly PlatformImage[];
  /** Manifests below the digest's own. */
  readonly listed: number;
  readonly labels: ImageLabels;
}

/** A manifest with what its configuration says. */
interface Configured extends ListedManifest {
  readonly config: Config;
}

interface Config {
  readonly os?: unknown;
  readonly architecture?: unknown;
  readonly variant?: unknown;
  readonly config?: { readonly Labels?: unknown } | null;
}

/**
 * Reads the manifests behind a digest, of every platform, and their configurations.
 * @throws Unreadable when one of them is not what its digest says, or no JSON.
 */
export async function readContent(reader: RegistryReader, digest: string): Promise<ImageContent> {
  const manifests = await manifestsOf(reader, digest);
  const configured = await Promise.all(
    manifests.map(async (one): Promise<Configured> => ({ ...one, config: await configOf(reader, one) })),
  );
  const own = configured.filter(({ manifest }) => manifest && !Array.isArray(manifest.manifests));
  return {
    images: own.map(platformImage),
    listed: manifests.length - 1,
    labels: readLabels(
      configured.map(({ config }) => config.config?.Labels),
      configured.map(({ manifest }) => manifest?.annotations),
    ),
  };
}

async function configOf(reader: RegistryReader, { manifest }: ListedManifest): Promise<Config> {
  const descriptor = manifest?.config;
  if (!descriptor || !/json$/.test(shown(descriptor.mediaType))) return {};
  const what = "its configuration";
  return parseObject(await readLayer(reader, descriptor, what), what);
}

function platformImage({ digest, manifest, platform: listed, config }: Configured): PlatformImage {
  const layers = manifest?.layers ?? [];
  const sizes = [manifest?.config, ...layers].map((part) => part?.size);
  const platform = platformText(listed ?? config);
  return {
    digest,
    ...(platform !== undefined && { platform }),
    size: sizes.filter((size) => typeof size === "number").reduce((sum, size) => sum + size, 0),
    layers: layers.length,
    labels: readLabels([config.config?.Labels], [manifest?.annotations]),
  };
}

function platformText({ os, architecture, variant }: Config): string | undefined {
  if (typeof os !== "string" || typeof architecture !== "string" || os === "unknown") return undefined;
  const text = [os, architecture, ...(typeof variant === "string" ? [variant] : [])].join("/");
  return /^[\w.+/-]{1,60}$/.test(text) ? text : undefined;
}
