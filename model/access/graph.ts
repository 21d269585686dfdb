import type { CellGrant } from "./matrix";
import { registryColumn, roleGuidFor } from "./matrix";
import { assignmentName } from "./names";
import { builtInRoles, roleDefinitionId } from "./roles";
import type { AccessGraph, RoleAssignment } from "./types";

/** A graph of the given parts, with Azure's built-in roles. What is left out is empty. */
export function accessGraph(parts: Partial<AccessGraph>): AccessGraph {
  return {
    principals: [],
    memberships: [],
    assignments: [],
    registries: [],
    vaults: [],
    tokens: [],
    ...parts,
    roles: [...builtInRoles, ...(parts.roles ?? [])],
  };
}

/** Where grants go: the names that the matrix uses, as Azure knows them. */
export interface GrantTargets {
  readonly subscriptionId: string;
  readonly organization: string;
  /** Identity → Entra object id. */
  readonly principals: Readonly<Record<string, string>>;
  /** Column → ARM id of its registry. */
  readonly registries: Readonly<Record<string, string>>;
  readonly vault: string;
}

function scopeOf(target: CellGrant["target"], { registries, vault }: GrantTargets): string {
  if (target.kind === "vault") return vault;
  if (target.kind === "cluster" || target.kind === "clusterGroup" || target.kind === "subnet") {
    throw new Error(`a ${target.kind} is no scope of the matrix of a path`);
  }
  const registry = registries[registryColumn(target) ?? target.environment];
  return target.kind === "registry" ? registry : registry.slice(0, registry.indexOf("/providers/"));
}

/** The role assignments that grants of the matrix become. */
export function assignmentsOf(grants: readonly CellGrant[], targets: GrantTargets): RoleAssignment[] {
  const { subscriptionId, organization } = targets;
  return grants.map(({ identity, target, role, condition }) => {
    const scope = scopeOf(target, targets);
    const principalId = targets.principals[identity];
    const roleGuid = roleGuidFor(role, subscriptionId, organization);
    const name = assignmentName(scope, principalId, roleDefinitionId(subscriptionId, roleGuid));
    return {
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      principalId,
      roleGuid,
      scope,
      ...(condition === undefined ? {} : { condition }),
    };
  });
}
