import { randomUUID } from "node:crypto";
import { badRequest, conflict } from "../arm-error";
import { idKey, isWithin } from "../arm-id";
import type { ResourceType } from "../resource-type";
import { objectAt, requireName, requirePermission, requireResource } from "./rules";
import { textOf } from "../../text";

export const privateZone: ResourceType = {
  token: "azure-native:privatedns:PrivateZone",
  armType: "Microsoft.Network/privateDnsZones",
  apiVersion: "2024-06-01",
  path: ["resourceGroupName", "privateZoneName"],
  shape: "flat",
  computed: ["name", "type", "etag", "provisioningState", "internalId", "numberOfRecordSets"],
  validate(body, id) {
    requireName(
      id.name,
      /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i,
      "a zone's name has labels with dots between them",
    );
    requireGlobal(body.location, id.name);
  },
  complete: (body, _id, _context, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      etag: randomUUID(),
      internalId: existing?.properties.internalId ?? randomUUID(),
      numberOfRecordSets: 1,
    },
  }),
  validateDelete(id, context) {
    const links = context
      .resourcesOf(virtualNetworkLink.armType)
      .filter((link) => isWithin(link.id, id.text))
      .map((link) => link.id);
    if (links.length > 0) {
      throw conflict(
        "CannotDeleteResource",
        `Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '${links.join("', '")}'. Please delete all nested resources before deleting this resource.`,
      );
    }
  },
};

export const virtualNetworkLink: ResourceType = {
  token: "azure-native:privatedns:VirtualNetworkLink",
  armType: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
  apiVersion: "2024-06-01",
  path: ["resourceGroupName", "privateZoneName", "virtualNetworkLinkName"],
  shape: "flat",
  replaceOn: ["virtualNetwork"],
  computed: ["name", "type", "etag", "provisioningState", "virtualNetworkLinkState"],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/,
      "a link's name has 1-80 letters, digits, '.', '_' and '-'",
    );
    requireGlobal(body.location, id.name);
    const stated = objectAt(body.properties, "virtualNetwork").id;
    const { id: network } = requireResource(context, "network", stated, id.name);
    requirePermission(context, "Microsoft.Network/virtualNetworks/join/action", network, id.text);
    const twin = context
      .resourcesOf(virtualNetworkLink.armType)
      .find(
        (other) =>
          idKey(other.id) !== idKey(id.text) &&
          idKey(other.id).startsWith(`${idKey(id.parent!)}/`) &&
          idKey(textOf(objectAt(other.properties, "virtualNetwork").id)) === idKey(network),
      );
    if (twin)
      throw conflict(
        "Conflict",
        `The zone '${id.names[0]}' is linked to '${network}' already, by '${twin.name}'.`,
      );
  },
  complete: (body) => ({
    ...body,
    properties: {
      registrationEnabled: false,
      ...body.properties,
      etag: randomUUID(),
      virtualNetworkLinkState: "Completed",
    },
  }),
};

function requireGlobal(location: string | undefined, name: string): void {
  if (location?.toLowerCase() === "global") return;
  throw badRequest("LocationNotAvailableForResourceType", `The location of '${name}' must be 'global'.`);
}
