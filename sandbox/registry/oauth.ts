import { parseBasic, type AccessControl } from "./access";
import { RegistryError } from "./errors";
import { smallBodyLimit, type Exchange } from "./exchange";
import { parseScopes, repositoryOperations, type Scope } from "./scopes";
import { accessTokenSeconds } from "./tokens";

/** `POST /oauth2/exchange`: an Entra access token for a refresh token of this registry. */
export async function exchangeToken(exchange: Exchange, access: AccessControl): Promise<void> {
  const form = await readForm(exchange);
  requireGrant(form, ["access_token"]);
  const token = required(form, "access_token");
  const principalId = await access.authority.principalOf(token);
  if (principalId === undefined) {
    throw new RegistryError(
      401,
      "UNAUTHORIZED",
      "the Entra access token is wrong, expired or for another audience",
    );
  }
  exchange.json(200, { refresh_token: await access.tokens.refreshToken(principalId) });
}

/** `POST /oauth2/token`: a refresh token, or a name and password, for an access token. */
export async function postToken(exchange: Exchange, access: AccessControl): Promise<void> {
  const form = await readForm(exchange);
  const grant = requireGrant(form, ["refresh_token", "password"]);
  const principalId =
    grant === "refresh_token"
      ? await access.tokens.principalOfRefreshToken(required(form, "refresh_token"))
      : await access.principalOfBasic(form.get("username") ?? "", form.get("password") ?? "");
  await issue(exchange, access, principalId, form.getAll("scope"));
}

/** `GET /oauth2/token`: the same with a Basic authorization header, as docker and others ask. */
export async function getToken(exchange: Exchange, access: AccessControl): Promise<void> {
  const basic = parseBasic(exchange.header("authorization"));
  const principalId = basic && (await access.principalOfBasic(basic.username, basic.password));
  await issue(exchange, access, principalId, exchange.query.getAll("scope"));
}

async function issue(
  exchange: Exchange,
  access: AccessControl,
  principalId: string | undefined,
  scopes: readonly string[],
): Promise<void> {
  if (principalId === undefined) {
    throw new RegistryError(401, "UNAUTHORIZED", "the credentials are wrong, expired or not this registry's");
  }
  const requested = parseScopes(scopes);
  const granted = requested
    .map((scope) => narrow(scope, access, principalId))
    .filter((scope) => scope.actions.length > 0);
  if (granted.length === 0) refuseStranger(requested, access, principalId);
  const token = await access.tokens.accessToken(principalId, granted);
  exchange.json(200, { access_token: token, token, expires_in: accessTokenSeconds });
}

function narrow(scope: Scope, access: AccessControl, principalId: string): Scope {
  const may = (action: string): boolean => {
    if (scope.type === "registry") return access.may(principalId, "catalog/read", undefined);
    if (!Object.hasOwn(repositoryOperations, action)) return false;
    return access.may(principalId, repositoryOperations[action], scope.name);
  };
  return { ...scope, actions: scope.actions.filter(may) };
}

// Clients begin a push with HEAD requests, whose refusal has no body to show. Whoever may do nothing with the content
// is refused here, where every client prints the reason; others get a token with less, and the reason at the request.
function refuseStranger(requested: readonly Scope[], access: AccessControl, principalId: string): void {
  const content = ["push", "pull", "delete"];
  for (const { type, name } of requested) {
    if (type !== "repository") continue;
    if (content.some((action) => access.may(principalId, repositoryOperations[action], name))) return;
  }
  for (const action of ["delete", "push", "pull", "metadata_write", "metadata_read"]) {
    const scope = requested.find(({ type, actions }) => type === "repository" && actions.includes(action));
    if (!scope) continue;
    const { status, code, message, options } = access.denied(
      principalId,
      repositoryOperations[action],
      scope.name,
    );
    // There is nobody else to ask for a token.
    throw new RegistryError(status, code, message, { detail: options.detail });
  }
}

async function readForm(exchange: Exchange): Promise<URLSearchParams> {
  return new URLSearchParams((await exchange.body(smallBodyLimit, "a form")).toString("utf8"));
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new RegistryError(400, "UNSUPPORTED", `form field ${name} is missing`);
  return value;
}

function requireGrant(form: URLSearchParams, allowed: readonly string[]): string {
  const grant = required(form, "grant_type");
  if (!allowed.includes(grant)) {
    throw new RegistryError(
      400,
      "UNSUPPORTED",
      `grant_type ${grant} is not supported, use ${allowed.join(" or ")}`,
    );
  }
  return grant;
}
