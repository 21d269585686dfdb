import * as containerregistry from "@pulumi/azure-native/containerregistry";
import { releaseActions } from "../../model/access/release-access";
import { RevocationProof, TokenPassword } from "../airlock-resources";
import type { Identity } from "./identity";
import type { Pair } from "./pair";

/** The registry's token and its password. */
export function registerToken({
  name,
  args,
  registryAccount,
  open,
  parent,
  credential,
}: Pair): TokenPassword {
  const { registryId, registryName, resourceGroupName, loginServer } = args.registry;
  const inRegistry = { resourceGroupName, registryName };
  const scopeMap = new containerregistry.ScopeMap(
    name,
    {
      ...inRegistry,
      scopeMapName: registryAccount,
      description: `Release ${args.version} in ${args.environment}`,
      actions: releaseActions(args.protected, args.repositories),
    },
    { parent },
  );
  const token = new containerregistry.Token(
    name,
    {
      ...inRegistry,
      tokenName: registryAccount,
      scopeMapId: scopeMap.id,
      status: open ? containerregistry.TokenStatus.Enabled : containerregistry.TokenStatus.Disabled,
    },
    credential,
  );
  return new TokenPassword(
    name,
    {
      registryId,
      loginServer,
      tokenName: registryAccount,
      expires: args.expires,
      rotation: args.rotation ?? 0,
      ended: !open,
    },
    { parent, dependsOn: token },
  );
}

/** Of a closed stage: that neither account lets anybody in. */
export function registerProof(
  { name, args, registryAccount, parent }: Pair,
  { application, principal }: Identity,
  { password, createdAt, expires, acceptedAt }: TokenPassword,
): RevocationProof {
  const { registryId, loginServer } = args.registry;
  return new RevocationProof(
    name,
    {
      registryId,
      loginServer,
      tokenName: registryAccount,
      password,
      passwordCreatedAt: createdAt,
      passwordExpires: expires,
      acceptedAt,
      applicationId: application.objectId,
      servicePrincipalId: principal.objectId,
      scopes: args.vault === undefined ? [registryId] : [registryId, args.vault.vaultId],
    },
    { parent },
  );
}
