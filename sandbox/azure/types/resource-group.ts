import { badRequest } from "../arm-error";
import type { ResourceType } from "../resource-type";
import { requireLocation } from "./rules";

export const resourceGroup: ResourceType = {
  token: "azure-native:resources:ResourceGroup",
  armType: "Microsoft.Resources/resourceGroups",
  apiVersion: "2024-03-01",
  actions: "Microsoft.Resources/subscriptions/resourceGroups",
  path: ["resourceGroupName"],
  shape: "nested",
  replaceOn: ["location"],
  computed: ["name", "type", "properties"],
  validate(body, id) {
    requireLocation(body, id.name);
    if (!/^[-\w._()]{1,90}$/.test(id.name) || id.name.endsWith(".")) {
      throw badRequest(
        "InvalidResourceGroup",
        `The provided resource group name '${id.name}' has these invalid characters or ends with a period: use 1-90 of letters, digits, '-', '_', '.', '(' and ')'.`,
      );
    }
  },
  complete: (body) => ({ ...body, properties: { provisioningState: "Succeeded" } }),
};
