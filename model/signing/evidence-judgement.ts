import { judgeStatement, signedStatement } from "./bundle";
import type { Evidence } from "./evidence";
import type { Judgement } from "./judgement";
import { readManifest, shown, Unreadable, type RegistryReader } from "./registry-reader";
import { simpleSignatures } from "./simple-signing";
import { problemOf, trustedSigner, type SigningTrust } from "./verify";

/** A piece of evidence, what it states and of what, and whether whom we trust stands behind it. */
export interface JudgedEvidence extends Evidence {
  /** Digest of what it is about. */
  readonly subject?: string;
  /** Type of the statement that it signs. */
  readonly predicateType?: string;
  /** What it states of that, as whoever made it wrote it. */
  readonly predicate?: unknown;
  /** Set when the trusted signer made it. */
  readonly signedBy?: string;
  /** Set otherwise; the rest of a sentence that begins with the evidence: "is not signed". */
  readonly problem?: string;
}

/** @throws UserError (2) when what is trusted can't be read, and what the reader throws. */
export async function judgeEvidence(
  reader: RegistryReader,
  evidence: Evidence,
  trust: SigningTrust & { readonly repository?: string },
): Promise<JudgedEvidence> {
  const signer = trustedSigner(trust);
  const verdict = (judgements: readonly Judgement[]) => {
    const good = judgements.find((one) => "form" in one);
    return good ? { signedBy: good.signedBy } : { problem: problemOf(judgements, signer) };
  };
  try {
    if (evidence.tag !== undefined) {
      const subject = evidence.tag.replace(/^sha256-/, "sha256:").replace(/\.\w+$/, "");
      if (evidence.kind !== "signature" || !signer.signedPayload)
        return { ...evidence, subject, problem: olderForm };
      const candidates = await simpleSignatures(reader, subject, signer);
      return { ...evidence, subject, ...verdict(await Promise.all(candidates.map((judge) => judge()))) };
    }
    const digest = (await readManifest(reader, evidence.digest))?.manifest.subject?.digest;
    const subject = typeof digest === "string" ? { subject: digest } : {};
    const found = await signedStatement(reader, evidence.digest);
    if (!found) return { ...evidence, ...subject, problem: "is not signed" };
    const { predicate, predicateType } = found.statement;
    return {
      ...evidence,
      ...subject,
      predicateType: shown(predicateType),
      predicate,
      ...verdict([judgeStatement(found, shown(digest), signer)]),
    };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ...evidence, problem: `can't be read: ${error.message}` };
  }
}

const olderForm = "is in a form of cosign's that airlock copies and doesn't verify";
