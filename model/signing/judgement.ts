import { types } from "node:util";
import { Unreadable } from "./registry-reader";

export type SignatureForm = "simple-signing" | "bundle";

/** What one piece of evidence says about a digest; what only claims to be a signature has a problem. */
export type Judgement = { readonly form: SignatureForm; readonly signedBy: string } | SignatureProblem;

export type SignatureProblem =
  | { readonly problem: "another digest"; readonly claimed: string }
  | { readonly problem: "another repository"; readonly claimed: string }
  | { readonly problem: "unreadable"; readonly why: string }
  /** Signed, but not by whom we trust; `by` when the evidence proves who it was. */
  | { readonly problem: "another signer"; readonly by?: string }
  | { readonly problem: "not trusted"; readonly why: string }
  | { readonly problem: "no signature" };

/** A piece of evidence that is judged when it is asked. */
export type Candidate = () => Promise<Judgement>;

/** A signature by the trusted signer counts for the digest that it names. */
export function judged(claimed: string, digest: string, form: SignatureForm, signedBy: string): Judgement {
  return claimed === digest ? { form, signedBy } : { problem: "another digest", claimed };
}

/**
 * What a library throws over a certificate, timestamp or log entry that can't be parsed proves nothing either: the bundle is
 * anybody's.
 */
export function unparsable(error: unknown): { problem: "unreadable"; why: string } {
  if (types.isNativeError(error)) return { problem: "unreadable", why: error.message };
  throw error;
}

/** Turns what is wrong with the evidence into a judgement, and lets what is wrong with the registry pass. */
export function unreadable(error: unknown): { problem: "unreadable"; why: string } {
  if (error instanceof Unreadable) return { problem: "unreadable", why: error.message };
  throw error;
}
