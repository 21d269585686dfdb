import * as authorization from "@pulumi/azure-native/authorization";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { assignmentName } from "../model/access/names";
import { releaseActions } from "../model/access/release-access";
import { roleDefinitionId, roleGuids } from "../model/access/roles";
import { isRepository } from "../model/image-reference";
import { TokenPassword } from "./airlock-resources";
import type { ReleaseRegistryArgs, ReleaseVaultArgs } from "./release/args";
import { withoutTraces } from "./without-traces";

export interface RegistryPasswordArgs {
  /** Why a password is needed at all, in one sentence. */
  reason: string;
  /** Repositories that are pulled, by their exact names. */
  repositories: string[];
  /** When the password ends, in UTC: 30 days ahead at most. */
  expires: string;
  /** Another number makes a new password, while the one before it goes on working. */
  rotation: number;
  /** Subscription that role definitions are named in. */
  subscriptionId: string;
  /** The registry that is pulled from. */
  registry: ReleaseRegistryArgs;
  /** The vault that the password is kept in, and nowhere else. */
  vault: ReleaseVaultArgs;
  /** Object id of the service principal that reads the secret, and nothing else there. */
  readerId: pulumi.Input<string>;
}

/**
 * A password for a client that can't sign in without one: of a token that pulls some repositories. It is a secret of a key
 * vault; a new one becomes the secret's next version, and the former works until it ends by itself.
 */
export class RegistryPassword extends pulumi.ComponentResource {
  /** User name at the registry. */
  public readonly tokenName: pulumi.Output<string>;
  /** Address of the secret, without a version: the newest is read. */
  public readonly secretUri: pulumi.Output<string>;
  /** When the password ends. */
  public readonly expires: pulumi.Output<string>;

  constructor(name: string, args: RegistryPasswordArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:RegistryPassword", name, args, opts);
    const stray = args.repositories.find((repository) => !isRepository(repository));
    if (args.repositories.length === 0 || stray !== undefined) {
      const what = stray === undefined ? "repositories is empty" : `"${stray}" is not a repository`;
      throw new pulumi.ResourceError(`RegistryPassword "${name}": ${what}. Name each one`, this);
    }
    const { password, secret } = withoutTraces(() => {
      const made = tokenPassword(name, args, this);
      return { password: made, secret: secretOf(name, args, made, this) };
    });
    this.tokenName = pulumi.output(name);
    // The whole of the properties counts as secret, since the password went in by them.
    this.secretUri = pulumi.unsecret(secret.properties.apply(({ secretUri }) => secretUri));
    this.expires = password.expires;
    this.registerOutputs({ tokenName: this.tokenName, secretUri: this.secretUri, expires: this.expires });
  }
}

function tokenPassword(
  name: string,
  { reason, repositories, expires, rotation, registry }: RegistryPasswordArgs,
  parent: pulumi.Resource,
): TokenPassword {
  const { registryId, registryName, resourceGroupName, loginServer } = registry;
  const inRegistry = { resourceGroupName, registryName };
  const scopeMap = new containerregistry.ScopeMap(
    name,
    {
      ...inRegistry,
      scopeMapName: name,
      description: reason,
      actions: releaseActions(true, repositories),
    },
    { parent },
  );
  const token = new containerregistry.Token(
    name,
    {
      ...inRegistry,
      tokenName: name,
      scopeMapId: scopeMap.id,
      status: containerregistry.TokenStatus.Enabled,
    },
    { parent },
  );
  const args = { registryId, loginServer, tokenName: name, expires, rotation, ended: false };
  return new TokenPassword(name, args, { parent, dependsOn: token });
}

/** The secret, which is written once the registry has accepted the password, and who reads it. */
function secretOf(
  name: string,
  { expires, subscriptionId, vault, readerId }: RegistryPasswordArgs,
  { password }: TokenPassword,
  parent: pulumi.Resource,
): keyvault.Secret {
  const { vaultId, vaultName, resourceGroupName } = vault;
  const attributes = { enabled: true, expires: Math.floor(Date.parse(expires) / 1000) };
  const properties = { value: password, contentType: "text/plain", attributes };
  const secret = new keyvault.Secret(
    name,
    { vaultName, resourceGroupName, secretName: name, properties },
    { parent },
  );
  const scope = `${vaultId}/secrets/${name}`;
  const roleId = roleDefinitionId(subscriptionId, roleGuids.secretsUser);
  new authorization.RoleAssignment(
    `${name}-secret`,
    {
      roleAssignmentName: pulumi.output(readerId).apply((id) => assignmentName(scope, id, roleId)),
      scope,
      principalId: readerId,
      principalType: authorization.PrincipalType.ServicePrincipal,
      roleDefinitionId: roleId,
    },
    { parent, dependsOn: secret, deleteBeforeReplace: true },
  );
  return secret;
}
