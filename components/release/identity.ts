import * as authorization from "@pulumi/azure-native/authorization";
import * as azuread from "@pulumi/azuread";
import { assignmentName } from "../../model/access/names";
import { releaseRole } from "../../model/access/release-access";
import { roleDefinitionId } from "../../model/access/roles";
import { entraAudience, gitHubIssuer } from "../../model/federated-subject";
import type { Pair } from "./pair";

/** An account in Entra ID. */
export interface Identity {
  readonly application: azuread.Application;
  readonly principal: azuread.ServicePrincipal;
}

/** The account of GitHub's jobs: once the stage ends, it is disabled and has neither credential nor role. */
export function registerIdentity(pair: Pair): Identity {
  const { name, args, open, parent, credential, signIn } = pair;
  const application = new azuread.Application(
    name,
    {
      displayName: pair.gitHubAccount,
      description: `Release ${args.version} in ${args.environment}: signs in from the GitHub environment ${args.tag}.`,
      signInAudience: "AzureADMyOrg",
      // Its name says whose it is: another one of that name is somebody else's, or was lost by a run that was killed.
      preventDuplicateNames: true,
    },
    { parent },
  );
  const principal = new azuread.ServicePrincipal(
    `${name}-principal`,
    { clientId: application.clientId, appRoleAssignmentRequired: false, accountEnabled: open },
    // Disabling waits for nothing of GitHub's.
    open ? signIn : credential,
  );
  if (!open) return { application, principal };
  for (const key of Object.keys(args.gitHub.federatedSubjects).sort()) {
    new azuread.ApplicationFederatedIdentityCredential(
      `${name}-${key}`,
      {
        applicationId: application.id,
        displayName: key,
        issuer: gitHubIssuer,
        subject: args.gitHub.federatedSubjects[key],
        audiences: [entraAudience],
      },
      signIn,
    );
  }
  registerAssignment(pair, principal);
  return { application, principal };
}

function registerAssignment({ name, args, signIn }: Pair, { objectId }: azuread.ServicePrincipal): void {
  const { guid, condition } = releaseRole(args.protected, args.repositories);
  const roleId = roleDefinitionId(args.subscriptionId, guid);
  const scope = args.registry.registryId;
  new authorization.RoleAssignment(
    name,
    {
      roleAssignmentName: objectId.apply((id) => assignmentName(scope, id, roleId)),
      scope,
      principalId: objectId,
      principalType: authorization.PrincipalType.ServicePrincipal,
      roleDefinitionId: roleId,
      condition,
      conditionVersion: "2.0",
    },
    // Azure allows one assignment of a role to a principal on a scope, so the old one has to go first.
    { ...signIn, deleteBeforeReplace: true },
  );
}
