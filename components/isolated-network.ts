import * as network from "@pulumi/azure-native/network";
import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import { roomRefusal } from "../model/cluster/addresses";
import { ipv4Range } from "../model/ipv4-range";
import { networkFindings } from "../model/network/plan";
import { type SubnetPurpose, securityRules } from "../model/network/security-rules";

/** Nodes of a cluster, as far as they take addresses. */
export interface ClusterNodesArgs {
  /** Nodes of its pool. */
  nodes: number;
  /** Most pods on one node. */
  maxPods: number;
}

/** One subnet of an isolated network. */
export interface IsolatedSubnetArgs {
  /** What stands there: `nodes` of clusters, `runners` of pipelines, private `endpoints`. It decides who reaches it. */
  purpose: string;
  /** A part of the network's range, e.g. `10.100.1.0/24`. */
  range: string;
}

export interface IsolatedNetworkArgs {
  /** Name of the network. */
  networkName: string;
  /** Resource group that holds the network. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** Addresses of the network, e.g. `10.100.0.0/16`. */
  range: string;
  /** Its subnets, by their names. */
  subnets: { [name: string]: IsolatedSubnetArgs };
  /** Clusters whose nodes stand in the subnet for nodes, by a stable key: Azure CNI gives every pod an address of it. */
  clusters: { [key: string]: ClusterNodesArgs };
  /** Ranges of other networks, by their names: none may overlap, and nothing is sent to them. */
  otherRanges: { [network: string]: string };
  /** Tags of every resource. */
  tags: { [name: string]: string };
}

/** A network of its own: subnets with rules about who reaches them, private names of registries and vaults, no way to another network. */
export class IsolatedNetwork extends pulumi.ComponentResource {
  /** ARM id of the network. */
  public readonly networkId: pulumi.Output<string>;
  /** ARM ids of the subnets, by their names. */
  public readonly subnetIds: pulumi.Output<{ [name: string]: string }>;
  /** Zone in which registries have their private addresses, ARM id. */
  public readonly registryZoneId: pulumi.Output<string>;
  /** Zone in which vaults have theirs, ARM id. */
  public readonly vaultZoneId: pulumi.Output<string>;

  constructor(name: string, args: IsolatedNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:IsolatedNetwork", name, args, opts);
    const refusal = refusalOf(args);
    if (refusal !== undefined) throw new pulumi.ResourceError(`IsolatedNetwork "${name}": ${refusal}`, this);
    const { resourceGroupName, location, tags } = args;
    const virtualNetwork = new network.VirtualNetwork(
      name,
      {
        virtualNetworkName: args.networkName,
        resourceGroupName,
        location,
        addressSpace: { addressPrefixes: [args.range] },
        tags,
      },
      { parent: this },
    );
    const ids: { [subnet: string]: pulumi.Output<string> } = {};
    let before: network.Subnet | undefined;
    for (const [subnet, { purpose, range }] of Object.entries(args.subnets)) {
      const group = new network.NetworkSecurityGroup(
        `${name}-${subnet}-rules`,
        {
          networkSecurityGroupName: `${args.networkName}-${subnet}-nsg`,
          resourceGroupName,
          location,
          securityRules: securityRules(purpose as SubnetPurpose, args.range, Object.values(args.otherRanges)),
          tags,
        },
        { parent: this },
      );
      before = new network.Subnet(
        `${name}-${subnet}`,
        {
          subnetName: subnet,
          virtualNetworkName: virtualNetwork.name,
          resourceGroupName,
          addressPrefix: range,
          networkSecurityGroup: { id: group.id },
          // Without it Azure leaves private endpoints out of the rules.
          ...(purpose === "endpoints" && { privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" }),
        },
        // Azure changes one subnet of a network at a time.
        { parent: this, dependsOn: before === undefined ? [] : [before] },
      );
      ids[subnet] = before.id;
    }
    this.networkId = virtualNetwork.id;
    this.subnetIds = pulumi.all(ids);
    this.registryZoneId = this.privateZone(`${name}-registries`, "privatelink.azurecr.io", args);
    this.vaultZoneId = this.privateZone(`${name}-vaults`, "privatelink.vaultcore.azure.net", args);
    this.registerOutputs({
      networkId: this.networkId,
      subnetIds: this.subnetIds,
      registryZoneId: this.registryZoneId,
      vaultZoneId: this.vaultZoneId,
    });
  }

  /** Who looks a name up in this network finds the private address, and nobody else does. */
  private privateZone(
    name: string,
    zoneName: string,
    { resourceGroupName, networkName, tags }: IsolatedNetworkArgs,
  ): pulumi.Output<string> {
    const common = { resourceGroupName, location: "Global", tags };
    const zone = new privatedns.PrivateZone(name, { ...common, privateZoneName: zoneName }, { parent: this });
    new privatedns.VirtualNetworkLink(
      `${name}-link`,
      {
        ...common,
        privateZoneName: zone.name,
        virtualNetworkLinkName: networkName,
        virtualNetwork: { id: this.networkId },
        registrationEnabled: false,
      },
      { parent: this },
    );
    return zone.id;
  }
}

const purposes: readonly string[] = ["nodes", "runners", "endpoints"];

function refusalOf({ range, subnets, clusters, otherRanges }: IsolatedNetworkArgs): string | undefined {
  const stated = Object.entries(subnets);
  const [stranger] = stated.filter(([, { purpose }]) => !purposes.includes(purpose));
  if (stranger) {
    return `subnets.${stranger[0]}.purpose is ${stranger[1].purpose}; expected nodes, runners or endpoints`;
  }
  const ranges = Object.fromEntries(stated.map(([name, subnet]) => [name, subnet.range]));
  const [finding] = networkFindings({ range, subnets: ranges, others: otherRanges });
  if (finding) return `${finding.path.join(".")}: ${finding.what}. ${finding.fix}`;
  const nodes = stated.filter(([, { purpose }]) => purpose === "nodes");
  if (nodes.length !== 1) {
    return Object.keys(clusters).length === 0
      ? undefined
      : `${nodes.length} subnets are for nodes; expected one, where all clusters stand`;
  }
  const [[name, { range: text }]] = nodes;
  const room = roomRefusal(ipv4Range(text)!, text, clusters);
  return room && `subnets.${name}: ${room.what}. ${room.fix}`;
}
