/** What stands in a subnet. */
export type SubnetPurpose = "nodes" | "runners" | "endpoints";

/** A rule of a network security group, as ARM spells it. */
export interface SecurityRule {
  readonly name: string;
  readonly priority: number;
  readonly direction: "Inbound" | "Outbound";
  readonly access: "Allow" | "Deny";
  readonly protocol: string;
  readonly sourceAddressPrefix: string;
  readonly sourcePortRange: string;
  readonly destinationAddressPrefix?: string;
  readonly destinationAddressPrefixes?: string[];
  readonly destinationPortRange: string;
}

const inbound = {
  direction: "Inbound",
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
} as const;

/**
 * Who reaches a subnet. Azure's own last rules let in the network and the load balancer and nobody else; runners are reached by
 * nobody, and endpoints over TLS alone.
 *
 * @param range the network's own
 * @param others ranges that nothing is sent to, should a way to them ever come to be
 */
export function securityRules(
  purpose: SubnetPurpose,
  range: string,
  others: readonly string[],
): SecurityRule[] {
  const nobody: SecurityRule = {
    ...inbound,
    name: "deny-inbound",
    priority: 4000,
    access: "Deny",
    protocol: "*",
    sourceAddressPrefix: "*",
    destinationPortRange: "*",
  };
  const tls: SecurityRule = {
    ...inbound,
    name: "allow-tls-from-network",
    priority: 100,
    access: "Allow",
    protocol: "Tcp",
    sourceAddressPrefix: range,
    destinationPortRange: "443",
  };
  const away: SecurityRule = {
    name: "deny-other-networks",
    priority: 200,
    direction: "Outbound",
    access: "Deny",
    protocol: "*",
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefixes: [...others],
    destinationPortRange: "*",
  };
  return [
    ...(purpose === "endpoints" ? [tls] : []),
    ...(purpose === "nodes" ? [] : [nobody]),
    ...(others.length > 0 ? [away] : []),
  ];
}
