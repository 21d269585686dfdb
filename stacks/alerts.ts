import * as monitor from "@pulumi/azure-native/monitor";
import type * as pulumi from "@pulumi/pulumi";
import { settings } from "./settings";

interface AlertArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly tags: { [name: string]: string };
  /** ARM ids of what is watched. */
  readonly resourceGroupIds: pulumi.Input<string>[];
}

/** Tells people when a role is assigned, or a network joined to this one: what nobody does here but this program. */
export function alertOnAccess(
  { resourceGroupName, tags, resourceGroupIds }: AlertArgs,
  mail: readonly string[],
): void {
  const group = new monitor.ActionGroup("alerts", {
    actionGroupName: `${settings.organization}-alerts`,
    groupShortName: "airlock",
    resourceGroupName,
    location: "Global",
    enabled: true,
    emailReceivers: mail.map((emailAddress, index) => ({
      name: `mail-${index + 1}`,
      emailAddress,
      useCommonAlertSchema: true,
    })),
    tags,
  });
  const watched = {
    "access-changed": "Microsoft.Authorization/roleAssignments/write",
    "network-joined": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
  };
  for (const [name, operation] of Object.entries(watched)) {
    new monitor.ActivityLogAlert(name, {
      activityLogAlertName: `${settings.organization}-${name}`,
      resourceGroupName,
      location: "Global",
      scopes: resourceGroupIds,
      condition: {
        allOf: [
          { field: "category", equals: "Administrative" },
          { field: "operationName", equals: operation },
        ],
      },
      actions: { actionGroups: [{ actionGroupId: group.id }] },
      enabled: true,
      tags,
    });
  }
}
