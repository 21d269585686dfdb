import { UserError } from "../../model/errors";

const registryId =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.ContainerRegistry\/registries\/([^/]+)$/i;

/** What Azure Resource Manager needs to address a registry. */
export interface RegistryAddress {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly registry: string;
}

/** @throws UserError (2) for anything but the ARM id of a registry. */
export function parseRegistryId(id: string): RegistryAddress {
  const [, subscriptionId, resourceGroup, registry] = registryId.exec(id) ?? [];
  if (registry === undefined) {
    throw new UserError({
      what: `${JSON.stringify(id)} is not the ARM id of a container registry`,
      exitCode: 2,
    });
  }
  return { subscriptionId, resourceGroup, registry };
}
