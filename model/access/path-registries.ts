import { registryId } from "../physical-names";
import { type RegistryOfEnvironment, registriesOn } from "../promotion-path";
import type { Settings } from "../settings";
import type { GraphContext } from "./from-resources";
import type { Registry } from "./types";

/** What the configuration says of a path's registries that no resource does: their columns, and those that were there before. */
export function registryContext(
  settings: Settings,
): Required<Pick<GraphContext, "environments" | "adopted">> {
  const registries = registriesOn(settings.path);
  return {
    environments: Object.fromEntries(registries.map(({ registry, column }) => [registry, column])),
    adopted: registries.flatMap((one) => (one.existing ? [adoptedRegistry(settings, one)] : [])),
  };
}

// Only the cloud knows whether they are on; `unjudged` says so.
const unknownSettings = { adminUserEnabled: false, anonymousPullEnabled: false };

function adoptedRegistry(settings: Settings, one: RegistryOfEnvironment): Registry {
  const { registry, mode, column } = one;
  return { id: registryId(settings, one), name: registry, mode, ...unknownSettings, environment: column };
}
