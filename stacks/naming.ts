import { settings } from "./settings";

/** Physical names: the organisation first, then what it is for. */
export const names = {
  resourceGroup: (environment: string) => `${settings.organization}-${environment}-rg`,
  workspace: `${settings.organization}-logs`,
  virtualNetwork: `${settings.organization}-vnet`,
  signingVault: `${settings.organization}-signing-kv`,
};

/** ARM id of an environment's registry: known before it exists, as a preview needs it. */
export function registryId(environment: string, registry: string): string {
  return `/subscriptions/${settings.subscriptionId}/resourceGroups/${names.resourceGroup(environment)}/providers/Microsoft.ContainerRegistry/registries/${registry}`;
}

/** Tags of every resource. */
export function tagsFor(environment: string): { [name: string]: string } {
  return { ...settings.tags, environment };
}
