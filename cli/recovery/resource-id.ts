import { azureResource } from "../../model/azure/resource";
import type { Properties } from "../../model/values";

// What the model of access does not read and components make: ARM type, and the inputs that name it, outermost first.
const others: Readonly<Record<string, readonly [armType: string, ...names: string[]]>> = {
  "keyvault:Key": ["Microsoft.KeyVault/vaults/keys", "vaultName", "keyName"],
  "network:PrivateEndpoint": ["Microsoft.Network/privateEndpoints", "privateEndpointName"],
  "network:PrivateDnsZoneGroup": [
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "privateEndpointName",
    "privateDnsZoneGroupName",
  ],
  "network:Subnet": ["Microsoft.Network/virtualNetworks/subnets", "virtualNetworkName", "subnetName"],
  "network:VirtualNetwork": ["Microsoft.Network/virtualNetworks", "virtualNetworkName"],
  "operationalinsights:Workspace": ["Microsoft.OperationalInsights/workspaces", "workspaceName"],
  "privatedns:PrivateZone": ["Microsoft.Network/privateDnsZones", "privateZoneName"],
  "privatedns:VirtualNetworkLink": [
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "privateZoneName",
    "virtualNetworkLinkName",
  ],
};

/**
 * ARM id that Azure gives, or gave, to a resource with these inputs; undefined for types that are not known here.
 * @param type Pulumi's token, e.g. `azure-native:network:Subnet`.
 */
export function armIdOf(type: string, inputs: Properties, subscriptionId: string): string | undefined {
  const [provider, module = "", kind = ""] = type.split(":");
  if (provider !== "azure-native") return undefined;
  const token = `${module.split("/")[0]}:${kind}`;
  if (token === "monitor:DiagnosticSetting") {
    return joined([inputs.resourceUri, "providers/Microsoft.Insights/diagnosticSettings", inputs.name]);
  }
  if (token === "authorization:ManagementLockByScope") {
    return joined([inputs.scope, "providers/Microsoft.Authorization/locks", inputs.lockName]);
  }
  if (!Object.hasOwn(others, token)) {
    return azureResource({ type, properties: inputs }, subscriptionId)?.id;
  }
  const [armType, ...names] = others[token];
  const [namespace, ...types] = armType.split("/");
  const below = types.flatMap((segment, index) => [segment, inputs[names[index]]]);
  const group = ["", "subscriptions", subscriptionId, "resourceGroups", inputs.resourceGroupName];
  return joined([...group, "providers", namespace, ...below]);
}

function joined(parts: readonly unknown[]): string | undefined {
  return parts.every((part) => typeof part === "string") ? parts.join("/") : undefined;
}
