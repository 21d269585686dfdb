import type { Naming } from "../physical-names";
import { registryAccount, stageOfRegistryAccount, type ReleaseStage } from "./names";
import type { PasswordVault } from "./release";

/** ARM id of the vault that registry passwords are handed to. It is there before any release. */
export function passwordVaultId(
  { subscriptionId }: Pick<Naming, "subscriptionId">,
  { resourceGroup, name }: PasswordVault,
): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`;
}

/**
 * Name of the secret with one password of a stage: `v0-0-1-qa-acr-sa-20261128100000`, with the password's end. A deleted secret
 * keeps its name for months, so the next password has another one.
 */
export function passwordSecret(stage: ReleaseStage, expires: string): string {
  return `${registryAccount(stage)}-${expires.replace(/\D/g, "")}`;
}

/** The stage whose password a secret holds; undefined for a name of somebody else's. */
export function stageOfPasswordSecret(name: string): ReleaseStage | undefined {
  const [, account = ""] = /^(.+)-\d{14}$/.exec(name) ?? [];
  return stageOfRegistryAccount(account);
}
