import { type ArmId, idKey } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { ArmBody, Properties, TypeContext } from "../resource-type";
import { textOf } from "../../text";

/** What other resources ask of a cluster. */
export interface ClusterParts {
  readonly id: string;
  readonly name: string;
  /** Subnet in lower case → addresses that its nodes take there, with the one that an upgrade adds. */
  readonly subnets: ReadonlyMap<string, number>;
  /** Ids in lower case of the identities that it acts as. */
  readonly identityIds: readonly string[];
}

/** Most pods on a node where nobody says, with Azure CNI and no overlay. */
const usualPods = 30;

/** Addresses that a cluster takes of each subnet: one for each node, and one for each pod that it may run. */
export function subnetsOf({ properties }: Pick<ArmBody, "properties">): Map<string, number> {
  const subnets = new Map<string, number>();
  for (const pool of objectsAt(properties, "agentPoolProfiles")) {
    // AKS makes a network of its own where none is named.
    if (pool.vnetSubnetID === undefined) continue;
    const subnet = idKey(textOf(pool.vnetSubnetID));
    const nodes = Number(pool.count ?? 1) + 1;
    subnets.set(subnet, (subnets.get(subnet) ?? 0) + nodes * (1 + Number(pool.maxPods ?? usualPods)));
  }
  return subnets;
}

/** Inputs name the identities in a list, ARM in a map. */
export function identityIdsOf(identity: unknown): string[] {
  const stated = (identity as Properties | undefined)?.userAssignedIdentities;
  if (Array.isArray(stated)) return stated.map((id) => idKey(textOf(id)));
  return typeof stated === "object" && stated !== null ? Object.keys(stated).map(idKey) : [];
}

/** Whom the nodes of a cluster act as, in the group of its machines. */
export function kubeletId(
  { subscriptionId, name }: Pick<ArmId, "subscriptionId" | "name">,
  nodeGroup: string,
): { id: string; displayName: string } {
  const displayName = `${name}-agentpool`;
  const group = `/subscriptions/${subscriptionId}/resourcegroups/${nodeGroup}`;
  const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${displayName}`;
  return { id, displayName };
}

export function clustersOf(context: TypeContext): ClusterParts[] {
  return context.resourcesOf("Microsoft.ContainerService/managedClusters").map((cluster) => ({
    id: cluster.id,
    name: cluster.name,
    subnets: subnetsOf(cluster),
    identityIds: identityIdsOf(cluster.identity),
  }));
}
