import { managedClusters } from "./kubernetes";
import { repositoryDataActions } from "./roles";
import type { RegistryOperation } from "./tokens";
import type { AccessRequest, Capability, PermissionMode, Registry, Resource } from "./types";

export type { RegistryOperation } from "./tokens";

const registries = "Microsoft.ContainerRegistry/registries";

const repositoryActions: Record<RegistryOperation, string> = {
  "content/read": repositoryDataActions.contentRead,
  "content/write": repositoryDataActions.contentWrite,
  "content/delete": repositoryDataActions.contentDelete,
  "metadata/read": repositoryDataActions.metadataRead,
  "metadata/write": repositoryDataActions.metadataWrite,
  "catalog/read": repositoryDataActions.catalogRead,
};

// In the legacy mode AcrPull lists everything, and locks are documented for Owner and Contributor alone.
const legacyActions: Record<RegistryOperation, string> = {
  "content/read": `${registries}/pull/read`,
  "content/write": `${registries}/push/write`,
  "content/delete": `${registries}/artifacts/delete`,
  "metadata/read": `${registries}/pull/read`,
  "metadata/write": `${registries}/metadata/write`,
  "catalog/read": `${registries}/pull/read`,
};

/** The registry operation that a capability stands for; the other capabilities are ARM, vault or cluster actions. */
export const operationOf: Partial<Record<Capability, RegistryOperation>> = {
  pull: "content/read",
  push: "content/write",
  delete: "content/delete",
  lock: "metadata/write",
};

/** The ARM, vault or cluster action of the capabilities that are no registry operation. */
export const actionOf: Partial<Record<Capability, Pick<AccessRequest, "plane" | "action">>> = {
  read: { plane: "control", action: `${registries}/read` },
  import: { plane: "control", action: `${registries}/importImage/action` },
  // One of what is left; the role has them all.
  tidy: { plane: "control", action: "Microsoft.Compute/disks/delete" },
  sign: { plane: "data", action: "Microsoft.KeyVault/vaults/keys/sign/action" },
  verify: { plane: "data", action: "Microsoft.KeyVault/vaults/keys/verify/action" },
  "cluster-user": {
    plane: "control",
    action: `${managedClusters}/listClusterUserCredential/action`,
  },
  // One of what a delivery stack applies; the role has them all.
  deploy: { plane: "data", action: `${managedClusters}/apps/deployments/write` },
};

/** What a capability is asked of. */
export function askedOf(capability: Capability): Resource["kind"] {
  if (capability === "sign" || capability === "verify") return "vault";
  return capability === "cluster-user" || capability === "deploy" ? "cluster" : "registry";
}

/** Whether a right on a part is one: on one key of a vault, in one namespace of a cluster. */
export function countsOnParts(capability: Capability): boolean {
  return askedOf(capability) === "vault" || capability === "deploy";
}

/** The plane and action that decide a registry operation in a permission mode. */
export function actionFor(
  mode: PermissionMode,
  operation: RegistryOperation,
): Pick<AccessRequest, "plane" | "action"> {
  return mode === "abac"
    ? { plane: "data", action: repositoryActions[operation] }
    : { plane: "control", action: legacyActions[operation] };
}

/** The request that a registry makes of Azure RBAC for an operation, right for its permission mode. */
export function registryRequest(
  registry: Registry,
  operation: RegistryOperation,
  repository?: string,
): AccessRequest {
  return {
    ...actionFor(registry.mode, operation),
    scope: registry.id,
    ...(operation === "catalog/read" || repository === undefined ? {} : { repository }),
  };
}

const dataPlaneOf = (actions: Record<RegistryOperation, string>): Set<string> =>
  new Set(Object.values(actions).map((action) => action.toLowerCase()));

const ignoredBy: Record<PermissionMode, { plane: AccessRequest["plane"]; actions: Set<string> }> = {
  abac: { plane: "control", actions: dataPlaneOf(legacyActions) },
  rbac: { plane: "data", actions: dataPlaneOf(repositoryActions) },
};

/** Whether a registry pays no attention to an action because of its permission mode. */
export function modeIgnores(mode: PermissionMode, plane: AccessRequest["plane"], action: string): boolean {
  const ignored = ignoredBy[mode];
  return plane === ignored.plane && ignored.actions.has(action.toLowerCase());
}
