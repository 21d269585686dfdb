import * as resources from "@pulumi/azure-native/resources";

new resources.Resource(
  "prod",
  {
    apiVersion: "2025-11-01",
    resourceProviderNamespace: "Microsoft.ContainerRegistry",
    parentResourcePath: "",
    resourceType: "registries",
    resourceGroupName: "onestream-prod-rg",
    resourceName: "onestreamprod",
    location: "eastus2",
    sku: { name: "Premium" },
    properties: {
      roleAssignmentMode: "AbacRepositoryPermissions",
      networkRuleBypassOptions: "AzureServices",
      publicNetworkAccess: "Disabled",
    },
    tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
  },
  { protect: true },
);
