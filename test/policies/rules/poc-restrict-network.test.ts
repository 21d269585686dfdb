import { pocRestrictNetwork } from "../../../policies/rules/poc-restrict-network";
import { type Properties, unknown } from "../../../policies/values";
import { pocStack, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(pocRestrictNetwork);
const it = (kind: string, properties: Properties) => ({
  type: `azure-native:network:${kind}`,
  name: "it",
  properties,
});
const inside = "Take a part of 10.100.0.0/16, the range of the configuration";
const unconnected = "Take it out: a proof of concept is connected to nothing";

test.each<[string, Properties, string]>([
  [
    "VirtualNetworkPeering",
    {},
    `VirtualNetworkPeering connects the network to another one (it: type). ${unconnected}`,
  ],
  [
    "VirtualNetworkGatewayConnection",
    {},
    `VirtualNetworkGatewayConnection connects the network to another one (it: type). ${unconnected}`,
  ],
  [
    "HubVirtualNetworkConnection",
    {},
    `HubVirtualNetworkConnection connects the network to another one (it: type). ${unconnected}`,
  ],
  [
    "ExpressRouteCircuit",
    {},
    `ExpressRouteCircuit connects the network to another one (it: type). ${unconnected}`,
  ],
  [
    "VirtualNetwork",
    { addressSpace: { addressPrefixes: ["10.100.0.0/16", "10.0.0.0/16"] } },
    `10.0.0.0/16 is outside of 10.100.0.0/16 (it: addressSpace). ${inside}`,
  ],
  [
    "VirtualNetwork",
    { addressSpace: unknown },
    `the range is not known before \`pulumi up\` (it: addressSpace). ${inside}`,
  ],
  [
    "Subnet",
    { addressPrefix: "10.200.1.0/24" },
    `10.200.1.0/24 is outside of 10.100.0.0/16 (it: addressPrefix). ${inside}`,
  ],
  ["Subnet", {}, `the range is left out (it: addressPrefix). ${inside}`],
])("%s %j is refused", (kind, properties, expected) => {
  expect(says(it(kind, properties), pocStack())).toEqual([expected]);
  expect(says(it(kind, properties), stack("prod"))).toEqual([]);
});

test("its own network, subnets, endpoints and rules pass", () => {
  const own = [
    it("VirtualNetwork", {
      addressSpace: { addressPrefixes: ["10.100.0.0/16"] },
      virtualNetworkPeerings: [],
    }),
    it("Subnet", { addressPrefix: "10.100.1.0/24" }),
    it("Subnet", { addressPrefixes: ["10.100.1.0/25", "10.100.1.128/25"] }),
    it("PrivateEndpoint", {}),
    it("PrivateEndpointConnection", {}),
    it("NetworkSecurityGroup", {}),
  ];
  expect(says(own, pocStack())).toEqual([]);
});

test.each([
  [
    { serviceCidr: "10.101.0.0/16", podCidr: "10.0.0.0/17" },
    "10.0.0.0/17 overlaps with the network 10.0.0.0/16",
    "podCidr",
  ],
  [
    { serviceCidrs: ["10.100.0.0/20"], serviceCidr: "10.101.0.0/16" },
    "10.100.0.0/20 overlaps with the network 10.100.0.0/16",
    "serviceCidrs",
  ],
  [{}, "10.0.0.0/16 overlaps with the network 10.0.0.0/16", "serviceCidr"],
])("a cluster with %j is refused", (networkProfile, what, key) => {
  const cluster = {
    type: "azure-native:containerservice:ManagedCluster",
    name: "it",
    properties: { networkProfile },
  };
  expect(says(cluster, pocStack())).toEqual([
    `${what} (it: networkProfile.${key}). Take a range that no network has, such as 10.101.0.0/16`,
  ]);
});
