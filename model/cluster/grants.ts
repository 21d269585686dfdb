import { clusterColumn, type CellGrant, type MatrixSettings } from "../access/matrix";
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

/** What follows from a cluster that no cell states: its nodes pull from the environment's own registry, and stand in one subnet. */
export function grantsOfClusters({
  path,
  clusters = {},
}: Pick<MatrixSettings, "path" | "clusters">): CellGrant[] {
  return Object.keys(clusters).flatMap((environment): CellGrant[] => {
    const column = clusterColumn(environment);
    const { mode } = environmentNamed(path, environment);
    return [
      {
        identity: kubeletOf(environment),
        column,
        role: pullRole(mode),
        target: { kind: "registry", environment },
      },
      {
        identity: `the cluster of ${environment}`,
        column,
        role: { kind: "custom", key: "nodeJoiner" },
        target: { kind: "subnet", environment },
      },
    ];
  });
}
