import { type KeyObject, verify } from "node:crypto";
import { type BundleWithDsseEnvelope, isBundleWithPublicKey } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { type SignatureProblem, unparsable } from "./judgement";
import type { TrustedSigner } from "./signer";
import { hashFor, keyName, readPublicKey } from "./trusted-key";

/** The holder of the private half of a key. @param publicKey PEM. @throws UserError (2) when it is no public key */
export function keySigner(publicKey: string, repository?: string): TrustedSigner {
  const key = readPublicKey(publicKey);
  return {
    name: keyName(key),
    called: "the trusted key",
    ...(repository !== undefined && { repository }),
    signedPayload: (payload, signature) => verify(hashFor(key), payload, key, signature),
    refuses: (bundle) => refusal(bundle, key),
  };
}

function refusal(bundle: BundleWithDsseEnvelope, key: KeyObject): SignatureProblem | undefined {
  if (!isBundleWithPublicKey(bundle)) return { problem: "another signer" };
  const trust = toTrustMaterial(
    { mediaType: "", certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] },
    // The hint is the signer's word; the only key is ours.
    () => ({ publicKey: key, validFor: () => true }),
  );
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  try {
    // Trust rests on the key alone: entries of a log that we don't know neither help nor harm.
    verifier.verify({ ...toSignedEntity(bundle), tlogEntries: [], timestamps: [] });
    return undefined;
  } catch (error) {
    if (error instanceof VerificationError) return { problem: "another signer" };
    return unparsable(error);
  }
}
