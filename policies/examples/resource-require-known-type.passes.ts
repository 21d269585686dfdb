import * as managedidentity from "@pulumi/azure-native/managedidentity";

new managedidentity.UserAssignedIdentity("kubelet", {
  resourceGroupName: "onestream-prod-rg",
  resourceName: "onestream-prod-kubelet",
  location: "eastus2",
  tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
});
