import { promotionType, statedPlace } from "../../model/attestation";
import { judgeEvidence, type Evidence, type JudgedEvidence, type SigningTrust } from "../../model/signing";
import type { ReadRepository } from "./registry";

/** What is attached to an image, and whether whom we trust stands behind it. */
export interface Attached extends Omit<JudgedEvidence, "predicate"> {
  /** Where a promotion attestation says that the image may be. */
  readonly promotion?: ReturnType<typeof statedPlace>;
}

/** Other predicates are left out: a bill of materials has megabytes. @throws as {@link judgeEvidence} */
export async function readAttached(
  repository: ReadRepository,
  evidence: Evidence,
  trust: SigningTrust & { readonly repository: string },
): Promise<Attached> {
  const { predicate, ...judged } = await judgeEvidence(repository, evidence, trust);
  return {
    ...judged,
    ...(judged.predicateType === promotionType && { promotion: statedPlace(predicate) }),
  };
}
