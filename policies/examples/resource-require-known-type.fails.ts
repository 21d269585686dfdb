import * as automation from "@pulumi/azure-native/automation";

new automation.Runbook("nightly", {
  resourceGroupName: "onestream-prod-rg",
  automationAccountName: "onestream-ops",
  runbookName: "nightly",
  runbookType: "PowerShell72",
  location: "eastus2",
  tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
});
