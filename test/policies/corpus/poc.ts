import { deployGrants } from "../../../model/access/cluster-roles";
import { customRoleGuid, type CustomRoleKey } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import {
  assignment,
  generic,
  group,
  hardenedCluster,
  passes,
  promoter,
  refused,
  registryId,
  resource,
  subscription,
  subscriptionId,
  tags,
  type Case,
} from "./case";
import type { Properties } from "../../../policies/values";

const production = "poc-disallow-production";
const network = "poc-restrict-network";
const cluster = "cluster-require-hardening";
const matrix = "access-restrict-matrix";

const own = (environment: string) => group(`poc-${environment}`);
const shared = own("shared");
const inGroup = { resourceGroupName: "contoso-poc-shared-rg", location: "eastus2", tags: tags("poc") };
const role = (key: CustomRoleKey) => customRoleGuid(subscriptionId, "contoso-poc", key);
const aks = `${shared}/providers/Microsoft.Network/virtualNetworks/contoso-poc-vnet/subnets/aks`;
const registry = (environment: string) =>
  `${own(environment)}/providers/Microsoft.ContainerRegistry/registries/contosopoc${environment}`;
const clusterOf = (environment: string) =>
  `${own(environment)}/providers/Microsoft.ContainerService/managedClusters/contoso-poc-${environment}-aks`;

function virtualNetwork(properties: Properties) {
  return resource("azure-native:network:VirtualNetwork", {
    ...inGroup,
    virtualNetworkName: "contoso-poc-vnet",
    addressSpace: { addressPrefixes: ["10.100.0.0/16"] },
    ...properties,
  });
}

function aksCluster(changes: Properties) {
  return resource("azure-native:containerservice:ManagedCluster", {
    resourceGroupName: "contoso-poc-dev-rg",
    resourceName: "contoso-poc-dev-aks",
    location: "eastus2",
    ...hardenedCluster,
    tags: tags("poc"),
    ...changes,
  });
}

const conditionOf = (key: CustomRoleKey) =>
  deployGrants(["iam"]).find((grant) => grant.role.kind === "custom" && grant.role.key === key)!.condition!;

/** A role of a deployer's, as its cell has it. */
function deployment(key: CustomRoleKey, scope: string, changes: Properties = {}) {
  return assignment(role(key), scope, {
    condition: conditionOf(key),
    conditionVersion: "2.0",
    ...changes,
  });
}

function logsTo(workspace: string) {
  return resource("azure-native:monitor:DiagnosticSetting", {
    resourceUri: aks,
    workspaceId: workspace,
    metrics: [{ category: "AllMetrics", enabled: true }],
  });
}

const isolation: Case[] = [
  refused(
    { [production]: "workspaceId" },
    "poc",
    "logs into production's workspace",
    logsTo(`${group("shared")}/providers/Microsoft.OperationalInsights/workspaces/contoso-logs`),
  ),
  passes(
    "poc",
    "logs into its own workspace",
    logsTo(`${shared}/providers/Microsoft.OperationalInsights/workspaces/contoso-poc-logs`),
  ),
  refused(
    { [production]: "workspaceId" },
    "poc",
    "another subscription",
    logsTo(
      "/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/contoso-poc-shared-rg/providers/Microsoft.OperationalInsights/workspaces/contoso-poc-logs",
    ),
  ),
  refused(
    { [production]: "scopes[0]" },
    "poc",
    "an alert on the whole subscription",
    resource("azure-native:monitor:ActivityLogAlert", {
      resourceGroupName: "contoso-poc-shared-rg",
      scopes: [subscription],
      tags: tags("poc"),
    }),
  ),
  refused(
    { [production]: "name" },
    "poc",
    "the outputs of production's stack",
    resource("pulumi:pulumi:StackReference", { name: "contoso/contoso/prod" }),
  ),
  refused(
    { [production]: "useExisting" },
    "poc",
    "a service principal that exists",
    resource("azuread:index/servicePrincipal:ServicePrincipal", { clientId: "x", useExisting: true }),
  ),
  refused(
    { [production]: "displayName" },
    "poc",
    "an application that is called like production's promoter",
    resource("azuread:index/application:Application", { displayName: "sp-contoso-prod-pipeline" }),
  ),
  refused(
    { [production]: "records[0].value" },
    "poc",
    "a name in its DNS that leads to production's registry",
    resource("azure-native:privatedns:PrivateRecordSet", {
      resourceGroupName: "contoso-poc-shared-rg",
      records: [{ value: "contosoprod.azurecr.io" }],
    }),
  ),
  refused(
    { [matrix]: "scope", [production]: "scope" },
    "poc",
    "a reader's role on production's registry",
    assignment(roleGuids.acrPull, registryId("prod")),
  ),
];

