import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { cloudError } from "../errors";
import type { Azure } from "./azure";
import { credentialFrom } from "./credential";
import { locksOf } from "./locks";
import { RegistryClient } from "./registry-reader";
import { RegistryTokens } from "./registry-token";
import { importImage } from "./resource-manager";

const mostAtOnce = 16;

/**
 * The real Azure, as whoever the environment variables sign in.
 *
 * @param environment `AZURE_*` as every Azure client reads them; `AIRLOCK_ARM_ENDPOINT` for another Resource Manager.
 * @param lifetime ends everything that is under way.
 */
export function azureFrom(environment: NodeJS.ProcessEnv, lifetime: AbortSignal): Azure {
  const pause = (milliseconds: number) =>
    wait(milliseconds, undefined, { signal: lifetime }).catch((error: unknown) => {
      throw cloudError("waiting", error);
    });
  const credential = credentialFrom(environment, { lifetime, pause });
  const http = { lifetime, pause };
  const tokens = new RegistryTokens(credential, http);
  const endpoint = environment.AIRLOCK_ARM_ENDPOINT;
  return {
    pause,
    repository(host, name) {
      const client = new RegistryClient(host, name, tokens, http);
      const locks = locksOf(host, name, credential, lifetime);
      return {
        host,
        name,
        manifest: (reference) => client.manifest(reference),
        blob: (digest) => client.blob(digest),
        referrers: (digest) => client.referrers(digest),
        putTag: (tag, manifest) => client.putTag(tag, manifest),
        ...locks,
      };
    },
    importImage: (request) =>
      importImage(request, { credential, lifetime, pause, ...(endpoint && { endpoint }) }),
  };
}

/** The same Azure with at most `most` calls under way. */
export function limited(azure: Azure, most = mostAtOnce): Azure {
  const limit = pLimit(most);
  return {
    pause: (milliseconds) => azure.pause(milliseconds),
    importImage: (request) => limit(() => azure.importImage(request)),
    repository(host, name) {
      const repository = azure.repository(host, name);
      return {
        host,
        name,
        manifest: (reference) => limit(() => repository.manifest(reference)),
        blob: (digest) => limit(() => repository.blob(digest)),
        referrers: (digest) => limit(() => repository.referrers(digest)),
        putTag: (tag, manifest) => limit(() => repository.putTag(tag, manifest)),
        manifestLock: (digest) => limit(() => repository.manifestLock(digest)),
        tagLock: (tag) => limit(() => repository.tagLock(tag)),
        setManifestLock: (digest, lock) => limit(() => repository.setManifestLock(digest, lock)),
        setTagLock: (tag, lock) => limit(() => repository.setTagLock(tag, lock)),
      };
    },
  };
}
