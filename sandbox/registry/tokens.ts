import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Scope } from "./scopes";

const issuer = "Azure Container Registry";
const refreshLifetime = 3 * 60 * 60;
const accessLifetime = 75 * 60;

/** Seconds that an access token lasts. */
export const accessTokenSeconds = accessLifetime;

/** Issues and checks one registry's tokens. Both kinds are JWTs, signed with the registry's own secret. */
export class RegistryTokens {
  constructor(
    /** The present one: tokens of an earlier one no longer count. */
    private readonly secret: () => Buffer,
    private readonly host: string,
  ) {}

  refreshToken(principalId: string): Promise<string> {
    return this.sign({ grant_type: "refresh_token" }, principalId, refreshLifetime);
  }

  accessToken(principalId: string, access: readonly Scope[]): Promise<string> {
    return this.sign({ grant_type: "access_token", access }, principalId, accessLifetime);
  }

  /** Principal of a refresh token; undefined when it is not ours, is another kind, or is past. */
  async principalOfRefreshToken(token: string): Promise<string | undefined> {
    return (await this.verify(token, "refresh_token"))?.principalId;
  }

  /** Principal and scopes of an access token; undefined as for refresh tokens. */
  verifyAccessToken(token: string): Promise<{ principalId: string; access: readonly Scope[] } | undefined> {
    return this.verify(token, "access_token");
  }

  private sign(claims: Record<string, unknown>, principalId: string, lifetime: number): Promise<string> {
    return new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(issuer)
      .setAudience(this.host)
      .setSubject(principalId)
      .setIssuedAt()
      .setNotBefore("-5s")
      .setExpirationTime(`${lifetime}s`)
      .sign(this.secret());
  }

  private async verify(
    token: string,
    kind: string,
  ): Promise<{ principalId: string; access: readonly Scope[] } | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secret(), {
        issuer,
        audience: this.host,
        algorithms: ["HS256"],
      });
      if (payload.grant_type !== kind || !payload.sub) return undefined;
      return { principalId: payload.sub, access: (payload.access as Scope[] | undefined) ?? [] };
    } catch {
      return undefined;
    }
  }
}