const networks: Case[] = [
  passes("poc", "its own network", virtualNetwork({})),
  refused(
    { [network]: "addressSpace" },
    "poc",
    "a network with production's range",
    virtualNetwork({ addressSpace: { addressPrefixes: ["10.0.0.0/16"] } }),
  ),
  refused(
    { [network]: "type" },
    "poc",
    "a peering",
    resource("azure-native:network:VirtualNetworkPeering", {
      resourceGroupName: "contoso-poc-shared-rg",
      virtualNetworkName: "contoso-poc-vnet",
      remoteAddressSpace: { addressPrefixes: ["172.16.0.0/16"] },
    }),
  ),
  refused(
    { [network]: "type" },
    "poc",
    "a peering of the classic provider",
    resource("azure:network/virtualNetworkPeering:VirtualNetworkPeering", {
      resourceGroupName: "contoso-poc-shared-rg",
      virtualNetworkName: "contoso-poc-vnet",
    }),
  ),
  refused(
    { [network]: "properties" },
    "poc",
    "a peering in the generic form",
    generic(
      "Microsoft.Network",
      "virtualNetworkPeerings",
      { allowForwardedTraffic: true },
      { resourceGroupName: "contoso-poc-shared-rg", parentResourcePath: "virtualNetworks/contoso-poc-vnet" },
    ),
  ),
  refused(
    { [network]: "virtualNetworkPeerings" },
    "poc",
    "a peering inside of the network",
    virtualNetwork({ virtualNetworkPeerings: [{ name: "partner" }] }),
  ),
  refused(
    { [network]: "networkProfile.serviceCidr" },
    "poc",
    "services in the addresses that AKS takes by itself, which are production's",
    aksCluster({ networkProfile: { networkPolicy: "cilium" } }),
  ),
];

const clusters: Case[] = [
  passes("poc", "a hardened cluster", aksCluster({})),
  refused(
    { [cluster]: "disableLocalAccounts" },
    "poc",
    "local accounts",
    aksCluster({ disableLocalAccounts: false }),
  ),
  refused(
    { [cluster]: "apiServerAccessProfile.authorizedIPRanges" },
    "poc",
    "an API on the internet",
    aksCluster({ apiServerAccessProfile: { disableRunCommand: true } }),
  ),
  refused(
    { [cluster]: "apiServerAccessProfile.authorizedIPRanges[0]" },
    "poc",
    "authorised ranges that let everybody in",
    aksCluster({
      apiServerAccessProfile: { disableRunCommand: true, authorizedIPRanges: ["0.0.0.0/0"] },
    }),
  ),
  refused(
    { [cluster]: "servicePrincipalProfile" },
    "poc",
    "a cluster with a password",
    aksCluster({ servicePrincipalProfile: { clientId: "x", secret: "y" } }),
  ),
  refused(
    { [cluster]: "type" },
    "prod",
    "a cluster of the classic provider",
    resource("azure:containerservice/kubernetesCluster:KubernetesCluster", {
      resourceGroupName: "contoso-prod-rg",
      tags: tags("prod"),
    }),
  ),
];

