import * as monitor from "@pulumi/azure-native/monitor";
import * as resources from "@pulumi/azure-native/resources";

const registry = new resources.Resource(
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
new monitor.DiagnosticSetting("prod-logs", {
  resourceUri: registry.id,
  workspaceId:
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-shared-rg/providers/Microsoft.OperationalInsights/workspaces/onestream-logs",
  logs: [
    { category: "ContainerRegistryRepositoryEvents", enabled: true },
    { category: "ContainerRegistryLoginEvents", enabled: true },
  ],
});
