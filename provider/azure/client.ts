import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { cloudError } from "../errors";
import type { Azure, Repository, TokenAddress, Tokens } from "./azure";
import { credentialFrom } from "./credential";
import { entraReader } from "./entra";
import { locksOf } from "./locks";
import { signInWithPassword } from "./password-sign-in";
import { Patience } from "./patience";
import { RegistryClient } from "./registry-reader";
import { RegistryTokens } from "./registry-token";
import { importImage } from "./resource-manager";
import { tokenCredentials } from "./token-credentials";

const mostAtOnce = 16;

/**
 * The real Azure, as whoever the environment variables sign in.
 *
 * @param environment `AZURE_*` as every Azure client reads them; `AIRLOCK_ARM_ENDPOINT` and `AIRLOCK_GRAPH_ENDPOINT` for another Resource Manager and Microsoft Graph.
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
  const patience = new Patience(pause);
  const endpoint = environment.AIRLOCK_ARM_ENDPOINT;
  const arm = { credential, lifetime, pause, ...(endpoint && { endpoint }) };
  const graph = environment.AIRLOCK_GRAPH_ENDPOINT;
  const entra = entraReader({
    ...http,
    credential,
    ...(endpoint && { arm: endpoint }),
    ...(graph && { graph }),
  });
  // Each registry is doubted by itself.
  const of = ({ registryId }: { readonly registryId: string }) => registryId.toLowerCase();
  return {
    pause,
    entra: {
      account: (...ids) => patience.withRole("Microsoft Graph", () => entra.account(...ids)),
      assignments: (scope, principal) =>
        patience.withRole(scope.toLowerCase(), () => entra.assignments(scope, principal)),
    },
    tokens: {
      ...aroundManager(tokenCredentials(arm), (token, call) => patience.withRole(of(token), call)),
      signIn: (host, name, password) => signInWithPassword(host, name, password, http),
    },
    repository(host, name) {
      const client = new RegistryClient(host, name, tokens, http);
      const content: Repository = {
        host,
        name,
        manifest: (reference) => client.manifest(reference),
        blob: (digest) => client.blob(digest),
        referrers: (digest) => client.referrers(digest),
        putTag: (tag, manifest) => client.putTag(tag, manifest),
        ...locksOf(host, name, credential, lifetime),
      };
      return around(content, (call) => patience.withRole(host, call));
    },
    importImage: (request) => patience.withRole(of(request), () => importImage(request, arm)),
  };
}

/** The same Azure with at most `most` calls under way. */
export function limited(azure: Azure, most = mostAtOnce): Azure {
  const limit = pLimit(most);
  return {
    pause: (milliseconds) => azure.pause(milliseconds),
    importImage: (request) => limit(() => azure.importImage(request)),
    entra: {
      account: (...ids) => limit(() => azure.entra.account(...ids)),
      assignments: (...of) => limit(() => azure.entra.assignments(...of)),
    },
    tokens: {
      ...aroundManager(azure.tokens, (_token, call) => limit(call)),
      signIn: (host, name, password) => limit(() => azure.tokens.signIn(host, name, password)),
    },
    repository: (host, name) => around(azure.repository(host, name), limit),
  };
}

/** The same repository with something around each of its calls. */
function around(repository: Repository, wrap: <T>(call: () => Promise<T>) => Promise<T>): Repository {
  return {
    host: repository.host,
    name: repository.name,
    manifest: (reference) => wrap(() => repository.manifest(reference)),
    blob: (digest) => wrap(() => repository.blob(digest)),
    referrers: (digest) => wrap(() => repository.referrers(digest)),
    putTag: (tag, manifest) => wrap(() => repository.putTag(tag, manifest)),
    manifestLock: (digest) => wrap(() => repository.manifestLock(digest)),
    tagLock: (tag) => wrap(() => repository.tagLock(tag)),
    setManifestLock: (digest, lock) => wrap(() => repository.setManifestLock(digest, lock)),
    setTagLock: (tag, lock) => wrap(() => repository.setTagLock(tag, lock)),
  };
}

/** The same with something around each call of Resource Manager. */
function aroundManager(
  tokens: Omit<Tokens, "signIn">,
  wrap: <T>(token: TokenAddress, call: () => Promise<T>) => Promise<T>,
): Omit<Tokens, "signIn"> {
  return {
    read: (token) => wrap(token, () => tokens.read(token)),
    generate: (token, slot, expires) => wrap(token, () => tokens.generate(token, slot, expires)),
    keep: (token, slots) => wrap(token, () => tokens.keep(token, slots)),
  };
}