const cells: Case[] = [
  passes(
    "poc",
    "the nodes of a cluster pull from their own registry, and stand in their subnet",
    assignment(roleGuids.repositoryReader, registry("dev")),
    assignment(role("nodeJoiner"), aks, { principalId: promoter }),
  ),
  passes("poc", "the user of a cluster", assignment(roleGuids.clusterUser, clusterOf("dev"))),
  refused(
    { [matrix]: "roleDefinitionId" },
    "poc",
    "nodes that list their registry and delete in it",
    assignment(roleGuids.repositoryContributor, registry("dev")),
  ),
  refused(
    { [matrix]: "roleDefinitionId" },
    "poc",
    "an administrator of a cluster",
    assignment("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8", clusterOf("dev")),
  ),
  ...[
    ["iam", "a deployer in its namespace"],
    ["IAM", "a deployer in its namespace, as somebody else spells it"],
  ].map(([namespace, called]) =>
    passes("poc", called, deployment("workloadDeployer", `${clusterOf("dev")}/namespaces/${namespace}`)),
  ),
  passes("poc", "a deployer keeps admission", deployment("admissionKeeper", clusterOf("dev"))),
  passes(
    "poc",
    "Azure Policy refuses strong pods",
    resource("azure-native:authorization:PolicyAssignment", {
      scope: own("dev"),
      policyAssignmentName: "pod-security",
      policyDefinitionId:
        "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d",
      parameters: { effect: { value: "Deny" }, excludedNamespaces: { value: ["kube-system"] } },
    }),
  ),
  passes(
    "poc",
    "a deployer where stands what is admitted",
    assignment(role("admittedKeeper"), `${clusterOf("dev")}/namespaces/airlock-system`),
  ),
  refused(
    { [matrix]: "roleDefinitionId" },
    "poc",
    "a deployer whose configmaps stand beside its services",
    assignment(role("admittedKeeper"), `${clusterOf("dev")}/namespaces/iam`),
  ),
  passes("poc", "a deployer pulls", assignment(roleGuids.repositoryReader, registry("dev"))),
  ...[
    ["roleDefinitionId", clusterOf("dev"), "a deployer in the whole cluster"],
    ["scope", `${clusterOf("dev")}/namespaces/kube-system`, "a deployer among the cluster's own parts"],
    ["scope", `${clusterOf("dev")}/namespaces/payments`, "a deployer in a namespace that no cell names"],
    [
      "roleDefinitionId",
      `${clusterOf("dev")}/namespaces/airlock-system`,
      "a deployer whose services stand beside what is admitted",
    ],
    ["roleDefinitionId", own("dev"), "a deployer in every cluster of the group"],
  ].map(([property, scope, called]) =>
    refused({ [matrix]: property }, "poc", called, deployment("workloadDeployer", scope)),
  ),
  ...[
    [{ condition: undefined }, "a deployer whose custom resources nothing narrows"],
    [
      { condition: conditionOf("workloadDeployer").replaceAll("rollouts", "applications") },
      "a deployer of other custom resources",
    ],
  ].map(([changes, called]) =>
    refused(
      { [matrix]: "condition" },
      "poc",
      called as string,
      deployment("workloadDeployer", `${clusterOf("dev")}/namespaces/iam`, changes as Properties),
    ),
  ),
  refused(
    { [matrix]: "roleDefinitionId" },
    "poc",
    "who writes everything in a namespace, its secrets too",
    assignment("a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb", `${clusterOf("dev")}/namespaces/iam`),
  ),
  refused(
    { [matrix]: "roleDefinitionId", "registry-disallow-prod-push": "roleDefinitionId" },
    "poc",
    "a push to the staging of the proof of concept",
    assignment(roleGuids.repositoryWriter, registry("staging")),
  ),
];

const monitoring: Case[] = [
  {
    name: "a group that nobody watches",
    stack: "poc",
    whole: true,
    resources: [resource("azure-native:resources:ResourceGroup", inGroup)],
    refusedBy: { "poc-require-own-monitoring": "type" },
  },
  {
    name: "a group with a workspace and an alert that somebody reads",
    stack: "poc",
    whole: true,
    resources: [
      resource("azure-native:resources:ResourceGroup", inGroup),
      resource("azure-native:operationalinsights:Workspace", {
        ...inGroup,
        workspaceName: "contoso-poc-logs",
      }),
      resource("azure-native:monitor:ActionGroup", {
        ...inGroup,
        enabled: true,
        emailReceivers: [{ name: "team", emailAddress: "team@contoso.example" }],
      }),
      resource("azure-native:monitor:ActivityLogAlert", {
        ...inGroup,
        scopes: [shared],
        actions: {
          actionGroups: [{ actionGroupId: `${shared}/providers/Microsoft.Insights/actionGroups/told` }],
        },
      }),
    ],
  },
];

