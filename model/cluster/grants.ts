import {
  clusterColumn,
  type CellGrant,
  environmentsWithCluster,
  type MatrixSettings,
} from "../access/matrix";
import { type RoleReference, rolesFor } from "../access/role-grants";
import { roleGuids } from "../access/roles";
import type { PermissionMode } from "../access/types";
import { environmentNamed } from "../promotion-path";

/** Whom a cluster acts as when it pulls images, as findings call it. */
export function kubeletOf(environment: string): string {
  return `the kubelet of ${environment}`;
}

/** The one role with which nodes pull: they name what they want, so none of them lists a registry. */
export function pullRole(mode: PermissionMode): RoleReference {
  const [grant] = rolesFor(mode, ["pull"]).filter(
    ({ role }) => role.kind === "builtIn" && role.guid !== roleGuids.catalogLister,
  );
  return grant.role;
}

/**
 * What follows from a cluster that no cell states: its nodes pull from the environment's own registry, and those of a cluster that
 * is made here stand in one subnet.
 */
export function grantsOfClusters(settings: Pick<MatrixSettings, "path" | "clusters">): CellGrant[] {
  return environmentsWithCluster(settings).flatMap((environment): CellGrant[] => {
    const column = clusterColumn(environment);
    const { mode, cluster } = environmentNamed(settings.path, environment);
    const pull: CellGrant = {
      identity: kubeletOf(environment),
      column,
      role: pullRole(mode),
      target: { kind: "registry", environment },
    };
    if (cluster) return [pull];
    return [
      pull,
      {
        identity: `the cluster of ${environment}`,
        column,
        role: { kind: "custom", key: "nodeJoiner" },
        target: { kind: "subnet", environment },
      },
    ];
  });
}
