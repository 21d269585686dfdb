import { builtInRoles } from "../../../model/access/roles";
import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { ResourceType } from "../resource-type";
import { guidPattern, stringsAt } from "./rules";
import { textOf } from "../../text";

export const roleDefinition: ResourceType = {
  token: "azure-native:authorization:RoleDefinition",
  armType: "Microsoft.Authorization/roleDefinitions",
  apiVersion: "2022-05-01-preview",
  path: ["scope", "roleDefinitionId"],
  shape: "flat",
  computed: ["name", "type", "createdBy", "createdOn", "updatedBy", "updatedOn"],
  validate(body, id, context) {
    if (!guidPattern.test(id.name)) {
      throw badRequest("InvalidRoleDefinitionId", `The role definition ID '${id.name}' must be a GUID.`);
    }
    const name = body.properties.roleName;
    if (typeof name !== "string" || name === "") {
      throw badRequest("RoleDefinitionNameRequired", `The role definition '${id.name}' has no roleName.`);
    }
    const sameName =
      builtInRoles.some((role) => role.name.toLowerCase() === name.toLowerCase()) ||
      context
        .resourcesOf(roleDefinition.armType)
        .some(
          (other) =>
            textOf(other.properties.roleName).toLowerCase() === name.toLowerCase() &&
            idKey(other.id) !== idKey(id.text),
        );
    if (sameName) {
      throw conflict(
        "RoleDefinitionWithSameNameExists",
        `The custom role cannot be created. A custom role with the same name already exists in this directory. Use a different name: '${name}'.`,
      );
    }
    if (objectsAt(body.properties, "permissions").length === 0) {
      throw badRequest(
        "RoleDefinitionPermissionsRequired",
        `The role definition '${name}' has no permissions.`,
      );
    }
  },
  complete(body, id, context, existing) {
    const scopes = stringsAt(body.properties, "assignableScopes");
    return {
      ...body,
      properties: {
        roleType: "CustomRole",
        ...body.properties,
        assignableScopes: scopes.length > 0 ? scopes : [id.parent],
        createdBy: existing?.properties.createdBy ?? context.caller.objectId,
        createdOn: existing?.properties.createdOn ?? context.now,
        updatedBy: context.caller.objectId,
        updatedOn: context.now,
      },
    };
  },
  validateDelete(id, context) {
    const users = context
      .resourcesOf("Microsoft.Authorization/roleAssignments")
      .filter((assignment) =>
        idKey(textOf(assignment.properties.roleDefinitionId)).endsWith(`/${idKey(id.name)}`),
      );
    if (users.length > 0) {
      throw badRequest(
        "RoleDefinitionHasAssignments",
        `There are existing role assignments referencing role (code: ${id.name}): ${users.length}.`,
      );
    }
  },
};
