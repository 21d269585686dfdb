import { builtInRoles, roleGuids } from "./roles";

const legacyRoles: readonly string[] = [roleGuids.acrPull, roleGuids.acrPush, roleGuids.acrDelete];
const repositoryRoles: readonly string[] = [
  roleGuids.repositoryReader,
  roleGuids.repositoryWriter,
  roleGuids.repositoryContributor,
  roleGuids.catalogLister,
];

/** Name of the role when a registry in this permission mode ignores it: assigned, it gives nothing. */
export function unhonouredRole(permissionMode: string, roleGuid: string): string | undefined {
  const ignored = permissionMode === "abac" ? legacyRoles : repositoryRoles;
  if (!ignored.includes(roleGuid.toLowerCase())) return undefined;
  return builtInRoles.find(({ guid }) => guid === roleGuid.toLowerCase())?.name;
}
