import type { AccessRequest, Permission, RoleDefinition } from "./types";

const compiled = new Map<string, RegExp>();

/** Azure's own matching: `*` stands for any characters (slashes included), case plays no part. */
export function actionMatches(pattern: string, action: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*");
    expression = new RegExp(`^${escaped}$`, "is");
    compiled.set(pattern, expression);
  }
  return expression.test(action);
}

/** Whether one permission block grants an action: allowed by a pattern and excluded by none of the same block. */
export function permissionGrants(
  permission: Permission,
  plane: AccessRequest["plane"],
  action: string,
): boolean {
  const [allowed, excluded] =
    plane === "control"
      ? [permission.actions, permission.notActions]
      : [permission.dataActions, permission.notDataActions];
  return (
    allowed.some((pattern) => actionMatches(pattern, action)) &&
    !excluded.some((pattern) => actionMatches(pattern, action))
  );
}

/** Blocks add up: what one excludes, another may still grant. */
export function roleGrants(role: RoleDefinition, plane: AccessRequest["plane"], action: string): boolean {
  return role.permissions.some((permission) => permissionGrants(permission, plane, action));
}
