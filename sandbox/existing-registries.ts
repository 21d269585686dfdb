import type { PermissionMode } from "../model/access/types";
import type { ResourceManager } from "./azure/resource-manager";
import type { Directory } from "./entra/directory";
import { subscriptionId } from "./places";
import { administratorName } from "./seed";

/** A registry that was there before airlock. */
export interface ExistingRegistry {
  readonly name: string;
  readonly resourceGroup: string;
  readonly mode: PermissionMode;
  /** Azure region. */
  readonly location: string;
}

/** Makes the registries that are not there yet as an administrator would have, long ago: Standard, with its admin user on. */
export async function makeExisting(
  manager: ResourceManager,
  directory: Directory,
  registries: readonly ExistingRegistry[],
): Promise<void> {
  const [administrator] = directory
    .all("user")
    .filter(({ displayName }) => displayName === administratorName);
  const caller = { objectId: administrator.id, name: administratorName };
  for (const { name, resourceGroup, mode, location } of registries) {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    const id = `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
    if (manager.find(id)) continue;
    if (!manager.find(group)) await manager.put(caller, group, { location, properties: {} });
    await manager.put(caller, id, {
      location,
      sku: { name: "Standard" },
      properties: { adminUserEnabled: true, roleAssignmentMode: modes[mode] },
    });
  }
}

const modes: Readonly<Record<PermissionMode, string>> = {
  abac: "AbacRepositoryPermissions",
  rbac: "LegacyRegistryPermissions",
};
