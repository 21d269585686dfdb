import { SignInError } from "../entra/token-service";
import { tenantId } from "../places";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";

/** Entra's sign-in endpoints, and the key sets of the issuers. True when the path was one of them. */
export async function serveEntra(sandbox: Sandbox, exchange: Exchange): Promise<boolean> {
  const path = exchange.url.pathname;
  const [, tenant, rest] = /^\/([^/]+)(\/.+)$/.exec(path) ?? [];
  if (path === "/github/jwks") {
    exchange.reply(200, await sandbox.gitHubKeys.jwks());
    return true;
  }
  if (rest === "/v2.0/.well-known/openid-configuration") {
    await answering(exchange, async () => {
      requireTenant(tenant);
      exchange.reply(200, configuration(sandbox));
    });
    return true;
  }
  if (rest === "/discovery/v2.0/keys") {
    exchange.reply(200, await sandbox.entraKeys.jwks());
    return true;
  }
  if (rest === "/oauth2/v2.0/token") {
    await answering(exchange, () => token(sandbox, exchange, tenant));
    return true;
  }
  return false;
}

function configuration({ endpoint }: Sandbox): Record<string, unknown> {
  const base = `${endpoint}/${tenantId}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
    response_types_supported: ["code"],
    id_token_signing_alg_values_supported: ["RS256"],
    subject_types_supported: ["pairwise"],
  };
}

async function token(sandbox: Sandbox, exchange: Exchange, tenant: string | undefined): Promise<void> {
  requireTenant(tenant);
  if (exchange.method !== "POST") {
    throw new SignInError(
      400,
      "invalid_request",
      "AADSTS900561",
      `The endpoint only accepts POST requests. Received a ${exchange.method} request.`,
    );
  }
  const form = await exchange.form();
  if (!form.get("grant_type")) {
    throw new SignInError(
      400,
      "invalid_request",
      "AADSTS900144",
      "The request body must contain the following parameter: 'grant_type'.",
    );
  }
  if (form.get("grant_type") !== "client_credentials") {
    throw new SignInError(
      400,
      "unsupported_grant_type",
      "AADSTS70003",
      "The grant type must be client_credentials.",
    );
  }
  const assertion = form.get("client_assertion");
  if (!assertion) {
    throw new SignInError(
      401,
      "invalid_client",
      "AADSTS7000218",
      "The request body must contain client_assertion: identities have no passwords here.",
    );
  }
  const issued = await sandbox.tokens.exchange(
    form.get("client_id") ?? "",
    assertion,
    form.get("scope") ?? "",
  );
  exchange.reply(200, {
    token_type: "Bearer",
    expires_in: issued.expiresIn,
    ext_expires_in: issued.expiresIn,
    access_token: issued.token,
  });
}

async function answering(exchange: Exchange, answer: () => Promise<void>): Promise<void> {
  try {
    await answer();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    exchange.reply(error.status, {
      error: error.error,
      error_description: error.message,
      error_codes: [Number(error.code.replace("AADSTS", ""))],
    });
  }
}

function requireTenant(tenant: string | undefined): void {
  if (tenant === tenantId || tenant === "organizations" || tenant === "common") return;
  throw new SignInError(400, "invalid_request", "AADSTS90002", `Tenant '${tenant}' not found.`);
}
