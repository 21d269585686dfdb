import { environmentTag } from "../model/leftovers";
import {
  clusterName,
  networkName,
  resourceGroupName,
  secretsVaultName,
  signingVaultName,
} from "../model/physical-names";
import { settings } from "./settings";

/** Physical names: the organisation first, then what it is for. */
export const names = {
  resourceGroup: (environment: string) => resourceGroupName(settings, environment),
  workspace: `${settings.organization}-logs`,
  virtualNetwork: networkName(settings),
  signingVault: signingVaultName(settings),
  secretsVault: secretsVaultName(settings),
  cluster: (environment: string) => clusterName(settings, { name: environment }),
};

/** Tags of every resource. */
export function tagsFor(environment: string): { [name: string]: string } {
  return { ...settings.tags, [environmentTag]: environment };
}
