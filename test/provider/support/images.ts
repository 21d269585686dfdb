import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { bundleReferrer, promotionStatement, signedBytes, type Promotion } from "../../../model/attestation";
import type { FakeRepository } from "./fake-azure";

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: string;
}

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const configType = "application/vnd.oci.image.config.v1+json";

/** A small image; `title` makes its digest. */
export function addImage(
  repository: FakeRepository,
  title: string,
  tag?: string,
  labels?: { [name: string]: string },
): string {
  const config = JSON.stringify({ title, os: "linux", architecture: "amd64", config: { Labels: labels } });
  return repository.put(
    { schemaVersion: 2, mediaType: manifestType, config: blob(repository, config, configType), layers: [] },
    tag,
  );
}

/** A signature in cosign's classic form, under the tag that cosign gives it. */
export function signImage(
  repository: FakeRepository,
  digest: string,
  { privateKey }: KeyPair,
  subject = digest,
): string {
  const payload = JSON.stringify({
    critical: {
      identity: { "docker-reference": "" },
      image: { "docker-manifest-digest": subject },
      type: "cosign container image signature",
    },
    optional: null,
  });
  const signature = sign("sha256", Buffer.from(payload), privateKey).toString("base64");
  const layer = {
    ...blob(repository, payload, "application/vnd.dev.cosign.simplesigning.v1+json"),
    annotations: { "dev.cosignproject.cosign/signature": signature },
  };
  const config = blob(repository, "{}", configType);
  const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
  return repository.put(manifest, `${digest.replace(":", "-")}.sig`);
}

/** Something attached to an image or to another attachment, without a tag. */
export function addReferrer(repository: FakeRepository, subject: string, artifactType: string): string {
  return repository.put({
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType,
    config: blob(repository, "{}", "application/vnd.oci.empty.v1+json"),
    layers: [blob(repository, artifactType, "text/plain")],
    subject: { mediaType: manifestType, digest: subject, size: 1 },
  });
}

/** A promotion attestation of the image, as cosign attaches it. */
export function attestImage(
  repository: FakeRepository,
  digest: string,
  { privateKey }: KeyPair,
  predicate: Promotion,
): string {
  const statement = promotionStatement(digest, predicate);
  const signature = sign("sha256", signedBytes(statement), privateKey);
  const subject = { mediaType: manifestType, digest, size: 1 };
  const { manifest, blobs } = bundleReferrer(subject, { statement, signature });
  for (const bytes of blobs) repository.blobs.set(sha256(bytes), bytes);
  return repository.put(JSON.parse(manifest.toString("utf8")) as { mediaType: string });
}

function blob(repository: FakeRepository, content: string, mediaType: string) {
  const bytes = Buffer.from(content);
  repository.blobs.set(sha256(bytes), bytes);
  return { mediaType, digest: sha256(bytes), size: bytes.length };
}
