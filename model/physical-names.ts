import { managedClusters, namespaceScope } from "./access/kubernetes";
import type { Environment, ExistingCluster, StandardRegistry } from "./promotion-path";

/** What physical names and ids are made of. */
export interface Naming {
  /** Prefix of physical names. */
  readonly organization: string;
  /** GUID of the Azure subscription. */
  readonly subscriptionId: string;
  /** Name of the vault with the key that signs images, where it is not the usual one. */
  readonly signingVault?: string;
}

/** Name of an environment's resource group; `shared` has one too. */
export function resourceGroupName(
  { organization }: Pick<Naming, "organization">,
  environment: string,
): string {
  return `${organization}-${environment}-rg`;
}

/** ARM id of an environment's resource group; `shared` has one too. */
export function resourceGroupId(naming: Naming, environment: string): string {
  return `/subscriptions/${naming.subscriptionId}/resourceGroups/${resourceGroupName(naming, environment)}`;
}

/** ARM id of an environment's registry, known before it exists: a preview names it. */
export function registryId(
  naming: Naming,
  { name, registry, existing }: Pick<Environment, "name" | "registry"> & Pick<StandardRegistry, "existing">,
): string {
  const group = existing
    ? `/subscriptions/${naming.subscriptionId}/resourceGroups/${existing.resourceGroup}`
    : resourceGroupId(naming, name);
  return `${group}/providers/Microsoft.ContainerRegistry/registries/${registry}`;
}

/** Name of the vault with the key that signs images. */
export function signingVaultName({
  organization,
  signingVault = `${organization}-signing-kv`,
}: Pick<Naming, "organization" | "signingVault">): string {
  return signingVault;
}

/** ARM id of the signing vault, which stands in the shared stack's resource group. */
export function signingVaultId(naming: Naming): string {
  return `${resourceGroupId(naming, "shared")}/providers/Microsoft.KeyVault/vaults/${signingVaultName(naming)}`;
}

/** Name of the vault with the credentials that can't be avoided. */
export function secretsVaultName({ organization }: Pick<Naming, "organization">): string {
  return `${organization}-secrets-kv`;
}

/** ARM id of that vault. */
export function secretsVaultId(naming: Naming): string {
  return `${resourceGroupId(naming, "shared")}/providers/Microsoft.KeyVault/vaults/${secretsVaultName(naming)}`;
}

/** Whose cluster it is: one that stood there before has the name and the group that it has. */
export type ClusterOwner = Pick<Environment, "name" | "cluster">;

/** Name of an environment's cluster. */
export function clusterName(
  { organization }: Pick<Naming, "organization">,
  { name, cluster }: ClusterOwner,
): string {
  return cluster?.name ?? `${organization}-${name}-aks`;
}

/** ARM id of the resource group of a cluster that stood there before. */
export function clusterGroupId(
  { subscriptionId }: Pick<Naming, "subscriptionId">,
  { resourceGroup }: Pick<ExistingCluster, "resourceGroup">,
): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

/** ARM id of an environment's cluster. */
export function clusterId(naming: Naming, environment: ClusterOwner): string {
  const { name, cluster } = environment;
  const group = cluster ? clusterGroupId(naming, cluster) : resourceGroupId(naming, name);
  return `${group}/providers/${managedClusters}/${clusterName(naming, environment)}`;
}

/** ARM id of a namespace of an environment's cluster, on which roles are assigned as on the cluster. */
export function namespaceId(naming: Naming, environment: ClusterOwner, namespace: string): string {
  return namespaceScope(clusterId(naming, environment), namespace);
}

/** Name of the network that stands in the shared resource group. */
export function networkName({ organization }: Pick<Naming, "organization">): string {
  return `${organization}-vnet`;
}

/** Subnet of that network in which nodes of clusters stand. */
export const nodesSubnet = "aks";

/** ARM id of a subnet of that network. */
export function subnetId(naming: Naming, subnet: string): string {
  return `${resourceGroupId(naming, "shared")}/providers/Microsoft.Network/virtualNetworks/${networkName(naming)}/subnets/${subnet}`;
}

/** Name of the identity that brings the stacks up; an administrator makes it before the first run. */
export function platformName(organization: string): string {
  return `sp-${organization}-platform`;
}
