import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { keyVault, type KeyVaultArgs, keyVaultSurroundings } from "./key-vault";

/** Key vault for credentials that can't be avoided, apart from the one that signs; nobody has a role on it unless somebody assigns one. */
export class SecretsVault extends pulumi.ComponentResource {
  /** ARM id of the vault. */
  public readonly vaultId: pulumi.Output<string>;
  /** Address of the vault, e.g. `https://<vault>.vault.azure.net/`. */
  public readonly vaultUri: pulumi.Output<string>;

  constructor(name: string, args: KeyVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:SecretsVault", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`SecretsVault "${name}": ${why}`, this);
    const vault = keyVault(name, args, keyvault.SkuName.Standard, this);
    this.vaultUri = keyVaultSurroundings(name, vault, args, { component: this, refuse });
    this.vaultId = vault.id;
    this.registerOutputs({ vaultId: this.vaultId, vaultUri: this.vaultUri });
  }
}
