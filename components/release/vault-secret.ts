import * as authorization from "@pulumi/azure-native/authorization";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { assignmentName } from "../../model/access/names";
import { roleDefinitionId, roleGuids } from "../../model/access/roles";
import { passwordSecret } from "../../model/release/password-vault";
import type { TokenPassword } from "../airlock-resources";
import type { ReleaseVaultArgs } from "./args";
import type { Variables } from "./environment";
import type { Identity } from "./identity";
import type { Pair } from "./pair";

/** The registry password as a secret of a key vault, which the stage's account reads, and nothing else there. */
export function registerVaultSecret(
  { name, args, parent, signIn }: Pair,
  { vaultId, vaultName, resourceGroupName }: ReleaseVaultArgs,
  { principal }: Identity,
  { password }: TokenPassword,
): Variables {
  const secretName = passwordSecret(args, args.expires);
  const secret = new keyvault.Secret(
    name,
    {
      vaultName,
      resourceGroupName,
      secretName,
      properties: {
        value: password,
        contentType: "text/plain",
        attributes: { enabled: true, expires: Math.floor(Date.parse(args.expires) / 1000) },
      },
    },
    { parent },
  );
  const scope = `${vaultId}/secrets/${secretName}`;
  const roleId = roleDefinitionId(args.subscriptionId, roleGuids.secretsUser);
  new authorization.RoleAssignment(
    `${name}-secret`,
    {
      roleAssignmentName: principal.objectId.apply((id) => assignmentName(scope, id, roleId)),
      scope,
      principalId: principal.objectId,
      principalType: authorization.PrincipalType.ServicePrincipal,
      roleDefinitionId: roleId,
    },
    pulumi.mergeOptions(signIn, { dependsOn: secret }),
  );
  // The whole of the properties counts as secret, since the password went in by them.
  const address = pulumi.unsecret(secret.properties.apply(({ secretUri }) => secretUri));
  return { REGISTRY_PASSWORD_SECRET: address };
}
