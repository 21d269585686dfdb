import { createHash } from "node:crypto";
import type {
  PasswordFacts,
  RegistryToken,
  SignIn,
  Slot,
  TokenAddress,
  Tokens,
} from "../../../provider/azure/azure";

type Password = PasswordFacts & { readonly hash: string };

export interface FakeToken {
  enabled: boolean;
  passwords: Password[];
}

/** Registry tokens in memory, on a clock of their own that goes on by a second a call. */
export class FakeTokens implements Tokens {
  readonly all = new Map<string, FakeToken>();
  /** Every password that was ever made. */
  readonly values: string[] = [];
  /** How many sign-ins a new password is still refused for. */
  late = 0;
  clock = Date.parse("2026-11-21T10:00:00Z");

  constructor(private readonly call: <T>(name: string, work: () => T) => Promise<T>) {}

  add(tokenName: string): FakeToken {
    const token: FakeToken = { enabled: true, passwords: [] };
    this.all.set(tokenName, token);
    return token;
  }

  now(): Date {
    return new Date(this.clock);
  }

  read({ tokenName }: TokenAddress): Promise<RegistryToken | undefined> {
    return this.call(`token? ${tokenName}`, () => {
      const found = this.all.get(tokenName);
      return (
        found && {
          enabled: found.enabled,
          passwords: found.passwords
            .map(({ hash: _hash, ...facts }) => facts)
            .sort((one, other) => one.slot.localeCompare(other.slot)),
        }
      );
    });
  }

  generate({ tokenName }: TokenAddress, slot: Slot, expires: string) {
    return this.call(`generate ${slot} ${tokenName}`, () => {
      const value = `secret-${this.values.length + 1}-of-${tokenName}`;
      this.values.push(value);
      const facts = { slot, createdAt: this.tick(), expires };
      const token = this.all.get(tokenName)!;
      token.passwords = [
        ...token.passwords.filter((one) => one.slot !== slot),
        { ...facts, hash: hashOf(value) },
      ];
      return { ...facts, value };
    });
  }

  keep({ tokenName }: TokenAddress, slots: readonly Slot[]): Promise<void> {
    return this.call(`keep ${slots.join(" ") || "none"} ${tokenName}`, () => {
      const token = this.all.get(tokenName)!;
      token.passwords = token.passwords.filter(({ slot }) => slots.includes(slot));
    });
  }

  signIn(host: string, tokenName: string, password: string): Promise<SignIn> {
    return this.call(`sign in ${host} ${tokenName}`, () => {
      const at = this.tick();
      const token = this.all.get(tokenName);
      const known = token?.passwords.find(({ hash }) => hash === hashOf(password));
      const lives = known !== undefined && Date.parse(known.expires!) > this.clock;
      return { accepted: lives && token!.enabled && this.late-- <= 0, at };
    });
  }

  private tick(): string {
    this.clock += 1000;
    return this.now().toISOString();
  }
}

function hashOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
