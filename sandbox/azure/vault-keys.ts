import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { writeFileAtomically } from "../json-store";
import { signDigest, verifyDigest } from "./p256";

/** The public half of a key, as Key Vault shows it. */
export interface PublicKey {
  readonly version: string;
  readonly x: string;
  readonly y: string;
}

/** Signing keys of the vaults. Private halves stay in this directory, readable by the owner alone. */
export class VaultKeys {
  constructor(private readonly directory: string) {}

  /** Makes a P-256 key when there is none of the name. */
  ensure(vault: string, name: string): { version: string } {
    const existing = this.versions(vault, name)[0];
    if (existing) return { version: existing };
    const version = randomUUID().replaceAll("-", "");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    mkdirSync(this.folder(vault, name), { recursive: true, mode: 0o700 });
    writeFileAtomically(this.file(vault, name, version), privateKey.export({ type: "pkcs8", format: "pem" }));
    return { version };
  }

  /** The current version without one named; undefined when there is no such key. */
  publicKey(vault: string, name: string, version?: string): PublicKey | undefined {
    const found = this.find(vault, name, version);
    if (!found) return undefined;
    const { x, y } = createPublicKey(found.key).export({ format: "jwk" }) as { x: string; y: string };
    return { version: found.version, x, y };
  }

  /** ES256 over a SHA-256 digest: r and s, 32 bytes each. */
  sign(vault: string, name: string, version: string, digest: Buffer): Buffer | undefined {
    const found = this.find(vault, name, version);
    if (!found) return undefined;
    const { d } = found.key.export({ format: "jwk" }) as { d: string };
    return signDigest(Buffer.from(d, "base64url"), digest);
  }

  /** Whether a signature is that key's over the digest; undefined when there is no such key. */
  verify(
    vault: string,
    name: string,
    version: string,
    digest: Buffer,
    signature: Buffer,
  ): boolean | undefined {
    const found = this.publicKey(vault, name, version);
    if (!found) return undefined;
    const [x, y] = [found.x, found.y].map((coordinate) => Buffer.from(coordinate, "base64url"));
    return verifyDigest({ x, y }, digest, signature);
  }

  remove(vault: string, name: string): void {
    rmSync(this.folder(vault, name), { recursive: true, force: true });
  }

  private find(
    vault: string,
    name: string,
    wanted?: string,
  ): { version: string; key: KeyObject } | undefined {
    const version = this.versions(vault, name).find(
      (candidate) => wanted === undefined || candidate === wanted,
    );
    if (!version) return undefined;
    return { version, key: createPrivateKey(readFileSync(this.file(vault, name, version), "utf8")) };
  }

  private versions(vault: string, name: string): string[] {
    try {
      const files = readdirSync(this.folder(vault, name));
      return files.filter((file) => file.endsWith(".pem")).map((file) => file.slice(0, -".pem".length));
    } catch {
      return [];
    }
  }

  private folder(vault: string, name: string): string {
    return path.join(this.directory, vault.toLowerCase(), name.toLowerCase());
  }

  private file(vault: string, name: string, version: string): string {
    return path.join(this.folder(vault, name), `${version}.pem`);
  }
}
