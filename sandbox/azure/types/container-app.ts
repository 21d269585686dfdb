import type { ResourceType } from "../resource-type";
import { requireLocation, requireName } from "./rules";

/** A workload, so that a program can try to deploy one; the sandbox runs no containers. */
export const containerApp: ResourceType = {
  token: "azure-native:app:ContainerApp",
  armType: "Microsoft.App/containerApps",
  apiVersion: "2025-01-01",
  path: ["resourceGroupName", "containerAppName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: ["name", "type", "provisioningState", "systemData"],
  validate(body, id) {
    requireName(
      id.name,
      /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
      "a container app's name has 2-32 lower-case letters, digits and inner '-', and begins with a letter",
    );
    requireLocation(body, id.name);
  },
};
