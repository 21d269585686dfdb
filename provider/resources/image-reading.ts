import { UserError } from "../../model/errors";
import { readContent, type ImageContent } from "../../model/image-content";
import { refusalOf } from "../../model/proof";
import { Unreadable, type RegistryReader } from "../../model/signing";

/** A repository, as far as an image is read of it. */
type ReadableRepository = RegistryReader & { readonly host: string; readonly name: string };

/** Manifests and labels of an image, of every platform. @throws UserError (1) when they can't be read. */
export async function readImage(repository: ReadableRepository, digest: string): Promise<ImageContent> {
  try {
    return await readContent(repository, digest);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const what = `${whereIs(repository, digest)} can't be read: ${error.message}`;
    throw new UserError({ what, exitCode: 1 });
  }
}

/**
 * Looks before an import whether Azure copies the image whole.
 *
 * @param manifests listed below the digest's own.
 * @throws UserError (1) for an index with more manifests than that.
 */
export function requireImportable(source: ReadableRepository, digest: string, manifests: number): void {
  const image = { where: whereIs(source, digest), repository: source.name, manifests };
  const refusal = refusalOf({ environments: [{ name: source.host, imports: true, images: [image] }] });
  if (refusal !== undefined) throw new UserError({ what: refusal, exitCode: 1 });
}

function whereIs({ host, name }: ReadableRepository, digest: string): string {
  return `${host}/${name}@${digest}`;
}
