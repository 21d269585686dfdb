import { customRoleDefinition, platformCondition, platformRole } from "../../model/access/custom-roles";
import { assignmentName } from "../../model/access/names";
import { roleDefinitionId, roleGuids } from "../../model/access/roles";
import type { AccessGraph, RoleAssignment } from "../../model/access/types";
import type { Settings } from "../../model/settings";
import { mockId } from "./mocks";

/** Name of the identity that brings the stacks up. */
export function platformName(organization: string): string {
  return `sp-${organization}-platform`;
}

/**
 * Adds what an administrator grants by hand before the first `pulumi up`, which no program registers: the platform
 * identity, its role and its narrowed right to assign roles. It makes the applications and groups, so it administers them.
 */
export function withBootstrap(graph: AccessGraph, settings: Settings): AccessGraph {
  const { organization, subscriptionId } = settings;
  const name = platformName(organization);
  const declared = graph.principals.find((principal) => principal.name === name);
  const platform = declared ?? { id: mockId("ServicePrincipal", name), name, kind: "application" as const };
  const role = customRoleDefinition(subscriptionId, organization, platformRole(organization));
  const modes = settings.path.environments.map(({ mode }) => mode);
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
  return {
    ...graph,
    principals: declared ? graph.principals : [...graph.principals, platform],
    roles: [...graph.roles, role],
    assignments: [
      ...graph.assignments,
      grant(role.guid),
      grant(roleGuids.accessControlAdministrator, platformCondition(subscriptionId, organization, modes)),
    ],
    directoryAdministrators: [...(graph.directoryAdministrators ?? []), platform.id],
  };
}
