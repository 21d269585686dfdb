import { verifyPromotion, type ExpectedPromotion, type VerifiedPromotion } from "../../model/attestation";
import { UserError } from "../../model/errors";
import { isDigest } from "../../model/image-reference";
import { bondProblem } from "../../model/labels";
import { environmentNamed, registriesOf, type PromotionPath } from "../../model/promotion-path";
import { Unreadable, verifySignature } from "../../model/signing";
import { readImage } from "../../provider/resources/image-reading";
import type { Asked } from "./reference";
import type { ReadRepository } from "./registry";
import type { Trust } from "./report";

/** An image that may be deployed, and why: what `airlock verify --json` prints. */
export interface Deployable {
  readonly image: string;
  readonly environment: string;
  readonly signedBy: string;
  /** Absent where the environment asks for none. */
  readonly attestation?: VerifiedPromotion;
}

/**
 * An image that an environment may deploy is named by digest, in that environment's own registry.
 * @throws UserError: exit 2 for a tag or an unknown environment, exit 1 for another registry
 */
export function requireOwn(
  { registry, repository, reference }: Asked,
  path: PromotionPath,
  name: string,
): void {
  const environment = environmentNamed(path, name);
  if (!isDigest(reference)) {
    throw new UserError({
      what: `${repository}:${reference} is a tag, which may name another image when it is deployed`,
      fix: "Name the image by its digest",
      exitCode: 2,
    });
  }
  if (registry.name === environment.name) return;
  const own = registriesOf(environment).map(({ customHost, host }) => customHost ?? host);
  throw new UserError({
    what: `${registry.host} is the registry of ${registry.name}, and ${name} deploys from its own`,
    fix: `Name the image in ${own.join(" or ")}`,
    exitCode: 1,
  });
}

/**
 * Verifies, in the environment's registry, what is verified before an import: signature, labels, and the promotion attestation.
 * @param expected what an attestation has to state; left out where the environment asks for none
 * @throws UserError: exit 1 when the image may not be deployed, exit 3 when the registry refuses or fails
 */
export async function verifyDeployable(
  { registry, repository: name, reference: digest }: Asked,
  repository: ReadRepository,
  trust: Trust,
  expected: ExpectedPromotion | undefined,
): Promise<Deployable> {
  const image = `${registry.customHost ?? registry.host}/${name}@${digest}`;
  const refused = (problem: string) => new UserError({ what: `${image} ${problem}`, exitCode: 1 });
  if (!(await repository.manifest(digest))) throw refused("does not exist");
  if ("nobody" in trust) throw refused(`can't be verified: ${trust.nobody}`);
  try {
    const { signedBy, problem } = await verifySignature(repository, digest, { ...trust, repository: name });
    if (signedBy === undefined) throw refused(problem ?? "is not signed");
    const { labels } = await readImage(repository, digest);
    const misplaced = bondProblem(labels, { environment: registry.name, registry: registry.host });
    if (misplaced !== undefined) throw refused(misplaced);
    const attestation = expected && (await verifyPromotion(repository, digest, trust, expected));
    if (attestation && "problem" in attestation) throw refused(attestation.problem);
    return { image, environment: registry.name, signedBy, ...(attestation && { attestation }) };
  } catch (error) {
    if (error instanceof Unreadable) throw refused(`can't be read: ${error.message}`);
    throw error;
  }
}
