import type { Ipv4Range } from "../ipv4-range";
import { prefixFor, usableAddresses } from "../network/ranges";

/** Nodes of a cluster, as far as they take addresses. */
export interface NodeCount {
  readonly nodes: number;
  /** Most pods on one node. */
  readonly maxPods: number;
}

/** Nodes that an upgrade adds before it takes others away. */
export const surge = 1;

/** Addresses that Azure CNI takes of a subnet: one for each node, and one for each pod that it may run. */
export function addressesOf({ nodes, maxPods }: NodeCount): number {
  return (nodes + surge) * (1 + maxPods);
}

/** Why clusters do not fit into a subnet together; undefined when they do. */
export function roomRefusal(
  subnet: Ipv4Range,
  range: string,
  clusters: Readonly<Record<string, NodeCount>>,
): { what: string; fix: string } | undefined {
  const needed = Object.values(clusters).reduce((sum, cluster) => sum + addressesOf(cluster), 0);
  const usable = usableAddresses(subnet);
  if (needed <= usable) return undefined;
  const sums = Object.entries(clusters).map(
    ([name, { nodes, maxPods }]) => `${name} (${nodes} + ${surge}) × (1 + ${maxPods})`,
  );
  return {
    what: `${range} leaves ${usable} addresses, and Azure CNI needs ${needed}: ${sums.join(", ")}`,
    fix: `Take a /${prefixFor(needed)} or larger, fewer nodes, or fewer pods on each`,
  };
}
