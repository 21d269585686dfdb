import { clusterRoles } from "../../../model/access/cluster-roles";
import { customRoles, customRoleDefinition, platformRole } from "../../../model/access/custom-roles";
import { accessGraph } from "../../../model/access/graph";
import { customRoleGuid } from "../../../model/access/names";
import { builtInRoles } from "../../../model/access/roles";
import type { AccessGraph, Registry, RoleAssignment, RoleDefinition } from "../../../model/access/types";

export const subscriptionId = "22222222-2222-4222-8222-222222222222";
export const organization = "onestream";
export const subscription = `/subscriptions/${subscriptionId}`;
export const resourceGroup = `${subscription}/resourceGroups/onestream-prod-rg`;
export const managementGroup = "/providers/Microsoft.Management/managementGroups/platform";
export const vault = `${subscription}/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv`;

export const cluster = `${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/onestream-prod-aks`;

export function registryId(name: string, group = resourceGroup): string {
  return `${group}/providers/Microsoft.ContainerRegistry/registries/${name}`;
}

export const onestreamprod = registryId("onestreamprod");

export function registry(name: string, settings: Partial<Registry> = {}): Registry {
  return {
    id: registryId(name),
    name,
    mode: "abac",
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    ...settings,
  };
}

export const customDefinitions: RoleDefinition[] = [
  ...customRoles(organization),
  ...clusterRoles(organization),
  platformRole(organization, true),
].map((role) => customRoleDefinition(subscriptionId, organization, role));

/** GUID of a role by its display name, or by the key of a custom one. */
export function guid(role: string): string {
  const builtIn = builtInRoles.find(({ name }) => name === role);
  return builtIn?.guid ?? customRoleGuid(subscriptionId, organization, role);
}

let assignments = 0;

export function assign(principalId: string, role: string, scope: string, condition?: string): RoleAssignment {
  assignments += 1;
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${assignments}`,
    principalId,
    roleGuid: guid(role),
    scope,
    ...(condition === undefined ? {} : { condition }),
  };
}

export function world(parts: Partial<AccessGraph>): AccessGraph {
  return accessGraph({
    registries: [registry("onestreamprod")],
    vaults: [{ id: vault, name: "onestream-signing-kv" }],
    ...parts,
    roles: [...customDefinitions, ...(parts.roles ?? [])],
  });
}
