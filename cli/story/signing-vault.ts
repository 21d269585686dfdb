import { createPublicKey, type JsonWebKey } from "node:crypto";

/** The cosign key in the vault, as one identity may use it. The private half never leaves the vault. */
export class SigningKey {
  constructor(
    /** Address of this version of the key. */
    private readonly keyUri: string,
    private readonly accessToken: string,
  ) {}

  async publicKey(): Promise<string> {
    const { key } = (await this.call("GET", "")) as { key: JsonWebKey };
    // The vault says which operations the key allows in its own words, which the parser doesn't know.
    const { kty, crv, x, y } = key;
    return createPublicKey({ key: { kty, crv, x, y }, format: "jwk" })
      .export({ type: "spki", format: "pem" })
      .toString();
  }

  /** Signs a SHA-256 hash (32 bytes); returns the ASN.1 DER form that cosign stores. */
  async sign(hash: Buffer): Promise<Buffer> {
    const { value } = (await this.call("POST", "/sign", {
      alg: "ES256",
      value: hash.toString("base64url"),
    })) as {
      value: string;
    };
    return derSignature(Buffer.from(value, "base64url"));
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.keyUri}${path}?api-version=7.4`, {
      method,
      body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${this.accessToken}`, "content-type": "application/json" },
    });
    if (!response.ok)
      throw new Error(`The signing vault answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

/** The vault returns r and s side by side (32 bytes each); X.509 tools want them as an ASN.1 sequence. */
function derSignature(raw: Buffer): Buffer {
  const integer = (half: Buffer): Buffer => {
    const start = half.findIndex((byte) => byte !== 0);
    const trimmed = start === -1 ? Buffer.from([0]) : half.subarray(start);
    const value = trimmed[0] & 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
    return Buffer.concat([Buffer.from([0x02, value.length]), value]);
  };
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
