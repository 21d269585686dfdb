import { bundleSignatures } from "./bundle";
import type { Judgement, SignatureForm, SignatureProblem } from "./judgement";
import { keySigner } from "./key-signer";
import { keylessSigner, type KeylessTrust } from "./keyless-signer";
import type { RegistryReader } from "./registry-reader";
import type { TrustedSigner } from "./signer";
import { simpleSignatures } from "./simple-signing";

/** Whether a digest is signed by whom we trust. */
export interface Verification {
  readonly verified: boolean;
  /** `key sha256:` and 16 hexadecimal digits of its fingerprint, or `<identity> (<issuer>)`; set when verified. */
  readonly signedBy?: string;
  readonly form?: SignatureForm;
  /** Set when not verified; the rest of a sentence that begins with the image: "is not signed". */
  readonly problem?: string;
}

/** Whom to trust: the holder of a key, or an identity that a certificate authority vouches for. */
export type SigningTrust = { readonly publicKey: string } | { readonly keyless: KeylessTrust };

/**
 * One valid signature for exactly this digest is enough, in either of cosign's forms (keyless: as a bundle), whatever else is
 * attached. The content of every blob is held against its digest. With `repository`, one that names another doesn't count.
 * @throws UserError (2) when what is trusted can't be read, and what the reader throws when no signature was found without it.
 */
export async function verifySignature(
  reader: RegistryReader,
  digest: string,
  trust: SigningTrust & { readonly repository?: string },
): Promise<Verification> {
  const signer = trustedSigner(trust);
  const judgements: Judgement[] = [];
  const failures: unknown[] = [];
  for (const list of [simpleSignatures, bundleSignatures]) {
    for (const candidate of await list(reader, digest, signer).catch(
      (error: unknown) => (failures.push(error), []),
    )) {
      const judgement = await candidate().catch((error: unknown) => void failures.push(error));
      if (judgement && "form" in judgement) return { verified: true, ...judgement };
      if (judgement) judgements.push(judgement);
    }
  }
  // Evidence that could not be read is not evidence that is not there.
  if (failures.length > 0) throw failures[0];
  return { verified: false, problem: problemOf(judgements, signer) };
}

/** @throws UserError (2) when what is trusted can't be read */
export function trustedSigner(trust: SigningTrust & { readonly repository?: string }): TrustedSigner {
  return "publicKey" in trust
    ? keySigner(trust.publicKey, trust.repository)
    : keylessSigner(trust.keyless, trust.repository);
}

// The problem that tells most comes first: by the trusted signer, then by somebody, by nobody last.
const telling: readonly SignatureProblem["problem"][] = [
  "another digest",
  "another repository",
  "unreadable",
  "another signer",
  "not trusted",
];

/** The rest of a sentence that begins with what the judgements are about. */
export function problemOf(judgements: readonly Judgement[], signer: TrustedSigner): string {
  for (const problem of telling) {
    const found = judgements.find((one) => "problem" in one && one.problem === problem);
    if (found && "problem" in found) return sentence(found, signer);
  }
  return "is not signed";
}

function sentence(found: SignatureProblem, { called }: TrustedSigner): string {
  switch (found.problem) {
    case "another digest":
      return `carries a signature for another digest (${found.claimed})`;
    case "another repository":
      return `carries a signature for another repository (${found.claimed})`;
    case "unreadable":
      return `carries a signature that can't be read: ${found.why}`;
    case "another signer":
      return `is signed, but not by ${called}${found.by === undefined ? "" : `: ${found.by}`}`;
    case "not trusted":
      return `carries a signature that can't be trusted: ${found.why}`;
    case "no signature":
      return "is not signed";
  }
}
