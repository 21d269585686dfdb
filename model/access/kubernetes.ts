import { isCustomResource } from "./kubernetes-resources";
import type { AccessRequest } from "./types";

/** Prefix of what may be done with clusters, in Azure and inside. */
export const managedClusters = "Microsoft.ContainerService/managedClusters";

/** The application for whose audience whoever signs in to a cluster of AKS gets a token: one for all of Azure. */
export const aksServerApplication = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** What somebody asks of a cluster's API server, in the words of its own authorizers. */
export interface KubernetesRequest {
  readonly verb: string;
  /** API group; empty for the core. */
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const actions: Readonly<Record<string, string>> = {
  get: "read",
  list: "read",
  watch: "read",
  create: "write",
  update: "write",
  patch: "write",
  delete: "delete",
  deletecollection: "delete",
  bind: "bind/action",
  escalate: "escalate/action",
  use: "use/action",
  impersonate: "impersonate/action",
};

/** ARM id of a namespace, on which roles can be assigned as on a cluster. */
export function namespaceScope(clusterId: string, namespace: string): string {
  return `${clusterId}/namespaces/${namespace}`;
}

/**
 * The request of Azure RBAC that AKS makes of a Kubernetes request. Of the subresources it tells `pods/exec` alone apart: whoever
 * reads pods reads their logs and gets to their ports, and whoever writes a service account makes tokens of it. Undefined for what it has no action for.
 */
export function clusterRequest(clusterId: string, asked: KubernetesRequest): AccessRequest | undefined {
  const { verb, group, resource, subresource } = asked;
  const namespace = namespaceOf(asked);
  const scope = namespace === "" ? clusterId : namespaceScope(clusterId, namespace);
  if (!Object.hasOwn(actions, verb) || resource === "" || [group, resource].includes("*")) return undefined;
  const request = (action: string): AccessRequest => ({
    plane: "data",
    action: `${managedClusters}/${action}`,
    scope,
  });
  if (isCustomResource(group, resource)) {
    const action = actions[verb];
    if (action.endsWith("/action")) return undefined;
    return { ...request(`customresources/${action}`), customResource: { group, kind: resource } };
  }
  if (group === "" && resource === "pods" && subresource === "exec") return request("pods/exec/action");
  return request([...(group === "" ? [] : [group]), resource, actions[verb]].join("/"));
}

// Whoever asks for a namespace by its name asks within it, as the API server itself puts it.
function namespaceOf({ group, resource, namespace = "", name = "" }: KubernetesRequest): string {
  return namespace === "" && group === "" && resource === "namespaces" ? name : namespace;
}

/** The same for a path that is no resource, such as `/healthz`. */
export function clusterPathRequest(clusterId: string, path: string, verb: string): AccessRequest | undefined {
  if (!Object.hasOwn(actions, verb)) return undefined;
  const at = path.split("/").filter(Boolean);
  return {
    plane: "data",
    action: [managedClusters, ...at, actions[verb]].join("/"),
    scope: clusterId,
  };
}
