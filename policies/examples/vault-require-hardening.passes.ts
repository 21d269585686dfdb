import * as keyvault from "@pulumi/azure-native/keyvault";

new keyvault.Vault(
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
