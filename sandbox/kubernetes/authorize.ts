import { can } from "../../model/access/evaluate";
import { clusterPathRequest, clusterRequest, type KubernetesRequest } from "../../model/access/kubernetes";
import type { AccessGraph } from "../../model/access/types";

export type { KubernetesRequest } from "../../model/access/kubernetes";

/** What a cluster's authorizer decides, and why. */
export interface ClusterDecision {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * Whether a principal may do something in a cluster: by Azure RBAC alone, with the data action that AKS asks for.
 *
 * @param principalId Entra object id
 * @param clusterId ARM id of the cluster
 */
export function authorizeInCluster(
  graph: AccessGraph,
  principalId: string,
  clusterId: string,
  asked: KubernetesRequest,
): ClusterDecision {
  const request = clusterRequest(clusterId, asked);
  if (request) return decided(graph, principalId, request);
  return { allowed: false, reason: `Azure RBAC has no action for ${asked.verb} ${asked.resource}` };
}

/** The same for a path that is no resource. */
export function authorizePathInCluster(
  graph: AccessGraph,
  principalId: string,
  clusterId: string,
  asked: { readonly path: string; readonly verb: string },
): ClusterDecision {
  const request = clusterPathRequest(clusterId, asked.path, asked.verb);
  if (request) return decided(graph, principalId, request);
  return { allowed: false, reason: `Azure RBAC has no action for ${asked.verb} ${asked.path}` };
}

function decided(
  graph: AccessGraph,
  principalId: string,
  request: NonNullable<ReturnType<typeof clusterRequest>>,
): ClusterDecision {
  const { allowed, reasons } = can(graph, principalId, request);
  const [first] = reasons;
  const reason = allowed
    ? `Access allowed by Azure RBAC: ${first.text}`
    : `User does not have access to the resource in Azure. Update role assignment to allow access: ${request.action} on ${request.scope}`;
  return { allowed, reason };
}
