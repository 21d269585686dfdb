import { parseCondition } from "../../../model/access/condition";
import { builtInRoles } from "../../../model/access/roles";
import { badRequest, conflict } from "../arm-error";
import { idKey, isWithin } from "../arm-id";
import type { Properties, ResourceType, StoredResource, TypeContext } from "../resource-type";
import { guidPattern, stringsAt } from "./rules";
import { textOf } from "../../text";

const principalTypes = { application: "ServicePrincipal", user: "User", group: "Group" } as const;
const maximum = 4000;

export const roleAssignment: ResourceType = {
  token: "azure-native:authorization:RoleAssignment",
  armType: "Microsoft.Authorization/roleAssignments",
  apiVersion: "2022-04-01",
  path: ["scope", "roleAssignmentName"],
  shape: "flat",
  required: ["principalId", "roleDefinitionId"],
  replaceOn: ["principalId", "roleDefinitionId", "principalType"],
  computed: ["name", "type", "createdBy", "createdOn", "updatedBy", "updatedOn"],
  validate(body, id, context, existing) {
    const { properties } = body;
    if (!guidPattern.test(id.name)) {
      throw badRequest("InvalidRoleAssignmentId", `The role assignment ID '${id.name}' must be a GUID.`);
    }
    requireRole(textOf(properties.roleDefinitionId), id.parent!, context);
    requirePrincipal(properties, context);
    requireCondition(properties);
    if (existing && !sameGrant(existing.properties, properties)) throw notUpdatable();
    const others = context
      .resourcesOf(roleAssignment.armType)
      .filter((other) => idKey(other.id) !== idKey(id.text));
    // Its GUID is unique in all of Azure, wherever it stands.
    if (others.some(({ name }) => name.toLowerCase() === id.name.toLowerCase())) throw notUpdatable();
    const twin = others.find(
      (other) => scopeOf(other) === idKey(id.parent!) && sameGrant(other.properties, properties),
    );
    if (twin) {
      throw conflict(
        "RoleAssignmentExists",
        `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll("-", "")}.`,
      );
    }
    if (!existing && others.length >= maximum) {
      throw badRequest(
        "RoleAssignmentLimitExceeded",
        `No more role assignments can be created (${maximum}).`,
      );
    }
  },
  complete: (body, _id, context, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      createdBy: existing?.properties.createdBy ?? context.caller.objectId,
      createdOn: existing?.properties.createdOn ?? context.now,
      updatedBy: context.caller.objectId,
      updatedOn: context.now,
    },
  }),
};

const notUpdatable = () =>
  badRequest(
    "RoleAssignmentUpdateNotPermitted",
    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
  );

function scopeOf(assignment: StoredResource): string {
  return idKey(assignment.id).split("/providers/microsoft.authorization/roleassignments/")[0];
}

function roleGuid(properties: Properties): string {
  return idKey(textOf(properties.roleDefinitionId)).split("/").pop()!;
}

function sameGrant(a: Properties, b: Properties): boolean {
  return roleGuid(a) === roleGuid(b) && a.principalId === b.principalId;
}

function requireRole(roleDefinitionId: string, scope: string, context: TypeContext): void {
  const guid = idKey(roleDefinitionId).split("/").pop()!;
  if (builtInRoles.some((role) => role.guid === guid)) return;
  const custom = context
    .resourcesOf("Microsoft.Authorization/roleDefinitions")
    .find((definition) => definition.name.toLowerCase() === guid);
  if (!custom) {
    throw badRequest(
      "RoleDefinitionDoesNotExist",
      `The specified role definition with ID '${guid.replaceAll("-", "")}' does not exist.`,
    );
  }
  const assignable = stringsAt(custom.properties, "assignableScopes");
  if (!assignable.some((above) => isWithin(scope, above))) {
    throw badRequest(
      "RoleDefinitionNotAssignableAtScope",
      `The role '${textOf(custom.properties.roleName)}' can't be assigned at '${scope}': its assignable scopes are ${assignable.join(", ")}.`,
    );
  }
}

function requirePrincipal(properties: Properties, context: TypeContext): void {
  const principalId = textOf(properties.principalId);
  const kind = context.principalKind(principalId);
  if (!kind) {
    throw badRequest(
      "PrincipalNotFound",
      `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${context.tenantId}.`,
    );
  }
  const stated = properties.principalType ?? principalTypes[kind];
  if (stated !== principalTypes[kind]) {
    throw badRequest(
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId.replaceAll("-", "")}' has type '${principalTypes[kind]}', which is different from specified PrincipalType '${textOf(stated)}'.`,
    );
  }
}

function requireCondition(properties: Properties): void {
  const { condition, conditionVersion } = properties;
  if (condition === undefined) return;
  if (conditionVersion !== "2.0") {
    throw badRequest(
      "InvalidConditionVersion",
      `The conditionVersion '${textOf(conditionVersion)}' is not 2.0.`,
    );
  }
  try {
    parseCondition(textOf(condition));
  } catch (error) {
    throw badRequest("InvalidCondition", `The condition can't be read: ${(error as Error).message}`);
  }
}
