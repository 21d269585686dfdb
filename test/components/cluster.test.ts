import * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "../../components";
import { customRoleGuid } from "../../model/access/custom-roles";
import { roleGuids } from "../../model/access/roles";
import { outline, register, type Registered } from "../support/recorder";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const args: ClusterArgs = {
  clusterName: "contoso-dev-aks",
  resourceGroupName: "contoso-dev-rg",
  location: "eastus2",
  subnetId: "/subnets/aks",
  serviceRange: "10.101.0.0/16",
  registryId: "/registries/contosodev",
  permissionMode: "abac",
  organization: "contoso",
  subscriptionId,
  tenantId: "tenant",
  workspaceId: "/workspace",
  tags: { environment: "dev" },
};

/** What Azure makes of an identity and of a cluster. */
function computed({ type }: Registered): { [key: string]: unknown } {
  if (type.endsWith(":UserAssignedIdentity")) return { principalId: "cluster-id" };
  return type.endsWith(":ManagedCluster")
    ? {
        identityProfile: { kubeletidentity: { objectId: "kubelet-id" } },
        oidcIssuerProfile: { enabled: true, issuerURL: "https://issuer/" },
      }
    : {};
}
const made = (changes: Partial<ClusterArgs> = {}) =>
  register(() => new Cluster("dev", { ...args, ...changes }), computed);
const role = (guid: string) =>
  `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;

test("a cluster is its identity, its nodes' one right on the registry, and its log", async () => {
  const registered = await made();
  expect(outline(registered)).toEqual([
    "airlock:index:AccessMatrix dev-network",
    "airlock:index:AccessMatrix dev-pull",
    "airlock:index:Cluster dev",
    "azure-native:authorization:RoleAssignment dev-network-node-joiner",
    "azure-native:authorization:RoleAssignment dev-pull-kubelet",
    "azure-native:containerservice:ManagedCluster dev",
    "azure-native:managedidentity:UserAssignedIdentity dev-identity",
    "azure-native:monitor:DiagnosticSetting dev-logs",
  ]);
  const [, , , joins, pulls, cluster, , logs] = registered.map(({ inputs }) => inputs);
  expect(joins).toMatchObject({
    scope: "/subnets/aks",
    principalId: "cluster-id",
    principalType: "ServicePrincipal",
    roleDefinitionId: role(customRoleGuid(subscriptionId, "contoso", "nodeJoiner")),
  });
  expect(pulls).toMatchObject({
    scope: "/registries/contosodev",
    principalId: "kubelet-id",
    principalType: "ServicePrincipal",
    roleDefinitionId: role(roleGuids.repositoryReader),
  });
  expect(logs).toMatchObject({ resourceUri: "id-of-dev", workspaceId: "/workspace" });
  expect(cluster).toEqual({
    resourceName: "contoso-dev-aks",
    resourceGroupName: "contoso-dev-rg",
    location: "eastus2",
    dnsPrefix: "contoso-dev-aks",
    kubernetesVersion: "1.36",
    nodeResourceGroup: "contoso-dev-aks-nodes",
    sku: { name: "Base", tier: "Standard" },
    identity: { type: "UserAssigned", userAssignedIdentities: ["id-of-dev-identity"] },
    agentPoolProfiles: [
      {
        name: "system",
        mode: "System",
        type: "VirtualMachineScaleSets",
        osType: "Linux",
        count: 2,
        vmSize: "Standard_D4s_v5",
        maxPods: 30,
        vnetSubnetID: "/subnets/aks",
        upgradeSettings: { maxSurge: "1" },
      },
    ],
    networkProfile: {
      networkPlugin: "azure",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      loadBalancerSku: "standard",
      outboundType: "loadBalancer",
      serviceCidr: "10.101.0.0/16",
      dnsServiceIP: "10.101.0.10",
      // The SDK's own default, which means nothing where pods have addresses of the subnet.
      podCidr: "10.244.0.0/16",
    },
    apiServerAccessProfile: {
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      disableRunCommand: true,
    },
    disableLocalAccounts: true,
    enableRBAC: true,
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: "tenant" },
    oidcIssuerProfile: { enabled: true },
    securityProfile: {
      workloadIdentity: { enabled: true },
      imageCleaner: { enabled: true, intervalHours: 168 },
    },
    addonProfiles: { azurepolicy: { enabled: true } },
    serviceMeshProfile: { mode: "Istio", istio: { revisions: ["asm-1-30"] } },
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    tags: { environment: "dev" },
  });
});

test("in a registry in the legacy mode the nodes pull by AcrPull", async () => {
  const pull = (await made({ permissionMode: "rbac" })).find(({ name }) => name === "dev-pull-kubelet")!;
  expect(pull.inputs.roleDefinitionId).toBe(role(roleGuids.acrPull));
});

test("authorised ranges take the place of a private API", async () => {
  const registered = await made({ authorizedRanges: ["203.0.113.16/28"] });
  const { inputs } = registered.find(({ type }) => type.endsWith(":ManagedCluster"))!;
  expect(inputs.apiServerAccessProfile).toEqual({
    authorizedIPRanges: ["203.0.113.16/28"],
    disableRunCommand: true,
  });
});

test("two cores are warned about, and made", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
  const registered = await made({ vmSize: "Standard_D2s_v3" });
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    "Standard_D2s_v3 has 2 cores, and AKS refuses system pools of fewer than 4, since its own pods would leave no room for others. Take Standard_D4s_v5, unless your region still accepts it",
  ]);
  expect(registered.some(({ type }) => type.endsWith(":ManagedCluster"))).toBe(true);
  warn.mockRestore();
});

test.each<[Partial<ClusterArgs>, string]>([
  [
    { vmSize: "Standard_D4s_v99" },
    'Cluster "dev": vmSize: there is no VM size Standard_D4s_v99 for a system pool. Did you mean Standard_D4s_v3?',
  ],
  [
    { kubernetesVersion: "1.20" },
    'Cluster "dev": kubernetesVersion: AKS does not support Kubernetes 1.20. Take 1.35, 1.36 and 1.37: az aks get-versions shows what a region has',
  ],
  [{ permissionMode: "acl" }, 'Cluster "dev": permissionMode is acl; expected abac or rbac'],
])("%j is refused before anything is made", async (changes, message) => {
  let refusal: unknown;
  const registered = await register(() => {
    try {
      new Cluster("dev", { ...args, ...changes });
    } catch (error) {
      refusal = error;
    }
  });
  expect((refusal as Error).message).toBe(message);
  expect(outline(registered)).toEqual(["airlock:index:Cluster dev"]);
});
