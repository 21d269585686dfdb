import { canInRegistry } from "../../model/access/evaluate";
import type { Directory } from "../entra/directory";
import type { TokenService } from "../entra/token-service";
import type { RegistryAuthority } from "../registry";
import type { GraphSource } from "./access-graph";
import type { TokenPasswords } from "./token-passwords";

/** Answers the registries' questions from the same graph that ARM calls are judged by. */
export function registryAuthority(
  graph: GraphSource,
  directory: Directory,
  tokens: TokenService,
  passwords: TokenPasswords,
  isAudience: (audience: string) => boolean,
  now: () => Date,
): RegistryAuthority {
  const registryId = (name: string): string =>
    graph.current().registries.find((registry) => registry.name.toLowerCase() === name.toLowerCase())?.id ??
    "";
  return {
    async principalOf(accessToken) {
      const caller = await tokens.callerOf(accessToken, isAudience);
      // Whether Azure's registries look here is not known: docs/unverified.md.
      return caller && directory.isEnabled(caller.objectId) ? caller.objectId : undefined;
    },
    async tokenCredential(registry, username, password) {
      const id = registryId(registry);
      const token = graph
        .current()
        .tokens.find(
          ({ registryId: owner, name }) =>
            owner.toLowerCase() === id.toLowerCase() && name.toLowerCase() === username.toLowerCase(),
        );
      if (!token?.enabled || !passwords.matches(`${id}/tokens/${token.name}`, password, now()))
        return undefined;
      return `token:${registry}/${token.name}`;
    },
    can: (registry, principalId, operation, repository) =>
      canInRegistry(graph.current(), principalId, registryId(registry), operation, repository),
    nameOf: (principalId) => directory.principal(principalId)?.name,
  };
}
