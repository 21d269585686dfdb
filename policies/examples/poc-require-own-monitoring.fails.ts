import * as resources from "@pulumi/azure-native/resources";

const tags = {
  project: "onestream",
  environment: "poc",
  owner: "platform_team",
  purpose: "proof-of-concept",
};

new resources.ResourceGroup("shared-rg", {
  resourceGroupName: "onestream-poc-shared-rg",
  location: "eastus2",
  tags,
});
