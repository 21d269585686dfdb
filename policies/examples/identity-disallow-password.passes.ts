import * as managedidentity from "@pulumi/azure-native/managedidentity";

// Azure signs it in: there is nothing to leak.
new managedidentity.UserAssignedIdentity("auth-service", {
  resourceGroupName: "onestream-prod-rg",
  resourceName: "auth-service",
  location: "eastus2",
  tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
});
