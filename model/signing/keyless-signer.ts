import type { BundleWithDsseEnvelope } from "@sigstore/bundle";
import { toSignedEntity, VerificationError, Verifier } from "@sigstore/verify";
import { certificateOf, certificateProblem, sourceIn } from "./certificate";
import { type SignatureProblem, unparsable } from "./judgement";
import { logProblem } from "./log-entry";
import type { TrustedSigner } from "./signer";
import { readTrustedRoot } from "./trusted-root";

/** A signer without a key of its own: an authority vouches for it for ten minutes, and a log keeps that it did. */
export interface KeylessTrust {
  /** Issuer of the token that the authority was shown, e.g. `https://token.actions.githubusercontent.com`. */
  readonly issuer: string;
  /** Who signed, to the letter: for GitHub the workflow's file at a ref, as a URL. */
  readonly identity: string;
  /**
   * What was built, `https://github.com/<owner>/<repository>@<ref>`. Left out, it is where the workflow itself stands: a
   * workflow that others may call signs under its own name for whatever they call it with.
   */
  readonly source?: string;
  /** Sigstore's `trusted_root.json`: certificate authorities, transparency logs, timestamp authorities. */
  readonly trustedRoot: string;
}

/** Whoever the authority called by this identity and issuer. @throws UserError (2) when the root is none */
export function keylessSigner(trust: KeylessTrust, repository?: string): TrustedSigner {
  const { issuer, identity } = trust;
  const source = trust.source ?? sourceOf(identity);
  const { root, material } = readTrustedRoot(trust.trustedRoot);
  // One entry in a log, one certificate in a log, and one proof of the time at which the certificate was valid.
  const verifier = new Verifier(material, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
  const refusal = (bundle: BundleWithDsseEnvelope): SignatureProblem | undefined => {
    const certificate = certificateOf(bundle);
    const unsafe = logProblem(bundle, certificate, root);
    if (unsafe !== undefined) return { problem: "not trusted", why: unsafe };
    const signer = signerOf(verifier, bundle);
    if (!signer || !certificate)
      return { problem: "not trusted", why: "its certificate names nobody, or no issuer" };
    // The library would take the identity as a pattern, and reads it as ASCII; only this one is meant.
    if (signer.identity !== identity || signer.issuer !== issuer)
      return { problem: "another signer", by: `${signer.identity} (${signer.issuer})` };
    const odd = certificateProblem(certificate, identity);
    if (odd !== undefined) return { problem: "not trusted", why: odd };
    const built = sourceIn(signer.extensions);
    return source === undefined || built === source
      ? undefined
      : { problem: "another signer", by: `${identity} for ${built ?? "a source that it doesn't name"}` };
  };
  return {
    name: `${identity} (${issuer})`,
    called: "the trusted identity",
    ...(repository !== undefined && { repository }),
    refuses: (bundle) => {
      try {
        return refusal(bundle);
      } catch (error) {
        if (error instanceof VerificationError) return { problem: "not trusted", why: whyNot(error) };
        return unparsable(error);
      }
    },
  };
}

/** Where a GitHub workflow stands, as its certificate names what it built; undefined for other identities. */
function sourceOf(identity: string): string | undefined {
  const found = /^(https:\/\/[^/]+\/[^/]+\/[^/]+)\/\.github\/workflows\/[^@]+@(.+)$/.exec(identity);
  return found ? `${found[1]}@${found[2]}` : undefined;
}

interface Signer {
  readonly identity: string;
  readonly issuer: string;
  readonly extensions: Readonly<Record<string, Buffer>>;
}

/** Whom a bundle's certificate names, once all of it holds. @throws VerificationError when it doesn't */
function signerOf(verifier: Verifier, bundle: BundleWithDsseEnvelope): Signer | undefined {
  const { identity } = verifier.verify(toSignedEntity(bundle));
  const extensions = Object.fromEntries(
    (identity?.oids ?? []).map(({ oid, value }) => [oid?.id.join(".") ?? "", value]),
  );
  const { subjectAlternativeName, extensions: named } = identity ?? {};
  return subjectAlternativeName && named?.issuer
    ? { identity: subjectAlternativeName, issuer: named.issuer, extensions }
    : undefined;
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
