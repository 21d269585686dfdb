import { randomUUID } from "node:crypto";
import { badRequest } from "../arm-error";
import { idKey, parseArmId } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { Properties, ResourceType, StoredResource, TypeContext } from "../resource-type";
import {
  objectAt,
  requireLocation,
  requireName,
  requirePermission,
  requireResource,
  stringsAt,
} from "./rules";
import { textOf } from "../../text";

const nameRule = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/;

/** The part of a service that an endpoint leads to, by type. */
const groups: Record<string, string> = {
  "microsoft.containerregistry/registries": "registry",
  "microsoft.keyvault/vaults": "vault",
};

export const privateEndpoint: ResourceType = {
  token: "azure-native:network:PrivateEndpoint",
  armType: "Microsoft.Network/privateEndpoints",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "privateEndpointName"],
  shape: "flat",
  replaceOn: ["location", "subnet", "privateLinkServiceConnections"],
  computed: ["name", "type", "etag", "provisioningState", "networkInterfaces", "customDnsConfigs"],
  validate(body, id, context) {
    requireName(id.name, nameRule, "an endpoint's name has 1-80 letters, digits, '.', '_' and '-'");
    requireLocation(body, id.name);
    const subnet = requireResource(context, "subnet", objectAt(body.properties, "subnet").id, id.name);
    requirePermission(context, "Microsoft.Network/virtualNetworks/subnets/join/action", subnet.id, id.text);
    if (context.resource(parseArmId(subnet.id)!.parent!)!.location !== body.location) {
      throw badRequest(
        "InvalidResourceReference",
        `Resource ${subnet.id} referenced by resource ${id.text} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      );
    }
    const connections = connectionsOf(body.properties);
    if (connections.length === 0) {
      throw badRequest("InvalidRequestFormat", `The endpoint '${id.name}' has no connection.`);
    }
    for (const connection of connections) requireTarget(connection, id, context);
  },
  complete: (body, id, _context, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      etag: `W/"${randomUUID()}"`,
      customDnsConfigs: [],
      networkInterfaces: existing?.properties.networkInterfaces ?? [
        {
          id: `${id.text.split("/providers/")[0]}/providers/Microsoft.Network/networkInterfaces/${id.name}.nic`,
        },
      ],
    },
  }),
};

function requireTarget(
  connection: Properties,
  { name, text }: { name: string; text: string },
  context: TypeContext,
): void {
  const target = requireResource(context, "resource", connection.privateLinkServiceId, name);
  const group = groups[target.type.toLowerCase()];
  const asked = stringsAt(connection, "groupIds");
  if (group === undefined || asked.length !== 1 || asked[0] !== group) {
    throw badRequest(
      "InvalidGroupId",
      `The groupIds of '${name}' must be ["${group ?? ""}"] for ${target.type}, not ${JSON.stringify(asked)}.`,
    );
  }
  if (group === "registry" && (target.sku as { name?: string } | undefined)?.name !== "Premium") {
    throw badRequest("FeatureNotSupported", `The registry '${target.name}' needs the SKU Premium.`);
  }
  // Who may approve it is connected at once; a request that somebody else approves is not offered here.
  const approval = `${target.type}/privateEndpointConnectionsApproval/action`;
  requirePermission(context, approval, target.id, text);
}

function connectionsOf(properties: Properties): Properties[] {
  return ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((key) =>
    objectsAt(properties, key),
  );
}

/** Endpoints that lead to a resource. */
export function endpointsOf(target: string, context: TypeContext): StoredResource[] {
  return context
    .resourcesOf(privateEndpoint.armType)
    .filter(({ properties }) =>
      connectionsOf(properties).some(
        ({ privateLinkServiceId }) => idKey(String(privateLinkServiceId)) === idKey(target),
      ),
    );
}

/** Endpoints that stand in a subnet, or in any subnet of a network. */
export function endpointsWithin(id: string, context: TypeContext): string[] {
  return context
    .resourcesOf(privateEndpoint.armType)
    .filter(({ properties }) => {
      const subnet = idKey(textOf(objectAt(properties, "subnet").id));
      return subnet === idKey(id) || subnet.startsWith(`${idKey(id)}/`);
    })
    .map((endpoint) => endpoint.id);
}

export const privateDnsZoneGroup: ResourceType = {
  token: "azure-native:network:PrivateDnsZoneGroup",
  armType: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "privateEndpointName", "privateDnsZoneGroupName"],
  shape: "flat",
  computed: ["name", "etag", "provisioningState"],
  validate(body, id, context) {
    requireName(id.name, nameRule, "a zone group's name has 1-80 letters, digits, '.', '_' and '-'");
    for (const { privateDnsZoneId } of objectsAt(body.properties, "privateDnsZoneConfigs")) {
      const zone = requireResource(context, "zone", privateDnsZoneId, id.name);
      requirePermission(context, "Microsoft.Network/privateDnsZones/join/action", zone.id, id.text);
    }
  },
  complete: (body) => ({ ...body, properties: { ...body.properties, etag: `W/"${randomUUID()}"` } }),
};
