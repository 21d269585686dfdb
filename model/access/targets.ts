import { standardColumn } from "../promotion-path";

interface RegistryTarget {
  readonly kind: "registry";
  readonly environment: string;
  /** The registry beside the one on the path. */
  readonly standard?: true;
}

/** What a role that cells ask for is assigned on, by the stack that owns it. */
export type CellTarget =
  | RegistryTarget
  | { readonly kind: "resourceGroup"; readonly environment: string }
  /** The cluster, or one namespace of it. */
  | { readonly kind: "cluster"; readonly environment: string; readonly namespace?: string }
  /** The resource group of a cluster that stood there before. */
  | { readonly kind: "clusterGroup"; readonly environment: string }
  /** Where the nodes of a cluster stand. */
  | { readonly kind: "subnet"; readonly environment: string }
  | { readonly kind: "vault" };

/** What a role of a release is assigned on: its registries, and the secret with the registry password of a stage. */
export type ReleaseTarget = RegistryTarget | { readonly kind: "secret"; readonly environment: string };

/** Column of the registry that a role is assigned on; undefined for what is no registry. */
export function registryColumn(target: CellTarget | ReleaseTarget): string | undefined {
  if (target.kind !== "registry") return undefined;
  return target.standard ? standardColumn(target.environment) : target.environment;
}
