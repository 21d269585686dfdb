import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import {
  bundleReferrer,
  promotionStatement,
  signedBytes,
  type ExpectedPromotion,
  type Promotion,
} from "../../../model/attestation";
import { MemoryRegistry } from "../signing/memory-registry";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
export const trust = { publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
export const trustedKey = privateKey;
export const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

export const at = "2026-11-21T12:00:00Z";
export const review = "https://github.com/contoso/platform/pull/7#pullrequestreview-1";

/** What prod asks of an image that is part of no release. */
export const expected: ExpectedPromotion = {
  repository: "iam/auth-service",
  environment: "prod",
  registry: "contosoprod.azurecr.io",
  record: { roles: ["dev", "staging"], releases: {} },
};

export const approvals = {
  dev: { by: "dev-lead", at, review },
  staging: { by: "qa-lead", at, signature: "MEUCIQDx" },
};

/** What it asks of an image of release v0.0.1. */
export const released: ExpectedPromotion = {
  ...expected,
  record: { ...expected.record, releases: { "v0.0.1": approvals } },
};

export const plain: Promotion = {
  repository: "iam/auth-service",
  environment: "prod",
  registry: "contosoprod.azurecr.io",
};
export const withRelease: Promotion = { ...plain, release: { version: "v0.0.1", approvals } };

/** A repository with an image. */
export function withImage(title = "auth-service") {
  const registry = new MemoryRegistry();
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const digest = registry.put({ schemaVersion: 2, mediaType, title });
  const attest = (
    predicate: unknown,
    { key = trustedKey, about = digest }: { key?: KeyObject; about?: string } = {},
  ): string => {
    const statement = promotionStatement(about, predicate as Promotion);
    const signature = sign("sha256", signedBytes(statement), key);
    const { manifest, blobs } = bundleReferrer({ mediaType, digest, size: 1 }, { statement, signature });
    for (const blob of blobs) registry.putBlob(blob.toString("utf8"));
    return registry.put(manifest.toString("utf8"));
  };
  return { registry, digest, attest };
}
