import type { RegisteredResource } from "../../model/access/from-resources";
import type { Cloud, Entry } from "./cloud";

export const versions = {
  assignments: "2022-04-01",
  clusters: "2025-09-01",
  eligible: "2020-10-01",
  locks: "2020-05-01",
  policies: "2024-04-01",
  registries: "2025-11-01",
  vaults: "2023-07-01",
} as const;

export const authorization = "/providers/Microsoft.Authorization";

export type List = (
  type: string,
  path: string,
  version: string,
  what: string,
  of: string,
) => Promise<RegisteredResource[]>;

/** Lists of one area, as resources. */
export function listIn(arm: Cloud, area: string): List {
  return async (type, path, version, what, of) => {
    const entries = await arm.list(`${path}${path.includes("?") ? "&" : "?"}api-version=${version}`, {
      what,
      of,
      area,
    });
    return entries.map((entry) => resourceFrom(type, entry));
  };
}

/** Who holds roles there, or may activate them. */
export function assigned(list: List, scope: string, of: string, filter = "") {
  return [
    list(
      types.assignment,
      `${scope}${authorization}/roleAssignments${filter}`,
      versions.assignments,
      "role assignments",
      of,
    ),
    list(
      types.eligible,
      `${scope}${authorization}/roleEligibilityScheduleInstances${filter}`,
      versions.eligible,
      "eligible role assignments",
      of,
    ),
  ];
}

export const types = {
  assignment: "azure-native:authorization:RoleAssignment",
  // Who may activate a role counts as who holds it.
  eligible: "azure-native:authorization:RoleEligibilityScheduleRequest",
  role: "azure-native:authorization:RoleDefinition",
  lock: "azure-native:authorization:ManagementLockByScope",
  policy: "azure-native:authorization:PolicyAssignment",
  cluster: "azure-native:containerservice:ManagedCluster",
  registry: "azure-native:containerregistry:Registry",
  scopeMap: "azure-native:containerregistry:ScopeMap",
  token: "azure-native:containerregistry:Token",
  vault: "azure-native:keyvault:Vault",
} as const;

export function resourceFrom(type: string, entry: Entry): RegisteredResource {
  const properties = Object.fromEntries(
    Object.entries((entry.properties ?? {}) as Entry).filter(([, value]) => value !== null),
  );
  return { type, name: String(entry.name), id: String(entry.id), inputs: {}, outputs: properties };
}
