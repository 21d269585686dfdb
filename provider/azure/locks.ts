import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { cloudError } from "../errors";
import type { Lock, Repository } from "./azure";
import { registryAudience } from "./registry-token";

type Locks = Pick<Repository, "manifestLock" | "tagLock" | "setManifestLock" | "setTagLock">;

const deadline = 60_000;

/** The locks of one repository, through the registry's own metadata API. */
export function locksOf(
  host: string,
  name: string,
  credential: TokenCredential,
  lifetime: AbortSignal,
  httpClient?: HttpClient,
): Locks {
  let loaded: ReturnType<typeof load> | undefined;
  const artifact = async (reference: string) =>
    (await (loaded ??= load(host, credential, httpClient))).getArtifact(name, reference);
  const options = () => ({ abortSignal: AbortSignal.any([lifetime, AbortSignal.timeout(deadline)]) });

  async function read<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      const failure = cloudError(`reading the lock of ${name}${what} in ${host}`, error);
      if (failure.status === 404) return undefined;
      throw failure;
    }
  }

  async function change(what: string, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw cloudError(`changing the lock of ${name}${what} in ${host}`, error);
    }
  }

  return {
    manifestLock: (digest) =>
      read(`@${digest}`, async () => lockOf(await (await artifact(digest)).getManifestProperties(options()))),
    tagLock: (tag) =>
      read(`:${tag}`, async () => {
        const found = await (await artifact(tag)).getTagProperties(tag, options());
        return { ...lockOf(found), digest: found.digest };
      }),
    setManifestLock: (digest, lock) =>
      change(`@${digest}`, async () =>
        (await artifact(digest)).updateManifestProperties({ ...lock, ...options() }),
      ),
    setTagLock: (tag, lock) =>
      change(`:${tag}`, async () =>
        (await artifact(tag)).updateTagProperties(tag, { ...lock, ...options() }),
      ),
  };
}

/** The client is loaded when a lock is touched: most runs touch none. */
async function load(host: string, credential: TokenCredential, httpClient?: HttpClient) {
  const { ContainerRegistryClient } = await import("@azure/container-registry");
  return new ContainerRegistryClient(`https://${host}`, credential, {
    audience: registryAudience,
    ...(httpClient && { httpClient }),
    retryOptions: { maxRetries: 5, retryDelayInMs: 200, maxRetryDelayInMs: 10_000 },
  });
}

/** A registry that leaves a flag out allows it. */
function lockOf(properties: { canWrite?: boolean; canDelete?: boolean }): Lock {
  return { canWrite: properties.canWrite ?? true, canDelete: properties.canDelete ?? true };
}
