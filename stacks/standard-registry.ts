import type * as pulumi from "@pulumi/pulumi";
import { AdoptedRegistry, StandardRegistry, type StandardRegistryArgs } from "../components";
import { registryId } from "../model/physical-names";
import type { RegistryOfEnvironment } from "../model/promotion-path";
import { settings } from "./settings";

/** The registry beside an environment's own: made with it, or taken as it stands. */
export function standardRegistry(
  registry: RegistryOfEnvironment,
  args: Omit<StandardRegistryArgs, "resourceGroupName">,
  resourceGroupName: pulumi.Input<string>,
): StandardRegistry | AdoptedRegistry {
  const name = `${registry.name}-standard`;
  if (!registry.existing) return new StandardRegistry(name, { ...args, resourceGroupName });
  const { workspaceId } = args;
  return new AdoptedRegistry(name, { registryId: registryId(settings, registry), workspaceId });
}
