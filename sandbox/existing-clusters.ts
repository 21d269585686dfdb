import { nodeGroupName } from "../model/cluster/node-group";
import { defaultNodes, defaultVmSize } from "../model/cluster/judge";
import { defaultIstioRevision, defaultKubernetesVersion } from "../model/cluster/versions";
import { managedClusters } from "../model/access/kubernetes";
import type { ExistingCluster } from "../model/promotion-path";
import type { ResourceManager } from "./azure/resource-manager";
import { kubeletId } from "./azure/types/managed-cluster-parts";
import type { Directory } from "./entra/directory";
import { subscriptionId, tenantId } from "./places";
import { administratorName } from "./seed";

/** A cluster that was there before airlock, and where. */
export interface StandingCluster extends ExistingCluster {
  /** Azure region. */
  readonly location: string;
}

/** Makes the clusters that are not there yet as docs/azure.md asks for one: Entra ID signs in, Azure RBAC decides, Azure Policy is on. */
export async function makeExistingClusters(
  manager: ResourceManager,
  directory: Directory,
  clusters: readonly StandingCluster[],
): Promise<void> {
  const [administrator] = directory
    .all("user")
    .filter(({ displayName }) => displayName === administratorName);
  const caller = { objectId: administrator.id, name: administratorName };
  for (const { name, resourceGroup, kubelet, location } of clusters) {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    const id = `${group}/providers/${managedClusters}/${name}`;
    if (manager.find(id)) continue;
    if (!manager.find(group)) await manager.put(caller, group, { location, properties: {} });
    const nodes = nodeGroupName(name);
    // Azure would choose an object id: here it is the one that the configuration has read off.
    const { id: identity, displayName } = kubeletId({ subscriptionId, name }, nodes);
    directory.ensureManagedIdentity(identity, displayName, kubelet);
    await manager.put(caller, id, {
      location,
      identity: { type: "SystemAssigned" },
      properties: {
        dnsPrefix: name,
        nodeResourceGroup: nodes,
        kubernetesVersion: defaultKubernetesVersion,
        agentPoolProfiles: [{ name: "system", mode: "System", count: defaultNodes, vmSize: defaultVmSize }],
        disableLocalAccounts: true,
        aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId },
        addonProfiles: { azurepolicy: { enabled: true } },
        serviceMeshProfile: { mode: "Istio", istio: { revisions: [defaultIstioRevision] } },
      },
    });
  }
}
