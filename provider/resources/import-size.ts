import { UserError } from "../../model/errors";
import { refusalOf } from "../../model/proof";
import { imagesOf, Unreadable } from "../../model/signing";
import type { Repository } from "../azure/azure";

/**
 * Looks before an import whether Azure copies the image whole.
 *
 * @throws UserError (1) for an index with more manifests than that, or one that can't be read.
 */
export async function requireImportable(source: Repository, digest: string): Promise<void> {
  const where = `${source.host}/${source.name}@${digest}`;
  const manifests = await manifestsBelow(source, digest, where);
  const image = { where, repository: source.name, manifests };
  const refusal = refusalOf({ environments: [{ name: source.host, imports: true, images: [image] }] });
  if (refusal !== undefined) throw new UserError({ what: refusal, exitCode: 1 });
}

async function manifestsBelow(source: Repository, digest: string, where: string): Promise<number> {
  try {
    return (await imagesOf(source, digest)).length - 1;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new UserError({ what: `${where} can't be imported: ${error.message}`, exitCode: 1 });
  }
}
