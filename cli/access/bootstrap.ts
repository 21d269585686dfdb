import { customRoleDefinition, platformCondition, platformRole } from "../../model/access/custom-roles";
import { assignmentName } from "../../model/access/names";
import { roleDefinitionId, roleGuids } from "../../model/access/roles";
import type { SignIn } from "../../model/access/sign-ins";
import type { AccessGraph, Credential, RoleAssignment } from "../../model/access/types";
import { gitHubEnvironmentSubject, gitHubIssuer } from "../../model/federated-subject";
import { platformName } from "../../model/physical-names";
import { registriesOn } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { otherRoles } from "../poc";
import { mockId } from "./mocks";

/**
 * Adds what an administrator grants by hand before the first `pulumi up`, which no program registers: the platform
 * identity, its role and its narrowed right to assign roles. It makes the applications and groups, so it administers them.
 */
export function withBootstrap(graph: AccessGraph, settings: Settings, poc?: Settings): AccessGraph {
  const { organization, subscriptionId } = settings;
  const name = platformName(organization);
  const declared = graph.principals.find((principal) => principal.name === name);
  const platform = declared ?? { id: mockId("ServicePrincipal", name), name, kind: "application" as const };
  const role = customRoleDefinition(
    subscriptionId,
    organization,
    platformRole(organization, poc !== undefined),
  );
  const modes = registriesOn(settings.path).map(({ mode }) => mode);
  const scope = `/subscriptions/${subscriptionId}`;
  const grant = (roleGuid: string, condition?: string): RoleAssignment => ({
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${assignmentName(
      scope,
      platform.id,
      roleDefinitionId(subscriptionId, roleGuid),
    )}`,
    principalId: platform.id,
    roleGuid,
    scope,
    ...(condition === undefined ? {} : { condition }),
  });
  const signIn: Credential = {
    ...bootstrapSignIns(settings)[name],
    principalId: platform.id,
    kind: "federated",
    name: "github-environment",
    stated: true,
  };
  return {
    ...graph,
    principals: declared ? graph.principals : [...graph.principals, platform],
    roles: [...graph.roles, role],
    assignments: [
      ...graph.assignments,
      grant(role.guid),
      grant(
        roleGuids.accessControlAdministrator,
        platformCondition(subscriptionId, organization, modes, otherRoles(settings, poc)),
      ),
    ],
    credentials: [...(graph.credentials ?? []), signIn],
    directoryAdministrators: [...(graph.directoryAdministrators ?? []), platform.id],
  };
}

/** How the platform identity signs in: no configuration states it, since an administrator makes it. */
export function bootstrapSignIns({ organization, github }: Settings): Record<string, SignIn> {
  const subject = gitHubEnvironmentSubject(github, "platform");
  return { [platformName(organization)]: { issuer: gitHubIssuer, subject } };
}

/** What an administrator grants the platform identity by hand, in a form that `az role` takes. */
export interface Bootstrap {
  readonly identity: string;
  readonly scope: string;
  /** Definition of the custom role, as `az role definition create` wants it. */
  readonly role: object;
  /** Narrows its Role Based Access Control Administrator to the matrix's roles (version 2.0). */
  readonly administratorCondition: string;
}

export function bootstrapOf(settings: Settings, poc?: Settings): Bootstrap {
  const { organization, subscriptionId, path } = settings;
  const { displayName, description, actions, dataActions } = platformRole(organization, poc !== undefined);
  const scope = `/subscriptions/${subscriptionId}`;
  const modes = registriesOn(path).map(({ mode }) => mode);
  return {
    identity: platformName(organization),
    scope,
    role: {
      Name: displayName,
      Description: description,
      Actions: actions,
      DataActions: dataActions,
      AssignableScopes: [scope],
    },
    administratorCondition: platformCondition(subscriptionId, organization, modes, otherRoles(settings, poc)),
  };
}
