import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";

/** Where private endpoints stand, and where their names are looked up. */
export interface PrivateNetworkArgs {
  /** Subnet of the endpoint, ARM id. */
  subnetId: pulumi.Input<string>;
  /** Region of the subnet's network: the endpoint stands there, wherever its target does. */
  location: pulumi.Input<string>;
  /** Private DNS zone, ARM id: `privatelink.azurecr.io`, `privatelink.vaultcore.azure.net`. */
  zoneId: pulumi.Input<string>;
}

/** What a private endpoint leads to. */
interface EndpointTarget {
  /** ARM id. */
  resourceId: pulumi.Input<string>;
  /** Azure's name for the part that is reached: `registry`, `vault`. */
  group: string;
  resourceGroupName: pulumi.Input<string>;
  tags: { [name: string]: string };
}

/** A private endpoint and its name in the zone, as children of `parent`, named after it. */
export function privateEndpoint(
  name: string,
  { subnetId, location, zoneId }: PrivateNetworkArgs,
  { resourceId, group, resourceGroupName, tags }: EndpointTarget,
  parent: pulumi.Resource,
  dependsOn: pulumi.Resource[] = [],
): void {
  const endpoint = new network.PrivateEndpoint(
    `${name}-endpoint`,
    {
      privateEndpointName: `${name}-endpoint`,
      resourceGroupName,
      location,
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name: group, groupIds: [group], privateLinkServiceId: resourceId }],
      tags,
    },
    { parent, dependsOn },
  );
  new network.PrivateDnsZoneGroup(
    `${name}-endpoint-zone`,
    {
      privateDnsZoneGroupName: "default",
      privateEndpointName: endpoint.name,
      resourceGroupName,
      privateDnsZoneConfigs: [{ name: group, privateDnsZoneId: zoneId }],
    },
    { parent },
  );
}
