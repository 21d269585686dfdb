import type { Properties } from "../../../policies/values";
import { group, passes, registryId, resource, subscription, tags, type Case, type StackName } from "./case";

/** What platform teams put beside a registry: each has to pass in the stack named, and so nothing here is a finding. */
function inGroup(environment: StackName, properties: Properties): Properties {
  return {
    resourceGroupName: `contoso-${environment}-rg`,
    location: "eastus2",
    tags: tags(environment),
    ...properties,
  };
}

function ordinary(
  environment: StackName,
  name: string,
  type: string,
  properties: Properties,
  tagged = true,
): Case {
  const { tags: _tags, ...bare } = inGroup(environment, properties);
  return passes(environment, name, resource(type, tagged ? inGroup(environment, properties) : bare));
}

const network: Case[] = [
  passes(
    "prod",
    "a resource group",
    resource("azure-native:resources:ResourceGroup", {
      resourceGroupName: "contoso-prod-rg",
      location: "eastus2",
      tags: tags("prod"),
    }),
  ),
  ordinary("shared", "a virtual network", "azure-native:network:VirtualNetwork", {
    virtualNetworkName: "contoso-vnet",
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  }),
  ordinary(
    "shared",
    "a subnet",
    "azure-native:network:Subnet",
    { virtualNetworkName: "contoso-vnet", subnetName: "pipeline-subnet", addressPrefix: "10.0.1.0/24" },
    false,
  ),
  ordinary("prod", "a network security group", "azure-native:network:NetworkSecurityGroup", {
    networkSecurityGroupName: "aks-nsg",
  }),
  ordinary("prod", "a private endpoint", "azure-native:network:PrivateEndpoint", {
    privateEndpointName: "registry",
    subnet: {
      id: `${group("shared")}/providers/Microsoft.Network/virtualNetworks/contoso-vnet/subnets/endpoints`,
    },
    privateLinkServiceConnections: [
      { name: "registry", groupIds: ["registry"], privateLinkServiceId: registryId("prod") },
    ],
  }),
  ordinary(
    "prod",
    "a DNS zone group",
    "azure-native:network:PrivateDnsZoneGroup",
    { privateEndpointName: "registry", privateDnsZoneGroupName: "default" },
    false,
  ),
  ordinary("shared", "a private DNS zone", "azure-native:privatedns:PrivateZone", {
    privateZoneName: "privatelink.azurecr.io",
    location: "global",
  }),
  ordinary("shared", "its link", "azure-native:privatedns:VirtualNetworkLink", {
    privateZoneName: "privatelink.azurecr.io",
    virtualNetworkLinkName: "vnet",
    location: "global",
    registrationEnabled: false,
  }),
  ordinary("prod", "a public address", "azure-native:network:PublicIPAddress", {
    publicIpAddressName: "egress",
    sku: { name: "Standard" },
  }),
  ordinary("prod", "a NAT gateway", "azure-native:network:NatGateway", {
    natGatewayName: "egress",
    sku: { name: "Standard" },
  }),
  ordinary("dev", "a load balancer", "azure-native:network:LoadBalancer", { loadBalancerName: "lb" }),
  ordinary("prod", "an application gateway", "azure-native:network:ApplicationGateway", {
    applicationGatewayName: "waf",
  }),
];

const observing: Case[] = [
  ordinary("shared", "a workspace", "azure-native:operationalinsights:Workspace", {
    workspaceName: "contoso-logs",
    retentionInDays: 90,
    sku: { name: "PerGB2018" },
  }),
  passes(
    "prod",
    "where the registry's events go",
    resource("azure-native:monitor:DiagnosticSetting", {
      name: "to-workspace",
      resourceUri: registryId("prod"),
      workspaceId: `${group("shared")}/providers/Microsoft.OperationalInsights/workspaces/contoso-logs`,
      logs: [
        { category: "ContainerRegistryRepositoryEvents", enabled: true },
        { category: "ContainerRegistryLoginEvents", enabled: true },
      ],
    }),
  ),
  ordinary("prod", "an action group", "azure-native:monitor:ActionGroup", {
    actionGroupName: "oncall",
    groupShortName: "oncall",
    enabled: true,
    location: "Global",
  }),
  ordinary("prod", "an alert on the activity log", "azure-native:monitor:ActivityLogAlert", {
    activityLogAlertName: "import",
    scopes: [registryId("prod")],
    location: "Global",
  }),
  ordinary("prod", "an alert on a query", "azure-native:monitor:ScheduledQueryRule", {
    ruleName: "push",
    scopes: [registryId("prod")],
    severity: 1,
  }),
  ordinary("prod", "an alert on a metric", "azure-native:monitor:MetricAlert", {
    ruleName: "pulls",
    scopes: [registryId("prod")],
    severity: 3,
    location: "Global",
  }),
  ordinary("dev", "a workbook", "azure-native:applicationinsights:Workbook", {
    resourceName: "33333333-0000-4000-8000-000000000001",
    displayName: "promotions",
    category: "workbook",
    serializedData: "{}",
  }),
];

