import { builtInRoles, roleGuidOf } from "../../model/access/roles";
import type { RoleDefinition } from "../../model/access/types";
import { permissionsOf } from "../../model/azure/role";
import { isRoleDefinition } from "../../model/azure/kinds";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { type Properties, propertyPath, textOf } from "../values";

/** A role that the pack knows, or how to speak of one that it doesn't. */
export type NamedRole =
  | { readonly role: RoleDefinition }
  | { readonly role: undefined; readonly called: string; readonly property: string };

/** The role of an assignment: built in, one of ours, or defined before it in the same stack. */
export function roleOf(assignment: Properties, stack: StackFacts, earlier: readonly Resource[]): NamedRole {
  const { roleDefinitionId, roleDefinitionName } = assignment;
  const find = (matches: (role: RoleDefinition) => boolean) =>
    builtInRoles.find(matches) ??
    stack.projectRoles().find(matches) ??
    definedRoles(stack, earlier).find(matches);
  if (typeof roleDefinitionId === "string") {
    const guid = roleGuidOf(roleDefinitionId);
    const role = find((candidate) => candidate.guid === guid);
    return role ? { role } : { role, called: `role ${guid}`, property: "roleDefinitionId" };
  }
  if (typeof roleDefinitionName === "string" && roleDefinitionId === undefined) {
    const wanted = roleDefinitionName.toLowerCase();
    const role = find(({ name }) => name.toLowerCase() === wanted);
    return role ? { role } : { role, called: `role "${roleDefinitionName}"`, property: "roleDefinitionName" };
  }
  return {
    role: undefined,
    called: "a role that is not known before `pulumi up`",
    property: "roleDefinitionId",
  };
}

function definedRoles(stack: StackFacts, earlier: readonly Resource[]): RoleDefinition[] {
  return earlier.flatMap((resource) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    if (!azure || !isRoleDefinition(azure)) return [];
    const definition = definedRole(azure);
    return definition.role.guid === "" || definition.unread ? [] : [definition.role];
  });
}

/** What a role definition says; `unread` names the property whose value is not known yet. */
export function definedRole({ properties, root }: AzureResource): {
  readonly role: RoleDefinition;
  readonly unread?: string;
} {
  const permissions = permissionsOf(properties.permissions);
  const role = {
    guid: roleGuidOf(textOf(properties.roleDefinitionId) ?? ""),
    name: textOf(properties.roleName) ?? "a role without a name",
    permissions: permissions ?? [],
  };
  return permissions === undefined ? { role, unread: propertyPath(root, "permissions") } : { role };
}

/** Whether a definition is exactly one of the project's own roles. */
export function isProjectRole(role: RoleDefinition, stack: StackFacts): boolean {
  const own = stack.projectRoles().find(({ guid }) => guid === role.guid);
  return own !== undefined && canonical(own) === canonical(role);
}

function canonical({ permissions }: RoleDefinition): string {
  const sorted = (list: readonly string[]) => list.map((item) => item.toLowerCase()).sort();
  return JSON.stringify(
    permissions.map(({ actions, notActions, dataActions, notDataActions }) =>
      [actions, notActions, dataActions, notDataActions].map(sorted),
    ),
  );
}
