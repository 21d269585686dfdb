import { CloudError } from "../errors";
import type { SignIn } from "./azure";
import { refusalIn, send, type HttpOptions } from "./http";

const largestAnswer = 256 * 1024;

/**
 * Tries the password of a registry token where clients sign in with it. Only 401 is a refusal: a firewall's 403, a redirect
 * or a failure says nothing about the password.
 */
export async function signInWithPassword(
  host: string,
  tokenName: string,
  password: string,
  http: HttpOptions,
): Promise<SignIn> {
  const query = new URLSearchParams({ service: host, account: tokenName });
  const basic = Buffer.from(`${tokenName}:${password}`).toString("base64");
  const { status, headers, body } = await send(
    {
      url: `https://${host}/oauth2/token?${query.toString()}`,
      headers: { authorization: `Basic ${basic}` },
      limit: largestAnswer,
      direct: true,
    },
    http,
  );
  const at = instantOf(headers.get("date"));
  if (status === 401) return { accepted: false, at };
  if (status === 200 && holdsToken(body)) return { accepted: true, at };
  const reason = status === 200 ? "no access token" : refusalIn(body);
  throw new CloudError(
    `${host} neither accepted nor refused the sign-in of the token ${tokenName}: ${[status, reason].filter(Boolean).join(" ")}`,
    { status },
  );
}

function instantOf(date: string | null): string {
  const told = Date.parse(date ?? "");
  return new Date(Number.isNaN(told) ? Date.now() : told).toISOString();
}

function holdsToken(body: Buffer): boolean {
  try {
    const { access_token, token } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    return typeof (access_token ?? token) === "string";
  } catch {
    return false;
  }
}
