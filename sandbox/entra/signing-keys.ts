import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import {
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTPayload,
  type KeyLike,
} from "jose";
import { createPublicKey } from "node:crypto";
import { writeFileAtomically } from "../json-store";

/** The key pair of one issuer, kept on disk: tokens outlive a restart. */
export class SigningKeys {
  private constructor(
    readonly issuer: string,
    private readonly privateKey: KeyLike,
    private readonly publicKey: KeyLike,
    private readonly keyId: string,
  ) {}

  static async load(directory: string, name: string, issuer: string): Promise<SigningKeys> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = path.join(directory, `${name}.pem`);
    if (!existsSync(file)) {
      const made = await generateKeyPair("RS256", { extractable: true });
      writeFileAtomically(file, await exportPKCS8(made.privateKey));
    }
    const pem = readFileSync(file, "utf8");
    const privateKey = await importPKCS8(pem, "RS256");
    return new SigningKeys(issuer, privateKey, createPublicKey(pem), `${name}-1`);
  }

  /** A token that is valid for `seconds`. @param issuer another one that these keys stand in for */
  sign(claims: JWTPayload, seconds: number, issuer = this.issuer): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: this.keyId })
      .setIssuer(issuer)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + seconds)
      .sign(this.privateKey);
  }

  /** The claims of a token of this issuer; undefined when signature, issuer, time or audience is wrong. */
  async verify(
    token: string,
    audience?: (audience: string) => boolean,
    issuer = this.issuer,
  ): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.publicKey, {
        issuer,
        algorithms: ["RS256"],
        clockTolerance: 5,
      });
      const audiences = [payload.aud ?? []].flat();
      return audience === undefined || audiences.some(audience) ? payload : undefined;
    } catch {
      return undefined;
    }
  }

  /** The public half, as a JSON Web Key Set. */
  async jwks(): Promise<{ keys: JWK[] }> {
    return { keys: [{ ...(await exportJWK(this.publicKey)), kid: this.keyId, alg: "RS256", use: "sig" }] };
  }
}
