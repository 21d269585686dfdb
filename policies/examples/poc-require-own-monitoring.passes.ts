import * as monitor from "@pulumi/azure-native/monitor";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as resources from "@pulumi/azure-native/resources";

const tags = {
  project: "onestream",
  environment: "poc",
  owner: "platform_team",
  purpose: "proof-of-concept",
};

const group = new resources.ResourceGroup("shared-rg", {
  resourceGroupName: "onestream-poc-shared-rg",
  location: "eastus2",
  tags,
});
const resourceGroupName = group.name;
new operationalinsights.Workspace("logs", {
  workspaceName: "onestream-poc-logs",
  resourceGroupName,
  location: "eastus2",
  tags,
});
const told = new monitor.ActionGroup("alerts", {
  actionGroupName: "onestream-poc-alerts",
  groupShortName: "airlock",
  resourceGroupName,
  location: "Global",
  enabled: true,
  emailReceivers: [{ name: "team", emailAddress: "platform-team@onestream.example" }],
  tags,
});
new monitor.ActivityLogAlert("access-changed", {
  activityLogAlertName: "onestream-poc-access-changed",
  resourceGroupName,
  location: "Global",
  scopes: [group.id],
  condition: { allOf: [{ field: "category", equals: "Administrative" }] },
  actions: { actionGroups: [{ actionGroupId: told.id }] },
  tags,
});
