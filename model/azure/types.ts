/** One type of Azure, under all the names that providers have for it. */
export interface Family {
  /** ARM's own name. */
  readonly arm: string;
  /** Part of Azure in lower case. */
  readonly module: string;
  /** Class of the typed provider. */
  readonly kind: string;
  /** Inputs by which the typed provider names what it stands in, and itself: outermost first. */
  readonly names: readonly string[];
  /** Input by which the typed provider says what it stands on, for what extends another resource. */
  readonly on?: string;
  /** `module:Class` of other versions of the typed provider. */
  readonly typed?: readonly string[];
  /** `module:Class` of the classic provider. */
  readonly classic?: readonly string[];
  /** Class of the Terraform bridge, which has all of them in one module. */
  readonly bridged?: readonly string[];
  /** Terraform's names, in both of these, for what the typed provider calls otherwise. `name` is its own, unless it stands here. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Terraform's input that is the id of what it stands in → the typed provider's that is its name. */
  readonly parents?: Readonly<Record<string, string>>;
}

/** @param type `module:Class` of the typed provider */
function family(
  arm: string,
  type: string,
  names: readonly string[],
  more: Omit<Family, "arm" | "module" | "kind" | "names"> = {},
): Family {
  const [module, kind] = type.split(":");
  return { arm, module, kind, names, ...more };
}

const inRegistry = { containerRegistryName: "registryName" };
const registryId = { containerRegistryId: "registryName" };
const inVault = { keyVaultId: "vaultName" };
const resourcePolicies = ["ResourcePolicyAssignment", "ResourceGroupPolicyAssignment"];
const exemptions = ["Resource", "ResourceGroup", "Subscription"].map((level) => `${level}PolicyExemption`);
const policyScopes = {
  resourceId: "scope",
  resourceGroupId: "scope",
  subscriptionId: "scope",
  managementGroupId: "scope",
};
const templates = ["ResourceGroup", "Subscription", "ManagementGroup", "Tenant"].map(
  (level) => `${level}TemplateDeployment`,
);

