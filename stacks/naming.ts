import { resourceGroupName, signingVaultName } from "../model/physical-names";
import { settings } from "./settings";

/** Physical names: the organisation first, then what it is for. */
export const names = {
  resourceGroup: (environment: string) => resourceGroupName(settings, environment),
  workspace: `${settings.organization}-logs`,
  virtualNetwork: `${settings.organization}-vnet`,
  signingVault: signingVaultName(settings),
};

/** Tags of every resource. */
export function tagsFor(environment: string): { [name: string]: string } {
  return { ...settings.tags, environment };
}
