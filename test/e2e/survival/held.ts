import { billOfMaterials, buildImage } from "../../../cli/story/image";
import { readImages } from "../../../model/config/stack-file";
import { companionTag } from "../../../model/signing/simple-signing";
import type { TestSandbox } from "../../support/sandbox";
import { hostOf, type Environment } from "../story/world";

interface Lock {
  readonly write: boolean;
  readonly delete: boolean;
}

/** What a repository of a registry holds, by name: tags with what they name, and whatever can be locked with its lock. */
export interface Held {
  readonly tags: Readonly<Record<string, Lock & { readonly digest: string }>>;
  readonly manifests: Readonly<Record<string, Lock>>;
}

interface Listed {
  readonly name?: string;
  readonly digest: string;
  readonly changeableAttributes: { readonly writeEnabled: boolean; readonly deleteEnabled: boolean };
}

const open: Lock = { write: true, delete: true };
const closed: Lock = { write: false, delete: false };
/** New tags and referrers may come, but it stays. */
const kept: Lock = { write: true, delete: false };

/** Reads a repository through ACR's own API, as the identity that looks for drift. */
export async function heldIn(
  sandbox: TestSandbox,
  environment: Environment,
  repository: string,
): Promise<Held> {
  const read = await sandbox.registryReader("sp-onestream-drift", hostOf(sandbox, environment));
  const list = async (kind: "tags" | "manifests"): Promise<Listed[]> => {
    const scope = `repository:${repository}:metadata_read`;
    const response = await read(`/acr/v1/${repository}/_${kind}?n=1000`, scope);
    if (response.status === 404) return [];
    return ((await response.json()) as Record<string, Listed[]>)[kind];
  };
  const lock = ({ changeableAttributes: { writeEnabled, deleteEnabled } }: Listed): Lock => ({
    write: writeEnabled,
    delete: deleteEnabled,
  });
  const [tags, manifests] = [await list("tags"), await list("manifests")];
  return {
    tags: Object.fromEntries(tags.map((tag) => [tag.name!, { digest: tag.digest, ...lock(tag) }])),
    manifests: Object.fromEntries(manifests.map((manifest) => [manifest.digest, lock(manifest)])),
  };
}

/**
 * What prod must hold after its update: the images of the stack file locked with their evidence, and those of earlier ones still
 * there, unlocked.
 *
 * @param signatures digest of the signature of each image.
 */
export function expectedInProd(
  stackFile: string,
  repository: string,
  earlier: readonly string[],
  signatures: Readonly<Record<string, string>>,
): Held {
  const entry = readImages(stackFile, "onestream")[repository];
  const locked = [entry, ...entry.previous].map(({ version }) => version);
  const tags: Record<string, Lock & { digest: string }> = {
    "latest-prod": { digest: entry.digest, ...open },
  };
  const manifests: Record<string, Lock> = {};
  for (const version of new Set([...earlier, ...locked])) {
    const image = buildImage(repository, version);
    const sbom = billOfMaterials(repository, version, image);
    const isLocked = locked.includes(version);
    const signature = signatures[image.digest];
    tags[`${version}-prod`] = { digest: image.digest, ...(isLocked ? closed : open) };
    tags[companionTag(image.digest, "sig")] = { digest: signature, ...open };
    for (const digest of [image.digest, sbom.digest, signature]) manifests[digest] = isLocked ? kept : open;
  }
  return { tags, manifests };
}