/** The types that this library reads in every form. */
export const families: readonly Family[] = [
  family("Microsoft.Authorization/roleAssignments", "authorization:RoleAssignment", ["roleAssignmentName"], {
    on: "scope",
    classic: ["authorization:Assignment", "role:Assignment"],
    bridged: ["RoleAssignment"],
  }),
  family(
    "Microsoft.Authorization/roleAssignmentScheduleRequests",
    "authorization:RoleAssignmentScheduleRequest",
    ["roleAssignmentScheduleRequestName"],
    { on: "scope", classic: ["pim:ActiveRoleAssignment"], bridged: ["PimActiveRoleAssignment"] },
  ),
  family(
    "Microsoft.Authorization/roleEligibilityScheduleRequests",
    "authorization:RoleEligibilityScheduleRequest",
    ["roleEligibilityScheduleRequestName"],
    { on: "scope", classic: ["pim:EligibleRoleAssignment"], bridged: ["PimEligibleRoleAssignment"] },
  ),
  family("Microsoft.Authorization/roleDefinitions", "authorization:RoleDefinition", ["roleDefinitionId"], {
    on: "scope",
    classic: ["authorization:RoleDefinition", "role:Definition"],
    bridged: ["RoleDefinition"],
    renamed: { name: "roleName" },
  }),
  family(
    "Microsoft.Authorization/policyAssignments",
    "authorization:PolicyAssignment",
    ["policyAssignmentName"],
    {
      on: "scope",
      classic: [
        ...[...resourcePolicies, "SubscriptionPolicyAssignment"].map((kind) => `core:${kind}`),
        "management:GroupPolicyAssignment",
      ],
      bridged: [...resourcePolicies, "SubscriptionPolicyAssignment", "ManagementGroupPolicyAssignment"],
      renamed: policyScopes,
    },
  ),
  family(
    "Microsoft.Authorization/policyExemptions",
    "authorization:PolicyExemption",
    ["policyExemptionName"],
    {
      on: "scope",
      classic: [...exemptions.map((kind) => `core:${kind}`), "management:GroupPolicyExemption"],
      bridged: [...exemptions, "ManagementGroupPolicyExemption"],
      renamed: policyScopes,
    },
  ),
  family("Microsoft.Authorization/locks", "authorization:ManagementLockByScope", ["lockName"], {
    on: "scope",
  }),
  family("Microsoft.ContainerRegistry/registries", "containerregistry:Registry", ["registryName"], {
    classic: ["containerservice:Registry"],
    bridged: ["ContainerRegistry"],
    renamed: { adminEnabled: "adminUserEnabled" },
  }),
  family(
    "Microsoft.ContainerRegistry/registries/scopeMaps",
    "containerregistry:ScopeMap",
    ["registryName", "scopeMapName"],
    {
      classic: ["containerservice:RegistryScopeMap"],
      bridged: ["ContainerRegistryScopeMap"],
      renamed: inRegistry,
    },
  ),
  family(
    "Microsoft.ContainerRegistry/registries/tokens",
    "containerregistry:Token",
    ["registryName", "tokenName"],
    { classic: ["containerservice:RegistryToken"], bridged: ["ContainerRegistryToken"], renamed: inRegistry },
  ),
  // Terraform keeps replications inside of their registry.
  family("Microsoft.ContainerRegistry/registries/replications", "containerregistry:Replication", [
    "registryName",
    "replicationName",
  ]),
  family(
    "Microsoft.ContainerRegistry/registries/cacheRules",
    "containerregistry:CacheRule",
    ["registryName", "cacheRuleName"],
    {
      classic: ["containerservice:RegistryCacheRule"],
      bridged: ["ContainerRegistryCacheRule"],
      parents: registryId,
    },
  ),
  family(
    "Microsoft.ContainerRegistry/registries/webhooks",
    "containerregistry:Webhook",
    ["registryName", "webhookName"],
    { classic: ["containerservice:RegistryWebhook"], bridged: ["ContainerRegistryWebhook"] },
  ),
  family(
    "Microsoft.ContainerRegistry/registries/privateEndpointConnections",
    "containerregistry:PrivateEndpointConnection",
    ["registryName", "privateEndpointConnectionName"],
  ),
  family("Microsoft.KeyVault/vaults", "keyvault:Vault", ["vaultName"], {
    classic: ["keyvault:KeyVault"],
    bridged: ["KeyVault"],
  }),
  family("Microsoft.KeyVault/vaults/keys", "keyvault:Key", ["vaultName", "keyName"], {
    classic: ["keyvault:Key"],
    bridged: ["KeyVaultKey"],
    parents: inVault,
  }),
  family("Microsoft.KeyVault/vaults/secrets", "keyvault:Secret", ["vaultName", "secretName"], {
    classic: ["keyvault:Secret"],
    bridged: ["KeyVaultSecret"],
    parents: inVault,
  }),
  family("Microsoft.KeyVault/vaults/accessPolicies", "keyvault:AccessPolicy", ["vaultName", "name"], {
    classic: ["keyvault:AccessPolicy"],
    bridged: ["KeyVaultAccessPolicy"],
    parents: inVault,
  }),
  family(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "managedidentity:UserAssignedIdentity",
    ["resourceName"],
    {
      classic: ["authorization:UserAssignedIdentity", "msi:UserAssignedIdentity"],
      bridged: ["UserAssignedIdentity"],
    },
  ),
  family(
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    "managedidentity:FederatedIdentityCredential",
    ["resourceName", "federatedIdentityCredentialResourceName"],
    {
      classic: ["armmsi:FederatedIdentityCredential"],
      bridged: ["FederatedIdentityCredential"],
      renamed: { audience: "audiences" },
    },
  ),
  family("Microsoft.App/containerApps", "app:ContainerApp", ["containerAppName"], {
    classic: ["containerapp:App"],
    bridged: ["ContainerApp"],
  }),
  family("Microsoft.App/jobs", "app:Job", ["jobName"], {
    classic: ["containerapp:Job"],
    bridged: ["ContainerAppJob"],
  }),
  family("Microsoft.App/managedEnvironments", "app:ManagedEnvironment", ["environmentName"]),
  family(
    "Microsoft.ContainerInstance/containerGroups",
    "containerinstance:ContainerGroup",
    ["containerGroupName"],
    { classic: ["containerservice:Group"], bridged: ["ContainerGroup"] },
  ),
  family("Microsoft.ContainerService/managedClusters", "containerservice:ManagedCluster", ["resourceName"]),
  family("Microsoft.Web/sites", "web:WebApp", ["name"]),
  family("Microsoft.Web/sites/slots", "web:WebAppSlot", ["name", "slot"]),
  family("Microsoft.Web/sites/siteContainers", "web:WebAppSiteContainer", ["name", "containerName"]),
  family("Microsoft.Web/serverfarms", "web:AppServicePlan", ["name"]),
  family("Microsoft.Compute/virtualMachines", "compute:VirtualMachine", ["vmName"]),
  family("Microsoft.Compute/disks", "compute:Disk", ["diskName"]),
  family("Microsoft.Storage/storageAccounts", "storage:StorageAccount", ["accountName"]),
  family("Microsoft.Network/virtualNetworks", "network:VirtualNetwork", ["virtualNetworkName"], {
    classic: ["network:VirtualNetwork"],
    bridged: ["VirtualNetwork"],
  }),
  family(
    "Microsoft.Network/virtualNetworks/subnets",
    "network:Subnet",
    ["virtualNetworkName", "subnetName"],
    { classic: ["network:Subnet"], bridged: ["Subnet"] },
  ),
  family("Microsoft.Network/privateEndpoints", "network:PrivateEndpoint", ["privateEndpointName"], {
    classic: ["privatelink:Endpoint"],
    bridged: ["PrivateEndpoint"],
  }),
  // Terraform keeps the zones of an endpoint inside of it.
  family("Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "network:PrivateDnsZoneGroup", [
    "privateEndpointName",
    "privateDnsZoneGroupName",
  ]),
  family("Microsoft.Network/privateDnsZones", "privatedns:PrivateZone", ["privateZoneName"], {
    typed: ["network:PrivateZone"],
    classic: ["privatedns:Zone"],
    bridged: ["PrivateDnsZone"],
  }),
  family(
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "privatedns:VirtualNetworkLink",
    ["privateZoneName", "virtualNetworkLinkName"],
    {
      typed: ["network:VirtualNetworkLink"],
      classic: ["privatedns:ZoneVirtualNetworkLink"],
      bridged: ["PrivateDnsZoneVirtualNetworkLink"],
      renamed: { privateDnsZoneName: "privateZoneName" },
    },
  ),
  family("Microsoft.Network/dnsZones", "dns:Zone", ["zoneName"], { typed: ["network:Zone"] }),
  family("Microsoft.Network/networkSecurityGroups", "network:NetworkSecurityGroup", [
    "networkSecurityGroupName",
  ]),
  family("Microsoft.Network/natGateways", "network:NatGateway", ["natGatewayName"]),
  family("Microsoft.Network/publicIPAddresses", "network:PublicIPAddress", ["publicIpAddressName"]),
  family("Microsoft.Network/loadBalancers", "network:LoadBalancer", ["loadBalancerName"]),
  family("Microsoft.Network/applicationGateways", "network:ApplicationGateway", ["applicationGatewayName"]),
  family("Microsoft.Network/routeTables", "network:RouteTable", ["routeTableName"]),
  family("Microsoft.OperationalInsights/workspaces", "operationalinsights:Workspace", ["workspaceName"], {
    classic: ["operationalinsights:AnalyticsWorkspace"],
    bridged: ["LogAnalyticsWorkspace"],
  }),
  family("Microsoft.Insights/diagnosticSettings", "monitor:DiagnosticSetting", ["name"], {
    on: "resourceUri",
    typed: ["insights:DiagnosticSetting"],
    classic: ["monitoring:DiagnosticSetting"],
    bridged: ["MonitorDiagnosticSetting"],
    renamed: { targetResourceId: "resourceUri", logAnalyticsWorkspaceId: "workspaceId", enabledLogs: "logs" },
  }),
  ...[
    ["actionGroups", "ActionGroup", "actionGroupName"],
    ["activityLogAlerts", "ActivityLogAlert", "activityLogAlertName"],
    ["metricAlerts", "MetricAlert", "ruleName"],
    ["scheduledQueryRules", "ScheduledQueryRule", "ruleName"],
  ].map(([arm, kind, name]) =>
    family(`Microsoft.Insights/${arm}`, `monitor:${kind}`, [name], { typed: [`insights:${kind}`] }),
  ),
  family("Microsoft.Resources/resourceGroups", "resources:ResourceGroup", ["resourceGroupName"], {
    classic: ["core:ResourceGroup"],
    bridged: ["ResourceGroup"],
  }),
  family("Microsoft.Resources/deployments", "resources:Deployment", ["deploymentName"], {
    classic: ["TemplateDeployment", ...templates].map((kind) => `core:${kind}`),
    bridged: ["TemplateDeployment", ...templates],
    renamed: { templateBody: "template", templateContent: "template" },
  }),
];

