import type { TokenCredential } from "@azure/core-auth";
import { setTimeout as wait } from "node:timers/promises";
import type { Repository } from "../../provider/azure/azure";
import { locksOf } from "../../provider/azure/locks";
import { RegistryClient } from "../../provider/azure/registry-reader";
import { RegistryTokens } from "../../provider/azure/registry-token";
import { signIn } from "../live/sign-in";

/** What is read of one repository; nothing here can write. */
export type ReadRepository = Pick<
  Repository,
  "host" | "name" | "manifest" | "blob" | "referrers" | "manifestLock" | "tagLock"
>;

/** How long a token is taken to live where nobody asks the identity's own library again; it keeps them itself. */
const tokenLife = 60_000;

/** A repository as whoever the environment variables sign in may read it. @param environment `AZURE_*` as every Azure client reads them. */
export function openRepository(environment: NodeJS.ProcessEnv, host: string, name: string): ReadRepository {
  const tokens = signIn(environment);
  const credential: TokenCredential = {
    getToken: async (scopes) => ({
      token: await tokens([scopes].flat()[0]),
      expiresOnTimestamp: Date.now() + tokenLife,
    }),
  };
  const lifetime = new AbortController().signal;
  const http = { lifetime, pause: (milliseconds: number) => wait(milliseconds) };
  const client = new RegistryClient(host, name, new RegistryTokens(credential, http), http);
  const { manifestLock, tagLock } = locksOf(host, name, credential, lifetime);
  return {
    host,
    name,
    manifest: (reference) => client.manifest(reference),
    blob: (digest) => client.blob(digest),
    referrers: (digest) => client.referrers(digest),
    manifestLock,
    tagLock,
  };
}
