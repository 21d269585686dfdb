import * as keyvault from "@pulumi/azure-native/keyvault";
import * as monitor from "@pulumi/azure-native/monitor";

const vault = new keyvault.Vault(
  "signing",
  {
    vaultName: "onestream-signing-kv",
    resourceGroupName: "onestream-shared-rg",
    location: "eastus2",
    properties: {
      tenantId: "11111111-1111-4111-8111-111111111111",
      sku: { family: "A", name: "premium" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: "Disabled",
    },
    tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
  },
  { protect: true },
);
new monitor.DiagnosticSetting("signing-logs", {
  resourceUri: vault.id,
  workspaceId:
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-shared-rg/providers/Microsoft.OperationalInsights/workspaces/onestream-logs",
  logs: [{ category: "AuditEvent", enabled: true }],
});
