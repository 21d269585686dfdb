import * as authorization from "@pulumi/azure-native/authorization";
import { type CustomRole, customRoleGuid } from "../model/access/custom-roles";
import { settings } from "./settings";

/** Defines the roles of our own. @param assignableScopes ARM ids of where they can be assigned; the first one defines them */
export function defineRoles(
  roles: readonly CustomRole[],
  assignableScopes: string[],
): authorization.RoleDefinition[] {
  return roles.map((role) => {
    const guid = customRoleGuid(settings.subscriptionId, settings.organization, role.key);
    return new authorization.RoleDefinition(`role-${role.key}`, {
      roleDefinitionId: guid,
      roleName: role.displayName,
      description: role.description,
      roleType: "CustomRole",
      scope: `/subscriptions/${settings.subscriptionId}`,
      assignableScopes,
      permissions: [
        {
          actions: [...role.actions],
          notActions: [],
          dataActions: [...role.dataActions],
          notDataActions: [],
        },
      ],
    });
  });
}
