import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { JsonStore } from "../json-store";
import { idKey } from "./arm-id";

export interface PasswordRecord {
  readonly name: string;
  /** SHA-256 of the password, hexadecimal: the password itself is shown once and kept nowhere. */
  readonly hash: string;
  readonly creationTime: string;
  readonly expiry?: string;
}

/** Passwords of registry tokens, as `generateCredentials` makes them. */
export class TokenPasswords {
  constructor(private readonly store: JsonStore<readonly PasswordRecord[]>) {}

  /** Replaces the passwords of the given names; answers with the new ones in the clear. */
  generate(
    tokenId: string,
    names: readonly string[],
    now: string,
    expiry?: string,
  ): { name: string; value: string; creationTime: string; expiry?: string }[] {
    const kept = (this.store.get(idKey(tokenId)) ?? []).filter(({ name }) => !names.includes(name));
    const made = names.map((name) => ({
      name,
      value: randomBytes(32).toString("base64url"),
      creationTime: now,
      ...(expiry === undefined ? {} : { expiry }),
    }));
    const records = made.map(({ value, ...rest }) => ({ ...rest, hash: hashOf(value).toString("hex") }));
    this.store.set(idKey(tokenId), [...kept, ...records]);
    return made;
  }

  /** What may be known of a token's passwords. */
  list(tokenId: string): Omit<PasswordRecord, "hash">[] {
    return (this.store.get(idKey(tokenId)) ?? []).map(({ hash: _hash, ...known }) => known);
  }

  /** Ends the passwords of other names. */
  keep(tokenId: string, names: readonly string[]): void {
    const kept = this.store.get(idKey(tokenId)) ?? [];
    this.store.set(
      idKey(tokenId),
      kept.filter(({ name }) => names.includes(name)),
    );
  }

  matches(tokenId: string, password: string, now: Date): boolean {
    const hash = hashOf(password);
    return (this.store.get(idKey(tokenId)) ?? []).some(
      (record) =>
        (record.expiry === undefined || new Date(record.expiry) > now) &&
        timingSafeEqual(Buffer.from(record.hash, "hex"), hash),
    );
  }

  forget(tokenId: string): void {
    this.store.delete(idKey(tokenId));
  }
}

function hashOf(password: string): Buffer {
  return createHash("sha256").update(password).digest();
}
