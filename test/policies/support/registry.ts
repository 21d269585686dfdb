import type { Resource } from "../../../policies/rule";
import type { Properties } from "../../../policies/values";

export const typedRegistry = "azure-native:containerregistry:Registry";

/** Prod's registry, Premium and hidden from the internet. */
export const registry = (more: Properties = {}, type = typedRegistry): Resource => ({
  type,
  name: "registry",
  properties: {
    registryName: "contosoprod",
    resourceGroupName: "contoso-prod-rg",
    sku: { name: "Premium" },
    publicNetworkAccess: "Disabled",
    ...more,
  },
});
