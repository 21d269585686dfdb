import { isDigest } from "../image-reference";
import { bundleType, signPredicate } from "./bundle";
import { readManifest, shown, type Descriptor, type Manifest, type RegistryReader } from "./registry-reader";
import { companionTag } from "./simple-signing";

/** A manifest that says something about an image, and has to travel with it. */
export interface Evidence {
  readonly digest: string;
  /** The tag by which cosign finds it; without one it is found as a referrer. */
  readonly tag?: string;
  readonly artifactType?: string;
  readonly kind: "signature" | "attestation" | "sbom" | "other";
}

/**
 * Everything attached to an image: its referrers and theirs, the `.sig`, `.att` and `.sbom` tags, and for an index the same of
 * each of its images. What a container engine could run is no evidence and is left out. Each comes after what it refers to; a digest with a tag and one found as a referrer are two entries.
 * @throws Unreadable when a manifest is not what its digest says.
 */
export async function listEvidence(reader: RegistryReader, digest: string): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  const seen = new Set<string>();
  for (const image of await imagesOf(reader, digest)) {
    for (const [suffix, kind] of [
      ["sig", "signature"],
      ["att", "attestation"],
      ["sbom", "sbom"],
    ] as const) {
      const tag = companionTag(image, suffix);
      const found = await readManifest(reader, tag);
      if (found && !canRun(found.manifest)) evidence.push({ digest: found.digest, tag, kind });
    }
    const waiting = [image];
    for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
      for (const referrer of await reader.referrers(subject)) {
        if (seen.has(referrer.digest)) continue;
        seen.add(referrer.digest);
        const found = await readManifest(reader, referrer.digest);
        if (found && canRun(found.manifest)) continue;
        waiting.push(referrer.digest);
        evidence.push(described(found?.manifest, referrer.digest, referrer.artifactType));
      }
    }
  }
  return evidence;
}

/** A manifest of an image or of one that it lists, with what the list says of it. */
export interface ListedManifest {
  readonly digest: string;
  /** Undefined when the registry doesn't have it. */
  readonly manifest?: Manifest;
  readonly platform?: Descriptor["platform"];
}

/** The digest's own manifest and, when it is an index, those of the images in it, at any depth. */
export async function manifestsOf(reader: RegistryReader, digest: string): Promise<ListedManifest[]> {
  const listed: Pick<ListedManifest, "digest" | "platform">[] = [{ digest }];
  const known = new Set([digest]);
  const manifests: ListedManifest[] = [];
  for (const image of listed) {
    const found = await readManifest(reader, image.digest);
    manifests.push({ ...image, ...(found && { manifest: found.manifest }) });
    for (const { digest: child, platform } of found?.manifest.manifests ?? []) {
      if (typeof child !== "string" || !isDigest(child) || known.has(child)) continue;
      known.add(child);
      listed.push({ digest: child, ...(platform && { platform }) });
    }
  }
  return manifests;
}

/** The digest itself and, when it is an index, the images in it, at any depth. */
export async function imagesOf(reader: RegistryReader, digest: string): Promise<string[]> {
  return (await manifestsOf(reader, digest)).map((image) => image.digest);
}

/**
 * True for an index and for whatever has a layer that a container engine unpacks. Such a thing is an image, whatever it refers
 * to: it would enter the next environment unsigned, beside the image that is promoted.
 */
function canRun({ manifests, layers }: Manifest): boolean {
  const types = (Array.isArray(layers) ? layers : []).map((layer: { mediaType?: unknown } | null) =>
    shown(layer?.mediaType),
  );
  return Array.isArray(manifests) || types.some((type) => /image\.layer|rootfs|\btar\b/i.test(type));
}

function described(manifest: Manifest | undefined, digest: string, listedType: string | undefined): Evidence {
  const stated: unknown = manifest?.artifactType ?? listedType;
  const artifactType = typeof stated === "string" ? stated : undefined;
  return { digest, ...(artifactType && { artifactType }), kind: kindOf(artifactType, manifest) };
}

function kindOf(artifactType: string | undefined, manifest: Manifest | undefined): Evidence["kind"] {
  if (artifactType === bundleType) {
    const { annotations } = (manifest ?? {}) as { annotations?: Record<string, unknown> };
    return annotations?.["dev.sigstore.bundle.predicateType"] === signPredicate ? "signature" : "attestation";
  }
  return artifactType && /spdx|cyclonedx|sbom/i.test(artifactType) ? "sbom" : "other";
}
