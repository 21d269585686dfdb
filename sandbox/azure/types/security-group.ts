import { randomUUID } from "node:crypto";
import { badRequest } from "../arm-error";
import { idKey, type ArmId } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { ResourceType, TypeContext } from "../resource-type";
import { objectAt, requireLocation, requireName } from "./rules";
import { textOf } from "../../text";

export const networkSecurityGroup: ResourceType = {
  token: "azure-native:network:NetworkSecurityGroup",
  armType: "Microsoft.Network/networkSecurityGroups",
  apiVersion: "2024-05-01",
  path: ["resourceGroupName", "networkSecurityGroupName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: [
    ...["name", "type", "etag", "provisioningState", "resourceGuid", "defaultSecurityRules"],
    ...["flowLogs", "networkInterfaces", "subnets"],
  ],
  validate(body, id) {
    requireName(
      id.name,
      /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/,
      "a security group's name has 1-80 letters, digits, '.', '_' and '-'",
    );
    requireLocation(body, id.name);
    const taken = new Map<string, string>();
    for (const rule of objectsAt(body.properties, "securityRules")) {
      const name = textOf(rule.name);
      const { priority } = rule;
      if (!(Number.isInteger(priority) && (priority as number) >= 100 && (priority as number) <= 4096)) {
        throw badRequest(
          "SecurityRuleInvalidPriority",
          `Security rule ${name} has an invalid Priority. The valid range is 100-4096.`,
        );
      }
      // Two rules of one direction can't come at the same time.
      const key = `${textOf(rule.direction)} ${String(priority)}`;
      const other = taken.get(key);
      if (other !== undefined) {
        throw badRequest(
          "SecurityRuleConflict",
          `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`,
        );
      }
      taken.set(key, name);
    }
  },
  validateDelete: requireNoSubnets,
  complete: (body, _id, _context, existing) => ({
    ...body,
    properties: {
      securityRules: [],
      ...body.properties,
      etag: `W/"${randomUUID()}"`,
      resourceGuid: existing?.properties.resourceGuid ?? randomUUID(),
      defaultSecurityRules: [],
      flowLogs: [],
      networkInterfaces: [],
      subnets: [],
    },
  }),
};

function requireNoSubnets({ name, text }: ArmId, context: TypeContext): void {
  const users = context
    .resourcesOf("Microsoft.Network/virtualNetworks/subnets")
    .filter(
      ({ properties }) => idKey(textOf(objectAt(properties, "networkSecurityGroup").id)) === idKey(text),
    );
  if (users.length === 0) return;
  throw badRequest(
    "InUseNetworkSecurityGroupCannotBeDeleted",
    `Network security group ${name} cannot be deleted because it is in use by the following resources: ${users.map(({ id }) => id).join(", ")}.`,
  );
}
