import * as network from "@pulumi/azure-native/network";

new network.VirtualNetwork("network", {
  virtualNetworkName: "onestream-poc-vnet",
  resourceGroupName: "onestream-poc-shared-rg",
  location: "eastus2",
  addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  tags: { project: "onestream", environment: "poc", owner: "platform_team", purpose: "proof-of-concept" },
});
new network.VirtualNetworkPeering("to-partner", {
  virtualNetworkPeeringName: "to-partner",
  virtualNetworkName: "onestream-poc-vnet",
  resourceGroupName: "onestream-poc-shared-rg",
  remoteAddressSpace: { addressPrefixes: ["172.16.0.0/16"] },
});
