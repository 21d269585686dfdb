import type { KeyObject } from "node:crypto";
import { Unreadable } from "./registry-reader";

export type SignatureForm = "simple-signing" | "bundle";

/** What one piece of evidence says about a digest; what only claims to be a signature has a problem. */
export type Judgement =
  | { readonly form: SignatureForm }
  | { readonly problem: "another digest"; readonly claimed: string }
  | { readonly problem: "another repository"; readonly claimed: string }
  | { readonly problem: "unreadable"; readonly why: string }
  | { readonly problem: "wrong key" }
  | { readonly problem: "no signature" };

/** Whose signature counts, and for which repository; bundles name none. */
export interface TrustedSigner {
  readonly key: KeyObject;
  readonly repository?: string;
}

/** A piece of evidence that is judged when it is asked. */
export type Candidate = () => Promise<Judgement>;

/** A signature by the trusted key counts for the digest that it names. */
export function judged(claimed: string, digest: string, form: SignatureForm): Judgement {
  return claimed === digest ? { form } : { problem: "another digest", claimed };
}

/** Turns what is wrong with the evidence into a judgement, and lets what is wrong with the registry pass. */
export function unreadable(error: unknown): { problem: "unreadable"; why: string } {
  if (error instanceof Unreadable) return { problem: "unreadable", why: error.message };
  throw error;
}
