import * as keyvault from "@pulumi/azure-native/keyvault";
import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { vaultEvents } from "../model/azure/events";
import { privateEndpoint, type PrivateNetworkArgs } from "./private-endpoint";

/** What a vault is made from, whichever component makes it. */
export interface KeyVaultArgs {
  /** Name of the vault: 3–24 letters, digits and dashes, unique in all of Azure. */
  vaultName: string;
  /** Resource group that holds the vault. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** Entra tenant that may sign in. */
  tenantId: pulumi.Input<string>;
  /** Log Analytics workspace that receives the vault's audit events. */
  workspaceId: pulumi.Input<string>;
  /** Where its private endpoint stands: nothing else reaches the vault but trusted services of Azure. */
  endpoint: PrivateNetworkArgs;
  /** Tags of the vault. */
  tags: { [name: string]: string };
}

/** A vault that takes roles alone and can't be purged; its deletion can be undone for 90 days. */
export function keyVault(
  name: string,
  args: KeyVaultArgs,
  sku: keyvault.SkuName,
  parent: pulumi.Resource,
): keyvault.Vault {
  return new keyvault.Vault(
    name,
    {
      vaultName: args.vaultName,
      resourceGroupName: args.resourceGroupName,
      location: args.location,
      properties: {
        tenantId: args.tenantId,
        sku: { family: keyvault.SkuFamily.A, name: sku },
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
        enableSoftDelete: true,
        softDeleteRetentionInDays: 90,
        publicNetworkAccess: "Disabled",
        networkAcls: {
          defaultAction: keyvault.NetworkRuleAction.Deny,
          bypass: keyvault.NetworkRuleBypassOptions.AzureServices,
        },
      },
      tags: args.tags,
    },
    { parent, protect: true },
  );
}

/** The vault's events go to the workspace, and its private endpoint is the way to it. @returns its address */
export function keyVaultSurroundings(
  name: string,
  vault: keyvault.Vault,
  { workspaceId, endpoint, resourceGroupName, tags }: KeyVaultArgs,
  { component, refuse }: { component: pulumi.Resource; refuse: (why: string) => Error },
): pulumi.Output<string> {
  new monitor.DiagnosticSetting(
    `${name}-logs`,
    {
      name: "to-workspace",
      resourceUri: vault.id,
      workspaceId,
      logs: vaultEvents.map((category) => ({ category, enabled: true })),
      metrics: [{ category: "AllMetrics", enabled: true }],
    },
    { parent: component },
  );
  privateEndpoint(
    name,
    endpoint,
    { resourceId: vault.id, group: "vault", resourceGroupName, tags },
    component,
  );
  return vault.properties.apply(({ vaultUri }) => {
    if (vaultUri !== undefined) return vaultUri;
    throw refuse("Azure gave the vault no address");
  });
}
