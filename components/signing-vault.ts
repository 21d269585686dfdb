import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { keyVault, type KeyVaultArgs, keyVaultSurroundings } from "./key-vault";

export interface SigningVaultArgs extends KeyVaultArgs {
  /** Name of the cosign key. */
  keyName: string;
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
    const refuse = (why: string) => new pulumi.ResourceError(`SigningVault "${name}": ${why}`, this);
    const vault = keyVault(name, args, keyvault.SkuName.Premium, this);
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
    this.vaultUri = keyVaultSurroundings(name, vault, args, { component: this, refuse });
    this.vaultId = vault.id;
    this.keyUriWithVersion = key.keyUriWithVersion;
    this.registerOutputs({
      vaultId: this.vaultId,
      vaultUri: this.vaultUri,
      keyUriWithVersion: this.keyUriWithVersion,
    });
  }
}
