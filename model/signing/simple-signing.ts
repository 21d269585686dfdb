import { isDigest } from "../image-reference";
import { judged, unreadable, type Candidate, type Judgement } from "./judgement";
import {
  parseObject,
  readLayer,
  readManifest,
  sha256,
  shown,
  Unreadable,
  type Descriptor,
  type RegistryReader,
} from "./registry-reader";
import type { TrustedSigner } from "./signer";

const payloadType = "application/vnd.dev.cosign.simplesigning.v1+json";
const signatureAnnotation = "dev.cosignproject.cosign/signature";
const claimType = "cosign container image signature";
const configType = "application/vnd.oci.image.config.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** The tag under which cosign keeps what belongs to a digest: `sha256-<hex>.sig`, `.att` or `.sbom`. */
export function companionTag(digest: string, suffix: "sig" | "att" | "sbom"): string {
  return `${digest.replace(":", "-")}.${suffix}`;
}

/** What is signed: the bytes of cosign's claim that this digest is signed. */
export function simpleSigningPayload(host: string, repository: string, digest: string): Buffer {
  const critical = {
    identity: { "docker-reference": `${host}/${repository}` },
    image: { "docker-manifest-digest": digest },
    type: claimType,
  };
  return Buffer.from(JSON.stringify({ critical, optional: null }));
}

/**
 * The manifest under `sha256-<hex>.sig`, and its config blob; the payload is the manifest's only layer.
 * @param signed.signature over the SHA-256 of the payload; in DER form for an EC key.
 */
export function signatureManifest(signed: { payload: Buffer; signature: Buffer }): {
  manifest: Buffer;
  config: Buffer;
} {
  const config = Buffer.from(
    JSON.stringify({
      architecture: "",
      created: "0001-01-01T00:00:00Z",
      history: [{ created: "0001-01-01T00:00:00Z" }],
      os: "",
      rootfs: { type: "layers", diff_ids: [sha256(signed.payload)] },
      config: {},
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, size: config.length, digest: sha256(config) },
    layers: [
      {
        mediaType: payloadType,
        size: signed.payload.length,
        digest: sha256(signed.payload),
        annotations: { [signatureAnnotation]: signed.signature.toString("base64") },
      },
    ],
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), config };
}

/** `iam/auth-service` of `contosodev.azurecr.io/iam/auth-service`, with or without a tag or digest. */
function repositoryIn(reference: string): string {
  const [first, ...rest] = reference.split("/");
  const path = /[.:]|^localhost$/.test(first) && rest.length > 0 ? rest.join("/") : reference;
  return path.replace(/@.*$/, "").replace(/:[^/]*$/, "");
}

/** The signatures under the digest's `.sig` tag, each still to be judged. */
export async function simpleSignatures(
  reader: RegistryReader,
  digest: string,
  signer: TrustedSigner,
): Promise<Candidate[]> {
  const { signedPayload } = signer;
  if (!signedPayload) return [];
  const found = await readManifest(reader, companionTag(digest, "sig")).catch(unreadable);
  if (found === undefined) return [];
  if ("problem" in found) return [async () => found];
  const layers = found.manifest.layers ?? [];
  if (layers.length === 0) return [async () => unreadable(new Unreadable("its manifest has no layers"))];
  return layers.map((layer) => () => judge(reader, layer, digest, { ...signer, signedPayload }));
}

async function judge(
  reader: RegistryReader,
  layer: Descriptor,
  digest: string,
  { name, repository, signedPayload }: TrustedSigner & Required<Pick<TrustedSigner, "signedPayload">>,
): Promise<Judgement> {
  try {
    if (layer.mediaType !== payloadType)
      throw new Unreadable(`its payload is of type ${shown(layer.mediaType)}`);
    const signature = layer.annotations?.[signatureAnnotation];
    if (typeof signature !== "string") throw new Unreadable("its payload stands without a signature");
    const payload = await readLayer(reader, layer, "its payload");
    if (!signedPayload(payload, Buffer.from(signature, "base64"))) return { problem: "another signer" };
    const { critical } = parseObject(payload, "its payload") as {
      critical?: { type?: unknown; image?: Record<string, unknown>; identity?: Record<string, unknown> };
    };
    if (critical?.type !== claimType) throw new Unreadable("its payload is no claim of cosign");
    const claimed = critical.image?.["docker-manifest-digest"];
    if (typeof claimed !== "string" || !isDigest(claimed))
      throw new Unreadable("its payload names no digest");
    const reference = critical.identity?.["docker-reference"];
    const named = typeof reference === "string" ? repositoryIn(reference) : "";
    // The host is where it was signed, and changes along the path; the repository doesn't.
    if (claimed === digest && named !== "" && repository !== undefined && named !== repository)
      return { problem: "another repository", claimed: named };
    return judged(claimed, digest, "simple-signing", name);
  } catch (error) {
    return unreadable(error);
  }
}
