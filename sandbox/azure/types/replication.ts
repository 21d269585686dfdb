import { badRequest, conflict } from "../arm-error";
import { idKey, isWithin } from "../arm-id";
import type { ResourceType, StoredResource, TypeContext } from "../resource-type";
import { endpointsOf } from "./private-endpoint";
import { objectAt, requireLocation, requireName, requirePermission } from "./rules";

const armType = "Microsoft.ContainerRegistry/registries/replications";

/** A copy of a registry in another region. What it holds is the registry's own: nothing here lags behind. */
export const replication: ResourceType = {
  token: "azure-native:containerregistry:Replication",
  armType,
  apiVersion: "2024-11-01-preview",
  path: ["resourceGroupName", "registryName", "replicationName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: ["name", "type", "provisioningState", "status", "systemData"],
  validate(body, id, context, existing) {
    requireName(id.name, /^[a-zA-Z0-9]{5,50}$/, "a replication's name has 5-50 letters and digits");
    requireLocation(body, id.name);
    const registry = context.resource(id.parent!)!;
    if ((registry.sku as { name?: string } | undefined)?.name !== "Premium") {
      throw badRequest("FeatureNotSupported", `The registry '${registry.name}' needs the SKU Premium.`);
    }
    if (objectAt(objectAt(registry.properties, "policies"), "softDeletePolicy").status === "enabled")
      throw badRequest("InvalidPolicy", "A registry with soft delete can't be replicated.");
    const twin = copiesOf(registry.id, context).find(
      (other) => other.location === body.location && idKey(other.id) !== idKey(id.text),
    );
    if (twin) {
      throw conflict(
        "AlreadyExists",
        `The registry '${registry.name}' is replicated to '${body.location}' already, as '${twin.name}'.`,
      );
    }
    if (existing) return;
    // Its data endpoint joins the registry's private endpoints (container-registry-private-link).
    for (const endpoint of endpointsOf(registry.id, context)) {
      const proxies = "Microsoft.Network/privateEndpoints/privateLinkServiceProxies/write";
      requirePermission(context, proxies, endpoint.id, id.text);
    }
  },
  complete: (body) => ({
    ...body,
    properties: {
      regionEndpointEnabled: true,
      zoneRedundancy: "Disabled",
      ...body.properties,
      status: { displayStatus: "Ready" },
    },
  }),
};

function copiesOf(registryId: string, context: TypeContext): StoredResource[] {
  return context.resourcesOf(armType).filter(({ id }) => isWithin(id, registryId));
}
