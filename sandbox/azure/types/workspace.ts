import { randomUUID } from "node:crypto";
import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { objectAt, requireLocation, requireName } from "./rules";

export const workspace: ResourceType = {
  token: "azure-native:operationalinsights:Workspace",
  armType: "Microsoft.OperationalInsights/workspaces",
  apiVersion: "2025-02-01",
  path: ["resourceGroupName", "workspaceName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: [
    "name",
    "type",
    "customerId",
    "createdDate",
    "modifiedDate",
    "provisioningState",
    "privateLinkScopedResources",
    "systemData",
  ],
  validate(body, id) {
    requireName(
      id.name,
      /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
      "a workspace's name has 4-63 letters, digits and inner '-'",
    );
    requireLocation(body, id.name);
    const days = body.properties.retentionInDays;
    if (
      days !== undefined &&
      !(Number.isInteger(days) && (days as number) >= 30 && (days as number) <= 730)
    ) {
      throw badRequest("InvalidParameter", `'RetentionInDays' must be 30-730, not ${JSON.stringify(days)}.`);
    }
  },
  complete: (body, _id, context, existing) => ({
    ...body,
    properties: {
      retentionInDays: 30,
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
      ...body.properties,
      sku: { name: "PerGB2018", ...objectAt(body.properties, "sku") },
      features: {
        enableLogAccessUsingOnlyResourcePermissions: true,
        ...objectAt(body.properties, "features"),
      },
      customerId: existing?.properties.customerId ?? randomUUID(),
      createdDate: existing?.properties.createdDate ?? context.now,
      modifiedDate: context.now,
      privateLinkScopedResources: [],
    },
  }),
};