/** What the Terraform bridge calls by its first words, and the part of Azure that this is. */
export const bridgedModules: readonly (readonly [start: RegExp, module: string])[] = [
  [/^ContainerRegistry/, "containerregistry"],
  [/^(?:Role|Pim|Marketplace)/, "authorization"],
  [/^KeyVault/, "keyvault"],
  [/^(?:UserAssigned|Federated)Identity/, "managedidentity"],
  [/^(?:Resource|Subscription|ManagementGroup|Tenant)(?:Deployment|Template|Group)/, "resources"],
  [/^Lighthouse/, "lighthouse"],
  [/^Blueprint/, "blueprint"],
  [/^ContainerApp/, "containerapp"],
  [/^(?:(?:Linux|Windows)(?:Web|Function)App|AppService|FunctionApp|WebApp|StaticWebApp)/, "appservice"],
  [/^Batch/, "batch"],
  [/^MachineLearning/, "machinelearning"],
  [/^ServiceFabric/, "servicefabric"],
  [/^SpringCloud/, "springcloud"],
  [/^Kubernetes|^ArcKubernetes/, "containerservice"],
];

const byNames = (namesOf: (one: Family) => readonly string[] | undefined) =>
  new Map(families.flatMap((one) => (namesOf(one) ?? []).map((name) => [name, one] as const)));

const byArm = byNames(({ arm }) => [arm.toLowerCase()]);
const byType = byNames(({ module, kind, typed = [] }) => [`${module}:${kind}`, ...typed]);
const byClassic = byNames(({ classic }) => classic);
const byBridged = byNames(({ bridged }) => bridged);

/** The family of an ARM type, in any spelling of case. */
export const familyOfArm = (type: string): Family | undefined => byArm.get(type.toLowerCase());
/** The family of a typed resource. */
export const familyOfType = (module: string, kind: string): Family | undefined =>
  byType.get(`${module}:${kind}`);
/** The family of a classic provider's `module:Class`. */
export const familyOfClassic = (name: string): Family | undefined => byClassic.get(name);
/** The family of a class of the Terraform bridge. */
export const familyOfBridged = (kind: string): Family | undefined => byBridged.get(kind);
