import { judgeStatement, listedBundles, signedStatement } from "../signing/bundle";
import { unreadable, type Judgement } from "../signing/judgement";
import type { RegistryReader } from "../signing/registry-reader";
import { problemOf, trustedSigner, type SigningTrust } from "../signing/verify";
import { promotionProblem, promotionType, type ExpectedPromotion, type Promotion } from "./promotion";

/** An attestation that opens a place to an image. */
export interface VerifiedPromotion extends Pick<Promotion, "environment" | "registry"> {
  /** Version of the release. */
  readonly release?: string;
  /** Digest of the attestation's manifest. */
  readonly digest: string;
  readonly signedBy: string;
}

/** A promotion that somebody states of a digest, and whether whom we trust stands behind it. */
interface StatedPromotion {
  /** Digest of the attestation's manifest. */
  readonly digest: string;
  readonly predicate: unknown;
  readonly judgement: Judgement;
}

/**
 * One attestation by the trusted signer, of this digest and for this place, is enough, whatever else is attached.
 * @returns the problem is the rest of a sentence that begins with the image
 * @throws UserError (2) when what is trusted can't be read, and what the reader throws.
 */
export async function verifyPromotion(
  reader: RegistryReader,
  digest: string,
  trust: SigningTrust,
  expected: ExpectedPromotion,
): Promise<VerifiedPromotion | { readonly problem: string }> {
  const { environment, registry } = expected;
  const problems: string[] = [];
  const judgements: Judgement[] = [];
  for await (const { predicate, judgement, ...found } of statedPromotions(reader, digest, trust)) {
    judgements.push(judgement);
    if (!("form" in judgement)) continue;
    const problem = promotionProblem(predicate, expected);
    if (problem === undefined) {
      const { release } = predicate as Promotion;
      const version = release && { release: release.version };
      return { environment, registry, ...version, digest: found.digest, signedBy: judgement.signedBy };
    }
    problems.push(problem);
  }
  if (problems.length > 0) return { problem: [...new Set(problems)].join("; it ") };
  if (judgements.length === 0) return { problem: `carries no promotion attestation for ${environment}` };
  return {
    problem: `carries a promotion attestation that does not count: it ${problemOf(judgements, trustedSigner(trust))}`,
  };
}

/**
 * Digests of the promotion attestations by the trusted signer, whatever place they are for.
 * @param known are not read again
 */
export async function signedPromotions(
  reader: RegistryReader,
  digest: string,
  trust: SigningTrust,
  known: readonly string[] = [],
): Promise<string[]> {
  const signed: string[] = [];
  for await (const found of statedPromotions(reader, digest, trust, known))
    if ("form" in found.judgement) signed.push(found.digest);
  return signed;
}

async function* statedPromotions(
  reader: RegistryReader,
  digest: string,
  trust: SigningTrust,
  known: readonly string[] = [],
): AsyncGenerator<StatedPromotion> {
  const signer = trustedSigner(trust);
  for (const referrer of await listedBundles(reader, digest)) {
    if (known.includes(referrer)) continue;
    const found = await signedStatement(reader, referrer).catch(unreadable);
    // What can't be read at all may have been meant as a promotion.
    if (found && "problem" in found) yield { digest: referrer, predicate: undefined, judgement: found };
    else if (found?.statement.predicateType === promotionType) {
      const { predicate } = found.statement;
      let judgement: Judgement;
      try {
        judgement = judgeStatement(found, digest, signer);
      } catch (error) {
        judgement = unreadable(error);
      }
      yield { digest: referrer, predicate, judgement };
    }
  }
}
