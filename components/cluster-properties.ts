import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import type { ClusterPlan } from "../model/cluster/judge";
import { surge } from "../model/cluster/addresses";
import { nodeGroupName } from "../model/cluster/node-group";
import type * as pulumi from "@pulumi/pulumi";

/** What a cluster is made of, with every default filled in. */
export interface ClusterShape extends ClusterPlan {
  readonly clusterName: string;
  readonly subnetId: pulumi.Input<string>;
  readonly tenantId: pulumi.Input<string>;
  /** Addresses of services. */
  readonly serviceRange: string;
  /** Public addresses that reach the API; none: it has a private address alone. */
  readonly authorizedRanges: readonly string[];
}

/** What ARM is told about a cluster (API 2025-09-01), besides where it stands and as whom it acts. */
export function clusterProperties(shape: ClusterShape): Omit<ManagedClusterArgs, "resourceGroupName"> {
  const { clusterName, kubernetesVersion, istioRevision, tenantId } = shape;
  return {
    dnsPrefix: clusterName,
    kubernetesVersion,
    nodeResourceGroup: nodeGroupName(clusterName),
    sku: { name: "Base", tier: "Standard" },
    agentPoolProfiles: [poolOf(shape)],
    networkProfile: networkOf(shape),
    apiServerAccessProfile: accessOf(shape),
    // Entra ID alone decides who signs in, and Azure's roles what they may do.
    disableLocalAccounts: true,
    enableRBAC: true,
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantId },
    oidcIssuerProfile: { enabled: true },
    securityProfile: {
      workloadIdentity: { enabled: true },
      imageCleaner: { enabled: true, intervalHours: 168 },
    },
    addonProfiles: { azurepolicy: { enabled: true } },
    serviceMeshProfile: { mode: "Istio", istio: { revisions: [istioRevision] } },
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
  };
}

function poolOf({ vmSize, nodes, maxPods, subnetId }: ClusterShape) {
  return {
    name: "system",
    mode: "System",
    type: "VirtualMachineScaleSets",
    osType: "Linux",
    count: nodes,
    vmSize,
    maxPods,
    vnetSubnetID: subnetId,
    upgradeSettings: { maxSurge: String(surge) },
  };
}

function networkOf({ serviceRange }: ClusterShape) {
  return {
    networkPlugin: "azure",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    loadBalancerSku: "standard",
    outboundType: "loadBalancer",
    serviceCidr: serviceRange,
    dnsServiceIP: tenthOf(serviceRange),
  };
}

/** Whoever may run commands through Azure would need no network to reach the API. */
function accessOf({ authorizedRanges }: ClusterShape) {
  return authorizedRanges.length > 0
    ? { authorizedIPRanges: [...authorizedRanges], disableRunCommand: true }
    : { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, disableRunCommand: true };
}

/** The address of the cluster's names: the first of a range is that of its API. */
function tenthOf(range: string): string {
  const [first] = range.split("/");
  return first.replace(/\d+$/, (last) => String(Number(last) + 10));
}
