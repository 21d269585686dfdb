import { badRequest } from "../arm-error";
import { idKey } from "../arm-id";
import type { ResourceType } from "../resource-type";
import { requireLocation, requireName } from "./rules";
import { clustersOf } from "./managed-cluster-parts";

/** Somebody whom Azure signs in by itself: its principal is in the directory as long as the resource stands. */
export const managedIdentity: ResourceType = {
  token: "azure-native:managedidentity:UserAssignedIdentity",
  armType: "Microsoft.ManagedIdentity/userAssignedIdentities",
  apiVersion: "2024-11-30",
  path: ["resourceGroupName", "resourceName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: ["name", "type", "clientId", "principalId", "tenantId", "systemData"],
  validate(body, id) {
    requireName(
      id.name,
      /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
      "an identity's name has 3-128 letters, digits, '-' and '_'",
    );
    requireLocation(body, id.name);
  },
  complete: (body, id, context) => ({
    ...body,
    properties: {
      ...body.properties,
      ...context.ensureIdentity(id.text, id.name),
      tenantId: context.tenantId,
    },
  }),
  validateDelete(id, context) {
    const user = clustersOf(context).find(({ identityIds }) => identityIds.includes(idKey(id.text)));
    if (user === undefined) return;
    throw badRequest("IdentityInUse", `The identity '${id.name}' is used by the cluster '${user.name}'.`);
  },
};
