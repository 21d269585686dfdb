import type { TokenCredential } from "@azure/core-auth";
import { CloudError } from "../errors";
import { refusalIn, send, type HttpOptions } from "./http";

/** Audience of every Azure container registry. */
export const registryAudience = "https://containerregistry.azure.net";

interface Token {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const largestAnswer = 256 * 1024;
/** A token is not used in its last minute, and one that doesn't say how long it lives for four. */
const margin = 60_000;
const assumedLife = 5 * 60_000;

/** Entra token → registry refresh token → access token per scope, each kept until it ends. */
export class RegistryTokens {
  private readonly kept = new Map<string, Promise<Token>>();

  constructor(
    private readonly credential: TokenCredential,
    private readonly http: HttpOptions,
  ) {}

  /** Access token of `host` for a scope such as `repository:iam/auth-service:pull`. @throws CloudError when refused. */
  access(host: string, scope: string): Promise<string> {
    return this.keep(`${host} ${scope}`, async () => {
      const refresh_token = await this.refresh(host);
      return this.post(
        host,
        "token",
        { grant_type: "refresh_token", service: host, scope, refresh_token },
        "access_token",
      );
    });
  }

  /** Rights may have changed since the tokens were made. */
  forget(host: string, scope: string): void {
    this.kept.delete(`${host} ${scope}`);
    this.kept.delete(host);
  }

  private refresh(host: string): Promise<string> {
    return this.keep(host, async () => {
      const entra = await this.credential.getToken(`${registryAudience}/.default`);
      if (!entra) throw new CloudError("signing in to Entra ID gave no token");
      return this.post(
        host,
        "exchange",
        { grant_type: "access_token", service: host, access_token: entra.token },
        "refresh_token",
      );
    });
  }

  private async post(
    host: string,
    path: string,
    form: Record<string, string>,
    field: string,
  ): Promise<string> {
    const url = `https://${host}/oauth2/${path}`;
    const { status, body } = await send(
      { url, method: "POST", body: new URLSearchParams(form), limit: largestAnswer },
      this.http,
    );
    if (status !== 200) {
      const reason = refusalIn(body) ?? `no reason given by /oauth2/${path}`;
      throw new CloudError(`${host} refused the sign-in: ${status} ${reason}`, {
        status,
        fix: "Give the identity a role on this registry",
      });
    }
    const token = stringIn(body, field);
    if (token === undefined) throw new CloudError(`${host} answered /oauth2/${path} without ${field}`);
    return token;
  }

  /** Callers at the same moment share one request, and its failure. */
  private async keep(key: string, make: () => Promise<string>): Promise<string> {
    for (let kept = this.kept.get(key); kept; kept = this.kept.get(key)) {
      const { text, until } = await kept;
      if (until > Date.now()) return text;
      if (this.kept.get(key) === kept) this.kept.delete(key);
    }
    const made = make().then((text) => ({ text, until: endOf(text) - margin }));
    this.kept.set(key, made);
    made.catch(() => this.kept.get(key) === made && this.kept.delete(key));
    return (await made).text;
  }
}

function stringIn(json: Buffer, field: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(json.toString("utf8")) as Record<string, unknown>)[field];
    return typeof value === "string" && value !== "" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only tells how long to keep the token; the registry judges it. */
function endOf(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
      exp?: unknown;
    };
    if (typeof claims.exp === "number") return claims.exp * 1000;
  } catch {
    // Not a JWT: registries may use opaque tokens.
  }
  return Date.now() + assumedLife;
}
