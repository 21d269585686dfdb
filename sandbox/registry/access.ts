import type { RegistryAuthority, RegistryOperation } from "./authority";
import { RegistryError } from "./errors";
import type { Exchange } from "./exchange";
import { covers, formatScope, scopeFor, type Scope } from "./scopes";
import type { RegistryTokens } from "./tokens";

/** User name that says "the password is a refresh token". */
export const refreshTokenUser = "00000000-0000-0000-0000-000000000000";

/** Who sends a request, and what their access token is limited to (basic credentials have no limit of their own). */
export interface Caller {
  readonly principalId: string;
  readonly access?: readonly Scope[];
}

/** An operation and the repository that it is on; none for the catalog. */
type Needed = readonly [operation: RegistryOperation, repository: string | undefined];

const verbs: Readonly<Record<RegistryOperation, string>> = {
  "content/read": "pull from",
  "content/write": "push to",
  "content/delete": "delete from",
  "metadata/read": "read the attributes of",
  "metadata/write": "change the attributes of",
  "catalog/read": "list the repositories of",
};

/** Decides about requests to one registry. */
export class AccessControl {
  constructor(
    private readonly registry: string,
    private readonly host: string,
    readonly authority: RegistryAuthority,
    readonly tokens: RegistryTokens,
  ) {}

  may(principalId: string, operation: RegistryOperation, repository: string | undefined): boolean {
    return this.authority.can(this.registry, principalId, operation, repository).allowed;
  }

  /** Principal of a user name and password; undefined when they are wrong. */
  async principalOfBasic(username: string, password: string): Promise<string | undefined> {
    if (username === refreshTokenUser) return this.tokens.principalOfRefreshToken(password);
    return this.authority.tokenCredential(this.registry, username, password);
  }

  /** @throws UNAUTHORIZED (401) with a challenge when the request has no valid credentials. */
  async authenticate(exchange: Exchange, scopes: readonly Scope[] = []): Promise<Caller> {
    const header = exchange.header("authorization");
    if (!header) throw this.unauthorized("authentication required", scopes);
    const caller = await this.callerOf(header);
    if (!caller) {
      throw this.unauthorized(
        "the credentials are wrong, expired or not this registry's",
        scopes,
        "invalid_token",
      );
    }
    return caller;
  }

  /**
   * @throws UNAUTHORIZED (401) without credentials, when the principal may but the token was not asked for it, so that the client
   *   then asks for a wider one, and when the principal may not, whatever its token says.
   */
  async authorize(exchange: Exchange, operation: RegistryOperation, repository?: string): Promise<Caller> {
    const caller = await this.authenticate(exchange, [scopeFor(operation, repository)]);
    if (!this.may(caller.principalId, operation, repository)) {
      throw this.denied(caller.principalId, operation, repository);
    }
    this.requireHeld(caller, [[operation, repository]]);
    return caller;
  }

  /**
   * Asks that the caller's token, if it has one, was issued for all of this.
   * @throws UNAUTHORIZED (401) with the scopes that a client then asks for.
   */
  requireHeld({ access }: Caller, needed: readonly Needed[]): void {
    if (!access || needed.every(([operation, repository]) => covers(access, operation, repository))) return;
    const scopes = needed.map(([operation, repository]) => scopeFor(operation, repository));
    const named = scopes.map(formatScope).join(" ");
    throw this.unauthorized(`the access token does not cover ${named}`, scopes, "insufficient_scope");
  }

  /** As ACR: what somebody may not do is 401, and not DENIED (403), which is the firewall's. The message is the sandbox's own. */
  denied(principalId: string, operation: RegistryOperation, repository: string | undefined): RegistryError {
    const name = this.authority.nameOf?.(principalId) ?? principalId;
    const where = repository === undefined ? this.registry : `${repository} in ${this.registry}`;
    const { reasons } = this.authority.can(this.registry, principalId, operation, repository);
    const why = reasons.length > 0 ? `: ${reasons.map(({ text }) => text).join("; ")}` : "";
    const message = `${name} may not ${verbs[operation]} ${where}${why}`;
    return this.unauthorized(message, [scopeFor(operation, repository)], "insufficient_scope");
  }

  unauthorized(message: string, scopes: readonly Scope[], error?: string): RegistryError {
    const fields = [
      `realm="https://${this.host}/oauth2/token"`,
      `service="${this.host}"`,
      ...(scopes.length > 0 ? [`scope="${scopes.map(formatScope).join(" ")}"`] : []),
      ...(error ? [`error="${error}"`] : []),
    ];
    const headers = { "WWW-Authenticate": `Bearer ${fields.join(",")}` };
    const detail = scopes.length > 0 ? scopes.flatMap(actionsOf) : undefined;
    return new RegistryError(401, "UNAUTHORIZED", message, { detail, headers });
  }

  private async callerOf(header: string): Promise<Caller | undefined> {
    const bearer = /^Bearer +(\S+)$/i.exec(header);
    if (bearer) return this.tokens.verifyAccessToken(bearer[1]);
    const basic = parseBasic(header);
    const principalId = basic && (await this.principalOfBasic(basic.username, basic.password));
    return principalId === undefined ? undefined : { principalId };
  }
}

/** One entry for each action, as ACR tells what a request needed. */
function actionsOf({ type, name, actions }: Scope): { Type: string; Name: string; Action: string }[] {
  return actions.map((action) => ({ Type: type, Name: name, Action: action }));
}

/** User name and password of a Basic authorization header. */
export function parseBasic(header: string | undefined): { username: string; password: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? "")?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
