import type { CellGrant } from "../access/matrix";
import { roleGuids } from "../access/roles";
import { secretsVaultId } from "../physical-names";
import { instant } from "../release/instant";
import type { PocPassword, Settings } from "../settings";

const day = 24 * 60 * 60_000;
/** What the pack lets a registry token's password live; what was asked for is 90. */
export const longestPasswordDays = 30;

/** Which password of a client is due, and when it ends. */
export interface PasswordDue {
  /** Counts up with each password. */
  readonly rotation: number;
  readonly expires: string;
}

/**
 * Each password is followed by the next one when two thirds of its life are over, so the last third is there to change over:
 * the update that comes first in that time makes the new one, and the former works on until its own end.
 */
export function passwordDue({ from, days }: Pick<PocPassword, "from" | "days">, now: Date): PasswordDue {
  const life = days * day;
  const step = (life * 2) / 3;
  const rotation = Math.max(0, Math.floor((now.getTime() - Date.parse(from)) / step));
  return { rotation, expires: instant(new Date(Date.parse(from) + rotation * step + life)) };
}

/** ARM id of the secret that a client's password is in, whichever password it is. */
export function passwordSecretId(settings: Settings, name: string): string {
  return `${secretsVaultId(settings)}/secrets/${name}`;
}

/** Reading one secret, for the identity that hands it to the client. */
export interface PasswordGrant extends Omit<CellGrant, "target"> {
  readonly target: { readonly kind: "secret"; readonly environment: string };
}

/** What the stack of a proof of concept assigns for its passwords; a secret counts as a place of its own. */
export function passwordGrants({ poc }: Settings): PasswordGrant[] {
  return Object.entries(poc?.passwords ?? {}).map(([name, { identity, environment }]) => ({
    role: { kind: "builtIn", guid: roleGuids.secretsUser, name: "Key Vault Secrets User" },
    identity,
    column: environment,
    target: { kind: "secret", environment: name },
  }));
}