const endpoint = `${shared}/providers/Microsoft.Network/virtualNetworks/contoso-poc-vnet/subnets/acr`;

const honest: Case[] = [
  passes(
    "poc",
    "rules of a subnet that refuse what goes to production",
    resource("azure-native:network:NetworkSecurityGroup", {
      ...inGroup,
      securityRules: [
        {
          name: "away",
          priority: 200,
          direction: "Outbound",
          access: "Deny",
          destinationAddressPrefixes: ["10.0.0.0/16"],
        },
      ],
    }),
  ),
  passes(
    "poc",
    "a private endpoint, and the connection on the registry's side",
    resource("azure-native:network:PrivateEndpoint", {
      ...inGroup,
      subnet: { id: endpoint },
      privateLinkServiceConnections: [{ groupIds: ["registry"], privateLinkServiceId: registry("dev") }],
    }),
    resource("azure-native:containerregistry:PrivateEndpointConnection", { registryName: "contosopocdev" }),
  ),
  passes(
    "poc",
    "a subnet of its own",
    resource("azure-native:network:Subnet", {
      resourceGroupName: "contoso-poc-shared-rg",
      virtualNetworkName: "contoso-poc-vnet",
      addressPrefix: "10.100.7.0/24",
    }),
  ),
  passes(
    "poc",
    "a private zone of its own network",
    resource("azure-native:privatedns:PrivateZone", {
      ...inGroup,
      privateZoneName: "privatelink.azurecr.io",
    }),
    resource("azure-native:privatedns:VirtualNetworkLink", {
      resourceGroupName: "contoso-poc-shared-rg",
      virtualNetwork: { id: `${shared}/providers/Microsoft.Network/virtualNetworks/contoso-poc-vnet` },
    }),
  ),
  passes(
    "poc",
    "its own vault for secrets",
    resource(
      "azure-native:keyvault:Vault",
      {
        ...inGroup,
        vaultName: "contoso-poc-secrets-kv",
        properties: {
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: 90,
          publicNetworkAccess: "Disabled",
        },
      },
      { protect: true },
    ),
  ),
  passes(
    "poc",
    "the promotion engine imports into staging, and reads dev",
    assignment(role("importer"), registry("staging")),
    assignment(role("sourceReader"), registry("dev")),
  ),
  passes(
    "poc",
    "the pipeline of dev signs",
    assignment(roleGuids.cryptoUser, `${shared}/providers/Microsoft.KeyVault/vaults/contoso-poc-cosign-kv`),
  ),
  passes("poc", "the pipeline of dev pushes to dev", assignment(roleGuids.repositoryWriter, registry("dev"))),
  passes(
    "poc",
    "an application of its own",
    resource("azuread:index/application:Application", { displayName: "sp-contoso-poc-dev-pipeline" }),
  ),
  passes(
    "poc",
    "a cluster that names who reaches its API",
    aksCluster({
      apiServerAccessProfile: { disableRunCommand: true, authorizedIPRanges: ["203.0.113.16/28"] },
    }),
  ),
  passes(
    "poc",
    "an id among the machines that AKS keeps",
    logsTo(`${shared}/providers/Microsoft.OperationalInsights/workspaces/contoso-poc-logs`),
    resource("azure-native:monitor:DiagnosticSetting", {
      resourceUri: `${subscription}/resourceGroups/contoso-poc-dev-aks-nodes/providers/Microsoft.Network/loadBalancers/kubernetes`,
      workspaceId: `${shared}/providers/Microsoft.OperationalInsights/workspaces/contoso-poc-logs`,
    }),
  ),
];

const signing: Case[] = [
  {
    ...refused(
      { "access-disclose-signing": "roleDefinitionId" },
      "signing",
      "the promoter verifies with the vault, and so could sign what it promotes",
      assignment(roleGuids.cryptoUser, `${shared}/providers/Microsoft.KeyVault/vaults/contoso-poc-cosign-kv`),
    ),
    whole: true,
  },
];

/** A proof of concept: nothing of production, no way to it, and clusters that know who is who. */
export const poc: readonly Case[] = [
  ...isolation,
  ...networks,
  ...clusters,
  ...cells,
  ...monitoring,
  ...signing,
  ...honest,
];
