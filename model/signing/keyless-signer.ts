import type { BundleWithDsseEnvelope } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { UserError } from "../errors";
import type { SignatureProblem } from "./judgement";
import type { TrustedSigner } from "./signer";

/** A signer without a key of its own: an authority vouches for it for ten minutes, and a log keeps that it did. */
export interface KeylessTrust {
  /** Issuer of the token that the authority was shown, e.g. `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** Who signed, to the letter: for GitHub the workflow's file at a ref, as a URL. */
  readonly identity: string;
  /** Sigstore's `trusted_root.json`: certificate authorities, transparency logs, timestamp authorities. */
  readonly trustedRoot: string;
}

/** Whoever the authority called by this identity and issuer. @throws UserError (2) when the root is none */
export function keylessSigner(
  { issuer, identity, trustedRoot }: KeylessTrust,
  repository?: string,
): TrustedSigner {
  const trust = toTrustMaterial(readTrustedRoot(trustedRoot));
  // One entry in a log, one certificate in a log, and one proof of the time at which the certificate was valid.
  const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
  return {
    name: `${identity} (${issuer})`,
    called: "the trusted identity",
    ...(repository !== undefined && { repository }),
    refuses: (bundle) => {
      const signer = verified(verifier, bundle);
      if ("problem" in signer) return signer;
      // The library would take the identity as a pattern; only this one is meant.
      return signer.identity === identity && signer.issuer === issuer
        ? undefined
        : { problem: "another signer", by: `${signer.identity} (${signer.issuer})` };
    },
  };
}

function verified(
  verifier: Verifier,
  bundle: BundleWithDsseEnvelope,
): { identity: string; issuer: string } | SignatureProblem {
  try {
    const { identity } = verifier.verify(toSignedEntity(bundle));
    const { subjectAlternativeName = "nobody", extensions } = identity ?? {};
    return { identity: subjectAlternativeName, issuer: extensions?.issuer ?? "no issuer" };
  } catch (error) {
    if (error instanceof VerificationError) return { problem: "not trusted", why: whyNot(error) };
    // A certificate, timestamp or log entry that can't be parsed proves nothing either.
    if (error instanceof Error) return { problem: "unreadable", why: error.message };
    throw error;
  }
}

const reasons: Readonly<Record<string, string>> = {
  CERTIFICATE_ERROR:
    "no authority of the trusted root issued its certificate, or it was not valid when it signed",
  PUBLIC_KEY_ERROR: "it is made with a key, and an identity is asked for",
  SIGNATURE_ERROR: "the signature is not over what it says",
  TIMESTAMP_ERROR: "nothing that is trusted says when it was made",
  TLOG_BODY_ERROR: "the log's entry is about something else",
  TLOG_ERROR: "no entry of a trusted log proves it",
  TLOG_INCLUSION_PROMISE_ERROR: "no trusted log has promised its entry",
  TLOG_INCLUSION_PROOF_ERROR: "the log's proof does not hold",
  TLOG_MISSING_INCLUSION_ERROR: "its log entry proves nothing",
};

function whyNot({ code, message }: VerificationError): string {
  return `${reasons[code] ?? "it can't be verified"} (${message})`;
}

function readTrustedRoot(json: string): TrustedRoot {
  const wrong = (what: string) =>
    new UserError({
      what,
      where: "signing.keyless.trustedRoot",
      fix: "Take the trusted_root.json of the sigstore instance that your builds sign with",
      exitCode: 2,
    });
  let root: TrustedRoot;
  try {
    root = TrustedRoot.fromJSON(JSON.parse(json));
    toTrustMaterial(root);
  } catch {
    throw wrong("the trusted root can't be read");
  }
  if (root.certificateAuthorities.length === 0)
    throw wrong("the trusted root names no certificate authority");
  if (root.tlogs.length === 0) throw wrong("the trusted root names no transparency log");
  return root;
}
