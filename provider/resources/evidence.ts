import { listEvidence } from "../../model/signing";
import type { Azure, Repository } from "../azure/azure";
import { CloudError } from "../errors";
import { converge, shows } from "./converge";
import { despiteWriteLock } from "./write-lock";

type Evidence = Awaited<ReturnType<typeof listEvidence>>[number];

/** Digests of what is attached to an image (signatures, SBOM, attestations), sorted. */
export async function evidenceOf(repository: Repository, digest: string): Promise<string[]> {
  return sortedDigests(await listEvidence(repository, digest));
}

/**
 * Copies what is attached to an image, which Azure's import leaves behind, one by one and each after what it refers to;
 * then counts again.
 *
 * @returns the digests attached at the target, sorted. It may have more than the source: nothing is taken away.
 * @throws CloudError when something of the source is missing at the target.
 */
export async function copyEvidence(
  azure: Azure,
  registries: { sourceRegistryId: string; registryId: string },
  source: Repository,
  target: Repository,
  digest: string,
): Promise<string[]> {
  const wanted = await listEvidence(source, digest);
  for (const evidence of wanted) {
    await despiteWriteLock(target, digest, () => copyOne(azure, registries, target, evidence));
  }
  let found: string[] = [];
  const complete = async () => {
    found = await evidenceOf(target, digest);
    return wanted.every((evidence) => found.includes(evidence.digest));
  };
  const missing = () => wanted.filter((evidence) => !found.includes(evidence.digest)).length;
  // A registry may list a new referrer a while after it took it.
  if (await shows(azure, complete)) return found;
  throw new CloudError(
    `${missing()} of ${wanted.length} signatures and attestations of ${target.name}@${digest} did not arrive in ${target.host}`,
  );
}

function copyOne(
  azure: Azure,
  registries: { sourceRegistryId: string; registryId: string },
  target: Repository,
  { digest, tag }: Evidence,
): Promise<void> {
  const done = async () => (await target.manifest(tag ?? digest))?.digest === digest;
  const request = {
    ...registries,
    repository: target.name,
    digest,
    ...(tag !== undefined && { tag, force: true }),
  };
  return converge(azure, `importing ${target.name}@${digest} into ${target.host}`, done, () =>
    azure.importImage(request),
  );
}

function sortedDigests(evidence: readonly Evidence[]): string[] {
  return [...new Set(evidence.map(({ digest }) => digest))].sort();
}
