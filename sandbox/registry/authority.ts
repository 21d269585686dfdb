import type { Decision } from "../../model/access/types";

/** What a request does, in the words of registry data actions and scope maps. */
export type RegistryOperation =
  "content/read" | "content/write" | "content/delete" | "metadata/read" | "metadata/write" | "catalog/read";

/** Who may do what: answered by the side that knows Entra, role assignments and tokens. */
export interface RegistryAuthority {
  /** Object id of the principal that an Entra access token was issued to; undefined when the token does not verify. */
  principalOf(entraAccessToken: string): Promise<string | undefined>;
  /** `token:<registry>/<name>` for the name and password of a registry token; undefined when they do not match. */
  tokenCredential(registry: string, username: string, password: string): Promise<string | undefined>;
  /** Asked on every request, so that a right removed is a request refused. */
  can(
    registry: string,
    principalId: string,
    operation: RegistryOperation,
    repository: string | undefined,
  ): Decision;
  /** Name of a principal for messages; its id stands in when there is none. */
  nameOf?(principalId: string): string | undefined;
}
