import { randomUUID } from "node:crypto";
import { ipv4Range, type Ipv4Range } from "../../../model/ipv4-range";
import { badRequest, conflict } from "../arm-error";
import { idKey, type ArmId } from "../arm-id";
import type { Properties, ResourceType, StoredResource, TypeContext } from "../resource-type";
import { clustersOf } from "./managed-cluster-parts";
import { endpointsWithin } from "./private-endpoint";
import {
  objectAt,
  requireLocation,
  requireName,
  requirePermission,
  requireResource,
  stringsAt,
} from "./rules";

const nameRule = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_])?$/;

export const virtualNetwork: ResourceType = {
  token: "azure-native:network:VirtualNetwork",
  armType: "Microsoft.Network/virtualNetworks",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "virtualNetworkName"],
  shape: "flat",
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
  validateDelete: requireUnused,
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
  shape: "flat",
  computed: ["name", "type", "etag", "provisioningState", "purpose", "privateEndpoints", "ipConfigurations"],
  validate(body, id, context) {
    requireName(id.name, nameRule, "a subnet's name has 1-64 letters, digits, '.', '_' and '-'");
    const ranges = prefixesOf(body.properties).map((prefix) => requireRange(prefix));
    if (ranges.length === 0)
      throw badRequest("InvalidRequestFormat", `The subnet '${id.name}' has no address prefix.`);
    const { id: rules } = objectAt(body.properties, "networkSecurityGroup");
    if (rules !== undefined) {
      const group = requireResource(context, "security group", rules, id.name);
      requirePermission(context, "Microsoft.Network/networkSecurityGroups/join/action", group.id, id.text);
    }
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
  validateDelete: requireUnused,
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

function requireUnused({ name, text }: ArmId, context: TypeContext): void {
  const clusters = clustersOf(context).filter(({ subnets }) =>
    [...subnets.keys()].some((subnet) => `${subnet}/`.startsWith(`${idKey(text)}/`)),
  );
  const users = [...endpointsWithin(text, context), ...clusters.map(({ id }) => id)];
  if (users.length === 0) return;
  throw badRequest(
    "InUseSubnetCannotBeDeleted",
    `Subnet ${name} is in use by ${users.join(", ")} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet.`,
  );
}

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

/** @throws ArmError InvalidCIDRNotation */
function requireRange(prefix: string): Ipv4Range {
  const range = prefix.includes("/") ? ipv4Range(prefix) : undefined;
  if (range) return range;
  throw badRequest(
    "InvalidCIDRNotation",
    `The address prefix '${prefix}' is not an IPv4 range that starts at its own network address.`,
  );
}
