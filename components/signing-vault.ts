import * as keyvault from "@pulumi/azure-native/keyvault";
import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { vaultEvents } from "../model/azure/events";
import { privateEndpoint, type PrivateNetworkArgs } from "./private-endpoint";

export interface SigningVaultArgs {
  /** Name of the vault: 3–24 letters, digits and dashes, unique in all of Azure. */
  vaultName: string;
  /** Name of the cosign key. */
  keyName: string;
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

/** Premium key vault with the P-256 key that signs images; its deletion can be undone for 90 days, by nobody sooner. */
export class SigningVault extends pulumi.ComponentResource {
  /** ARM id of the vault. */
  public readonly vaultId: pulumi.Output<string>;
  /** Address of the vault, e.g. `https://<vault>.vault.azure.net/`. */
  public readonly vaultUri: pulumi.Output<string>;
  /** Address of this version of the key: a later version doesn't verify older signatures, so pin it. */
  public readonly keyUriWithVersion: pulumi.Output<string>;

  constructor(name: string, args: SigningVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:SigningVault", name, args, opts);
    const vault = new keyvault.Vault(
      name,
      {
        vaultName: args.vaultName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        properties: {
          tenantId: args.tenantId,
          sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Premium },
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
      { parent: this, protect: true },
    );
    const key = new keyvault.Key(
      `${name}-key`,
      {
        keyName: args.keyName,
        vaultName: vault.name,
        resourceGroupName: args.resourceGroupName,
        properties: {
          kty: keyvault.JsonWebKeyType.EC,
          curveName: keyvault.JsonWebKeyCurveName.P_256,
          keyOps: [keyvault.JsonWebKeyOperation.Sign, keyvault.JsonWebKeyOperation.Verify],
        },
        tags: args.tags,
      },
      { parent: this, protect: true },
    );
    new monitor.DiagnosticSetting(
      `${name}-logs`,
      {
        name: "to-workspace",
        resourceUri: vault.id,
        workspaceId: args.workspaceId,
        logs: vaultEvents.map((category) => ({ category, enabled: true })),
        metrics: [{ category: "AllMetrics", enabled: true }],
      },
      { parent: this },
    );

    const { resourceGroupName, tags } = args;
    privateEndpoint(
      name,
      args.endpoint,
      { resourceId: vault.id, group: "vault", resourceGroupName, tags },
      this,
    );

    this.vaultId = vault.id;
    this.vaultUri = vault.properties.apply(({ vaultUri }) => {
      if (vaultUri !== undefined) return vaultUri;
      throw new pulumi.ResourceError(`SigningVault "${name}": Azure gave the vault no address`, this);
    });
    this.keyUriWithVersion = key.keyUriWithVersion;
    this.registerOutputs({
      vaultId: this.vaultId,
      vaultUri: this.vaultUri,
      keyUriWithVersion: this.keyUriWithVersion,
    });
  }
}