const governance: Case[] = [
  passes(
    "shared",
    "an assignment of Azure Policy",
    resource("azure-native:authorization:PolicyAssignment", {
      scope: subscription,
      policyAssignmentName: "no-admin-user",
      policyDefinitionId:
        "/providers/Microsoft.Authorization/policyDefinitions/dc921057-6b28-4fbe-9b83-f7bec05db6c2",
    }),
  ),
  passes(
    "prod",
    "a lock that nobody deletes through",
    resource("azure-native:authorization:ManagementLockByScope", {
      scope: registryId("prod"),
      lockName: "keep",
      level: "CanNotDelete",
    }),
  ),
  passes(
    "shared",
    "a definition of Azure Policy",
    resource("azure-native:authorization:PolicyDefinition", {
      policyDefinitionName: "digest-only",
      mode: "Microsoft.Kubernetes.Data",
      policyRule: { if: {}, then: { effect: "deny" } },
    }),
  ),
  passes(
    "prod",
    "an admission policy in the cluster",
    resource("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", {
      metadata: { name: "digest-only" },
      spec: { validations: [{ expression: "object.spec.containers.all(c, c.image.contains('@sha256:'))" }] },
    }),
  ),
  passes(
    "prod",
    "a namespace with its limits",
    resource("kubernetes:core/v1:Namespace", { metadata: { name: "iam" } }),
    resource("kubernetes:core/v1:ResourceQuota", {
      metadata: { namespace: "iam" },
      spec: { hard: { pods: "20" } },
    }),
  ),
  passes(
    "prod",
    "a network policy in the cluster",
    resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    }),
  ),
  passes(
    "prod",
    "a route in the mesh",
    resource("kubernetes:networking.istio.io/v1:VirtualService", {
      spec: { hosts: ["auth"], http: [{ route: [{ destination: { host: "auth" }, weight: 100 }] }] },
    }),
  ),
  passes(
    "prod",
    "a disruption budget",
    resource("kubernetes:policy/v1:PodDisruptionBudget", {
      spec: { minAvailable: 1, selector: { matchLabels: { app: "api" } } },
    }),
  ),
  passes(
    "prod",
    "an autoscaler",
    resource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {
      spec: {
        minReplicas: 2,
        maxReplicas: 5,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      },
    }),
  ),
];

const hosting: Case[] = [
  ordinary("prod", "a managed identity", "azure-native:managedidentity:UserAssignedIdentity", {
    resourceName: "kubelet",
  }),
  ordinary("prod", "a storage account", "azure-native:storage:StorageAccount", {
    accountName: "contosostate",
    kind: "StorageV2",
    sku: { name: "Standard_ZRS" },
    allowBlobPublicAccess: false,
  }),
  ordinary(
    "prod",
    "a container for the state",
    "azure-native:storage:BlobContainer",
    { accountName: "contosostate", containerName: "state" },
    false,
  ),
  ordinary("prod", "an environment for Container Apps", "azure-native:app:ManagedEnvironment", {
    environmentName: "apps",
  }),
  ordinary(
    "prod",
    "an agent pool of AKS",
    "azure-native:containerservice:AgentPool",
    { resourceName: "prod", agentPoolName: "user", count: 2, vmSize: "Standard_D4s_v5" },
    false,
  ),
  ordinary("prod", "a plan for Web Apps", "azure-native:web:AppServicePlan", {
    name: "plan",
    sku: { name: "P1v3" },
  }),
  ordinary("dev", "a virtual machine in dev", "azure-native:compute:VirtualMachine", { vmName: "runner" }),
  ordinary("dev", "a database in dev", "azure-native:dbforpostgresql:Server", {
    serverName: "contoso-dev-db",
  }),
  ordinary("prod", "a DNS zone", "azure-native:dns:Zone", {
    zoneName: "contoso.example",
    location: "global",
  }),
  passes(
    "prod",
    "a certificate for a test",
    resource("tls:index/privateKey:PrivateKey", { algorithm: "ECDSA" }),
  ),
  passes("shared", "a pet name", resource("random:index/randomPet:RandomPet", { length: 2 })),
];

export const honest: readonly Case[] = [...network, ...observing, ...governance, ...hosting];
