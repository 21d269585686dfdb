import { UserError } from "../../model/errors";
import { verifySignature } from "../../model/signing";
import type { Repository } from "../azure/azure";
import { CloudError } from "../errors";
import { readTrust, type SignerInputs } from "./image-trust";

/**
 * Who signed the image: the key, or the identity with its issuer.
 *
 * @param advice what to do when it is not signed.
 * @throws UserError (1) when the image is not there or no signature by the signer holds, CloudError when the registry can't be read.
 */
export async function verifiedSigner(
  repository: Repository,
  digest: string,
  signer: SignerInputs,
  advice: string,
): Promise<string> {
  const image = `${repository.name}@${digest}`;
  if (!(await repository.manifest(digest))) {
    const what = `${image} does not exist in ${repository.host}: bring it there first, or check the digest`;
    throw new UserError({ what, exitCode: 1 });
  }
  const { verified, signedBy, problem } = await verifySignature(repository, digest, {
    ...readTrust(signer),
    repository: repository.name,
  });
  if (verified && signedBy !== undefined) return signedBy;
  throw new UserError({ what: `${image} ${problem ?? "is not signed"}: ${advice}`, exitCode: 1 });
}

/** The same as one sentence for `check`, which must not throw: the engine would print a stack. */
export async function verificationProblem(
  verify: () => Promise<string>,
  image: string,
): Promise<{ signedBy: string } | { problem: string }> {
  try {
    return { signedBy: await verify() };
  } catch (error) {
    if (error instanceof CloudError) return { problem: `${image} can't be verified: ${error.message}` };
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}
