import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { UserError } from "../errors";

/** @throws UserError (2) when the text is no public key. */
export function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new UserError({
      what: "the trusted public key is missing or not in PEM form",
      where: "signing.publicKey",
      fix: "Export it with: cosign public-key --key <key>",
      exitCode: 2,
    });
  }
}

/** `key sha256:` and 16 hexadecimal digits of the hash over the key's SPKI form. */
export function keyName(key: KeyObject): string {
  const spki = key.export({ type: "spki", format: "der" });
  return `key sha256:${createHash("sha256").update(spki).digest("hex").slice(0, 16)}`;
}

/** The hash that cosign signs with: none of its own for an EdDSA key, which hashes by itself. */
export function hashFor(key: KeyObject): "sha256" | null {
  return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}
