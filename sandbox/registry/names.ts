import { isRepository, isTag } from "../../model/image-reference";
import { algorithmOf, isAlgorithm, isContentDigest } from "./digest";
import { RegistryError } from "./errors";

const anyDigestPattern = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

/** Returns the repository name, or throws NAME_INVALID. */
export function requireRepositoryName(text: string): string {
  if (!isRepository(text)) {
    throw new RegistryError(400, "NAME_INVALID", `"${text}" is not a valid repository name`);
  }
  return text;
}

/** Returns the digest, or throws: UNSUPPORTED for an algorithm that is not registered, else DIGEST_INVALID. */
export function requireDigest(text: string): string {
  if (isContentDigest(text)) return text;
  if (anyDigestPattern.test(text)) requireAlgorithm(algorithmOf(text));
  throw new RegistryError(
    400,
    "DIGEST_INVALID",
    `"${text}" is not a digest: expected sha256: and 64 hex digits`,
  );
}

/** @throws UNSUPPORTED */
export function requireAlgorithm(algorithm: string): void {
  if (isAlgorithm(algorithm)) return;
  throw new RegistryError(
    400,
    "UNSUPPORTED",
    `digest algorithm ${algorithm} is not supported, use sha256 or sha512`,
  );
}

/** Returns the tag, or throws NAME_INVALID. */
export function requireTag(text: string): string {
  if (!isTag(text)) throw new RegistryError(400, "NAME_INVALID", `"${text}" is not a valid tag`);
  return text;
}

/** A manifest reference is a digest when it has a colon, else a tag. */
export function isDigestReference(reference: string): boolean {
  return reference.includes(":");
}

/** Returns the tag or digest, or throws as {@link requireDigest} and {@link requireTag} do. */
export function requireReference(reference: string): string {
  return isDigestReference(reference) ? requireDigest(reference) : requireTag(reference);
}
