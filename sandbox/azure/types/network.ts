import { randomUUID } from "node:crypto";
import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import { groupResourceId, type Properties, type ResourceType, type StoredResource } from "../resource-type";
import { objectAt, requireLocation, requireName, stringsAt } from "./rules";

const nameRule = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_])?$/;

export const virtualNetwork: ResourceType = {
  token: "azure-native:network:VirtualNetwork",
  armType: "Microsoft.Network/virtualNetworks",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "virtualNetworkName"],
  idFrom: (inputs, subscription) =>
    groupResourceId(
      subscription,
      inputs.resourceGroupName,
      "Microsoft.Network",
      "virtualNetworks",
      inputs.virtualNetworkName,
    ),
  pathFrom: (id) => ({ resourceGroupName: id.resourceGroup, virtualNetworkName: id.name }),
  shape: "flat",
  required: ["resourceGroupName", "virtualNetworkName"],
  replaceOn: ["location"],
  computed: ["name", "type", "etag", "provisioningState", "resourceGuid", "flowLogs"],
  validate(body, id) {
    requireName(id.name, nameRule, "a network's name has 1-64 letters, digits, '.', '_' and '-'");
    requireLocation(body, id.name);
    const prefixes = stringsAt(objectAt(body.properties, "addressSpace"), "addressPrefixes");
    if (prefixes.length === 0) {
      throw badRequest(
        "InvalidRequestFormat",
        `The network '${id.name}' has no addressSpace.addressPrefixes.`,
      );
    }
    prefixes.forEach(requireRange);
  },
  complete: (body, _id, _context, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      etag: `W/"${randomUUID()}"`,
      resourceGuid: existing?.properties.resourceGuid ?? randomUUID(),
      flowLogs: [],
    },
  }),
};

export const subnet: ResourceType = {
  token: "azure-native:network:Subnet",
  armType: "Microsoft.Network/virtualNetworks/subnets",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "virtualNetworkName", "subnetName"],
  idFrom: (inputs, subscription) =>
    groupResourceId(
      subscription,
      inputs.resourceGroupName,
      "Microsoft.Network",
      "virtualNetworks",
      inputs.virtualNetworkName,
      "subnets",
      inputs.subnetName,
    ),
  pathFrom: (id) => ({
    resourceGroupName: id.resourceGroup,
    virtualNetworkName: id.names[0],
    subnetName: id.name,
  }),
  shape: "flat",
  required: ["resourceGroupName", "virtualNetworkName", "subnetName"],
  computed: ["name", "type", "etag", "provisioningState", "purpose", "privateEndpoints", "ipConfigurations"],
  validate(body, id, context) {
    requireName(id.name, nameRule, "a subnet's name has 1-64 letters, digits, '.', '_' and '-'");
    const ranges = prefixesOf(body.properties).map((prefix) => requireRange(prefix));
    if (ranges.length === 0)
      throw badRequest("InvalidRequestFormat", `The subnet '${id.name}' has no address prefix.`);
    const space = stringsAt(
      objectAt(context.resource(id.parent!)!.properties, "addressSpace"),
      "addressPrefixes",
    );
    for (const range of ranges) {
      if (!space.map(requireRange).some((outer) => range.first >= outer.first && range.last <= outer.last)) {
        throw badRequest(
          "NetcfgInvalidSubnet",
          `Subnet '${id.name}' is not valid because its IP address range is outside the IP address range of virtual network '${id.names[0]}'.`,
        );
      }
      const other = siblings(context.resourcesOf(subnet.armType), id.text).find((sibling) =>
        prefixesOf(sibling.properties)
          .map(requireRange)
          .some((theirs) => range.first <= theirs.last && theirs.first <= range.last),
      );
      if (other) {
        throw conflict(
          "NetcfgSubnetRangesOverlap",
          `Subnet '${id.name}' is not valid because its IP address range overlaps with that of an existing subnet '${other.name}'.`,
        );
      }
    }
  },
  complete: (body) => ({
    ...body,
    properties: {
      ...body.properties,
      etag: `W/"${randomUUID()}"`,
      purpose: "",
      privateEndpoints: [],
      ipConfigurations: [],
    },
  }),
};

function prefixesOf(properties: Properties): string[] {
  const single = properties.addressPrefix;
  return typeof single === "string" ? [single] : stringsAt(properties, "addressPrefixes");
}

function siblings(subnets: readonly StoredResource[], id: string): StoredResource[] {
  const network = idKey(id).split("/subnets/")[0];
  return subnets.filter(
    (other) => idKey(other.id) !== idKey(id) && idKey(other.id).startsWith(`${network}/subnets/`),
  );
}

/** First and last address of an IPv4 range, as numbers. @throws ArmError InvalidCIDRNotation */
function requireRange(prefix: string): { first: number; last: number } {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(prefix);
  const parts = match?.slice(1).map(Number) ?? [];
  if (parts.length !== 5 || parts.slice(0, 4).some((part) => part > 255) || parts[4] > 32) {
    throw badRequest("InvalidCIDRNotation", `The address prefix '${prefix}' is not a valid IPv4 range.`);
  }
  const address = ((parts[0] * 256 + parts[1]) * 256 + parts[2]) * 256 + parts[3];
  const size = 2 ** (32 - parts[4]);
  if (address % size !== 0) {
    throw badRequest(
      "InvalidCIDRNotation",
      `The address prefix '${prefix}' does not start at its own network address.`,
    );
  }
  return { first: address, last: address + size - 1 };
}
