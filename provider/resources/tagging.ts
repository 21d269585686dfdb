import { UserError } from "../../model/errors";
import type { Azure, Repository } from "../azure/azure";
import { CloudError } from "../errors";
import { converge } from "./converge";
import { despiteWriteLock } from "./write-lock";

export interface Tagging {
  readonly registryId: string;
  readonly target: Repository;
  readonly tag: string;
  readonly digest: string;
  /** By an import within the registry, which needs no right to push; else by the registry's own API. */
  readonly viaImport: boolean;
  /** Whether a tag that names another digest moves or is an error. */
  readonly moves: boolean;
}

/** Puts a tag on an image that is already in the registry. */
export async function putTag(azure: Azure, tagging: Tagging): Promise<void> {
  const { registryId, target, tag, digest, viaImport, moves } = tagging;
  const name = `${target.name}:${tag}`;
  const where = target.host;
  const done = async () => {
    const current = await target.manifest(tag);
    if (current && current.digest !== digest && !moves) {
      throw new UserError({
        what: `${name} already names ${current.digest} in ${where}, not ${digest}`,
        fix: "Version tags never move: give the image another version",
        exitCode: 1,
      });
    }
    return current?.digest === digest;
  };
  await converge(azure, `tagging ${name} in ${where}`, done, () =>
    despiteWriteLock(target, digest, async () => {
      if (viaImport) {
        const { name: repository } = target;
        const request = { registryId, sourceRegistryId: registryId, repository, digest, tag, force: moves };
        return azure.importImage(request);
      }
      const manifest = await target.manifest(digest);
      if (!manifest) throw new CloudError(`${target.name}@${digest} does not exist in ${where}`);
      return target.putTag(tag, manifest);
    }),
  );
}
