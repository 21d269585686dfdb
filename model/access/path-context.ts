import { clusterId, registryId } from "../physical-names";
import { type RegistryOfEnvironment, registriesOn } from "../promotion-path";
import type { Settings } from "../settings";
import { clusterColumn } from "./cluster-columns";
import type { GraphContext } from "./from-resources";
import type { Registry } from "./types";

/** What the configuration says of a path that no resource does: its registries' columns, and the registries and clusters that were there before. */
export function pathContext(
  settings: Settings,
): Required<Pick<GraphContext, "environments" | "adopted" | "clusters">> {
  const registries = registriesOn(settings.path);
  return {
    environments: Object.fromEntries(registries.map(({ registry, column }) => [registry, column])),
    adopted: registries.flatMap((one) => (one.existing ? [adoptedRegistry(settings, one)] : [])),
    clusters: settings.path.environments.flatMap((environment) => {
      const { name, cluster } = environment;
      if (cluster === undefined) return [];
      const { kubelet } = cluster;
      return [
        { id: clusterId(settings, environment), name: cluster.name, column: clusterColumn(name), kubelet },
      ];
    }),
  };
}

// Only the cloud knows whether they are on; `unjudged` says so.
const unknownSettings = { adminUserEnabled: false, anonymousPullEnabled: false };

function adoptedRegistry(settings: Settings, one: RegistryOfEnvironment): Registry {
  const { registry, mode, column } = one;
  return { id: registryId(settings, one), name: registry, mode, ...unknownSettings, environment: column };
}
