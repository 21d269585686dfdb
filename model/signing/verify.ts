import { bundleSignatures } from "./bundle";
import type { Judgement, SignatureForm } from "./judgement";
import type { RegistryReader } from "./registry-reader";
import { simpleSignatures } from "./simple-signing";
import { keyName, readPublicKey } from "./trusted-key";

/** Whether a digest is signed by the trusted key. */
export interface Verification {
  readonly verified: boolean;
  /** `key sha256:` and 16 hexadecimal digits of the key's fingerprint; set when verified. */
  readonly signedBy?: string;
  readonly form?: SignatureForm;
  /** Set when not verified; the rest of a sentence that begins with the image: "is not signed". */
  readonly problem?: string;
}

/**
 * One valid signature by the key for exactly this digest is enough, in either of cosign's forms, whatever else is attached.
 * The content of every blob is held against its digest. With `repository`, a signature that names another one doesn't count.
 * @throws UserError (2) when the key is no public key, and what the reader throws when no signature was found without it.
 */
export async function verifySignature(
  reader: RegistryReader,
  digest: string,
  policy: { publicKey: string; repository?: string },
): Promise<Verification> {
  const key = readPublicKey(policy.publicKey);
  const signer = { key, repository: policy.repository };
  const judgements: Judgement[] = [];
  const failures: unknown[] = [];
  for (const list of [simpleSignatures, bundleSignatures]) {
    for (const candidate of await list(reader, digest, signer).catch(
      (error: unknown) => (failures.push(error), []),
    )) {
      const judgement = await candidate().catch((error: unknown) => void failures.push(error));
      if (judgement && "form" in judgement)
        return { verified: true, signedBy: keyName(key), form: judgement.form };
      if (judgement) judgements.push(judgement);
    }
  }
  // Evidence that could not be read is not evidence that is not there.
  if (failures.length > 0) throw failures[0];
  return { verified: false, problem: problemOf(judgements) };
}

// The problem that tells most: by the trusted key first, by nobody last.
function problemOf(judgements: readonly Judgement[]): string {
  for (const judgement of judgements) {
    if ("problem" in judgement && judgement.problem === "another digest")
      return `carries a signature for another digest (${judgement.claimed})`;
  }
  for (const judgement of judgements) {
    if ("problem" in judgement && judgement.problem === "another repository")
      return `carries a signature for another repository (${judgement.claimed})`;
  }
  for (const judgement of judgements) {
    if ("why" in judgement) return `carries a signature that can't be read: ${judgement.why}`;
  }
  const wrongKey = judgements.some(
    (judgement) => "problem" in judgement && judgement.problem === "wrong key",
  );
  return wrongKey ? "is signed, but not by the trusted key" : "is not signed";
}
