import type { BundleWithDsseEnvelope } from "@sigstore/bundle";
import type { SignatureProblem } from "./judgement";

/** Whose signature counts, and for which repository. */
export interface TrustedSigner {
  /** What a signature by it is shown as. */
  readonly name: string;
  /** How a sentence calls it: "the trusted key". */
  readonly called: string;
  /** A signature that names another repository doesn't count; left out, the name plays no part. */
  readonly repository?: string;
  /** Whether it made the signature of a simple-signing payload; left out by a signer that knows bundles only. */
  readonly signedPayload?: (payload: Buffer, signature: Buffer) => boolean;
  /** Undefined when it made the bundle, else what is wrong with that. */
  readonly refuses: (bundle: BundleWithDsseEnvelope) => SignatureProblem | undefined;
}
