import { join } from "node:path";
import { UserError } from "../../model/errors";
import { imageSigner } from "../../model/image-signer";
import type { Settings } from "../../model/settings";
import { readTrust } from "../../provider/resources/image-trust";
import type { Trust } from "./report";

/** Whose signature counts for a repository, as the project says; the trusted root's file lies beside its Pulumi.yaml. */
export function projectTrust({ signing }: Settings, repository: string, directory: string): Trust {
  const signer = imageSigner(signing, repository);
  if (signer === undefined) return { nobody: "`signing` in Pulumi.yaml names nobody whose signature counts" };
  if ("publicKey" in signer) return signer;
  const { trustedRoot, ...keyless } = signer.keyless;
  try {
    const file = join(directory, trustedRoot.file);
    return readTrust({ keyless: { ...keyless, trustedRoot: { ...trustedRoot, file } } });
  } catch (error) {
    if (error instanceof UserError) return { nobody: error.message };
    throw error;
  }
}
