import { unknown, type Value } from "../values";
import type { PermissionMode } from "./types";

/** ARM's names for the two permission modes: values of `roleAssignmentMode`. */
export const armMode: Readonly<Record<PermissionMode, string>> = {
  abac: "AbacRepositoryPermissions",
  rbac: "LegacyRegistryPermissions",
};

/** The mode that a registry's `roleAssignmentMode` states; undefined when it is not known. */
export function modeOf(roleAssignmentMode: Value): PermissionMode | "unstated" | undefined {
  if (roleAssignmentMode === unknown) return undefined;
  const modes = Object.keys(armMode) as PermissionMode[];
  return modes.find((mode) => armMode[mode] === roleAssignmentMode) ?? "unstated";
}
