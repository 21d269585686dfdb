import * as monitor from "@pulumi/azure-native/monitor";

const group = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-poc-shared-rg";

new monitor.DiagnosticSetting("network-logs", {
  resourceUri: `${group}/providers/Microsoft.Network/virtualNetworks/onestream-poc-vnet`,
  workspaceId: `${group}/providers/Microsoft.OperationalInsights/workspaces/onestream-poc-logs`,
  metrics: [{ category: "AllMetrics", enabled: true }],
});
