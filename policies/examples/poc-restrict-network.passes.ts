import * as network from "@pulumi/azure-native/network";

new network.VirtualNetwork("network", {
  virtualNetworkName: "onestream-poc-vnet",
  resourceGroupName: "onestream-poc-shared-rg",
  location: "eastus2",
  addressSpace: { addressPrefixes: ["10.100.0.0/16"] },
  tags: { project: "onestream", environment: "poc", owner: "platform_team", purpose: "proof-of-concept" },
});
