import * as resources from "@pulumi/azure-native/resources";

new resources.ResourceGroup("prod-rg", {
  resourceGroupName: "onestream-prod-rg",
  location: "eastus2",
  tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
});
