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
  /** `module:Class` of the classic provider. */
  readonly classic?: readonly string[];
  /** Class of the Terraform bridge, which has all of them in one module. */
  readonly bridged?: readonly string[];
  /** Terraform's names, in both of these, for what the typed provider calls otherwise. */
  readonly renamed?: Readonly<Record<string, string>>;
}

const child = { containerRegistryName: "registryName" };

/** The types that this library reads in every form. */
export const families: readonly Family[] = [
  {
    arm: "Microsoft.Authorization/roleAssignments",
    module: "authorization",
    kind: "RoleAssignment",
    names: ["roleAssignmentName"],
    classic: ["authorization:Assignment", "role:Assignment"],
    bridged: ["RoleAssignment"],
  },
  {
    arm: "Microsoft.Authorization/roleAssignmentScheduleRequests",
    module: "authorization",
    kind: "RoleAssignmentScheduleRequest",
    names: ["roleAssignmentScheduleRequestName"],
    classic: ["pim:ActiveRoleAssignment"],
    bridged: ["PimActiveRoleAssignment"],
  },
  {
    arm: "Microsoft.Authorization/roleEligibilityScheduleRequests",
    module: "authorization",
    kind: "RoleEligibilityScheduleRequest",
    names: ["roleEligibilityScheduleRequestName"],
    classic: ["pim:EligibleRoleAssignment"],
    bridged: ["PimEligibleRoleAssignment"],
  },
  {
    arm: "Microsoft.Authorization/roleDefinitions",
    module: "authorization",
    kind: "RoleDefinition",
    names: ["roleDefinitionId"],
    classic: ["authorization:RoleDefinition", "role:Definition"],
    bridged: ["RoleDefinition"],
    renamed: { name: "roleName" },
  },
  {
    arm: "Microsoft.ContainerRegistry/registries",
    module: "containerregistry",
    kind: "Registry",
    names: ["registryName"],
    classic: ["containerservice:Registry"],
    bridged: ["ContainerRegistry"],
    renamed: { name: "registryName", adminEnabled: "adminUserEnabled" },
  },
  {
    arm: "Microsoft.ContainerRegistry/registries/scopeMaps",
    module: "containerregistry",
    kind: "ScopeMap",
    names: ["registryName", "scopeMapName"],
    classic: ["containerservice:RegistryScopeMap"],
    bridged: ["ContainerRegistryScopeMap"],
    renamed: { ...child, name: "scopeMapName" },
  },
  {
    arm: "Microsoft.ContainerRegistry/registries/tokens",
    module: "containerregistry",
    kind: "Token",
    names: ["registryName", "tokenName"],
    classic: ["containerservice:RegistryToken"],
    bridged: ["ContainerRegistryToken"],
    renamed: { ...child, name: "tokenName" },
  },
  {
    arm: "Microsoft.KeyVault/vaults",
    module: "keyvault",
    kind: "Vault",
    names: ["vaultName"],
    classic: ["keyvault:KeyVault"],
    bridged: ["KeyVault"],
    renamed: { name: "vaultName" },
  },
  {
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
    module: "managedidentity",
    kind: "UserAssignedIdentity",
    names: ["resourceName"],
    classic: ["authorization:UserAssignedIdentity", "msi:UserAssignedIdentity"],
    bridged: ["UserAssignedIdentity"],
    renamed: { name: "resourceName" },
  },
  {
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    module: "managedidentity",
    kind: "FederatedIdentityCredential",
    names: ["resourceName", "federatedIdentityCredentialResourceName"],
    classic: ["armmsi:FederatedIdentityCredential"],
    bridged: ["FederatedIdentityCredential"],
    renamed: { name: "federatedIdentityCredentialResourceName", audience: "audiences" },
  },
  {
    arm: "Microsoft.App/containerApps",
    module: "app",
    kind: "ContainerApp",
    names: ["containerAppName"],
    classic: ["containerapp:App"],
    bridged: ["ContainerApp"],
  },
  {
    arm: "Microsoft.App/jobs",
    module: "app",
    kind: "Job",
    names: ["jobName"],
    classic: ["containerapp:Job"],
    bridged: ["ContainerAppJob"],
  },
  {
    arm: "Microsoft.ContainerInstance/containerGroups",
    module: "containerinstance",
    kind: "ContainerGroup",
    names: ["containerGroupName"],
    classic: ["containerservice:Group"],
    bridged: ["ContainerGroup"],
  },
  { arm: "Microsoft.Web/sites", module: "web", kind: "WebApp", names: ["name"] },
  { arm: "Microsoft.Web/sites/slots", module: "web", kind: "WebAppSlot", names: ["name", "slot"] },
  {
    arm: "Microsoft.Web/sites/siteContainers",
    module: "web",
    kind: "WebAppSiteContainer",
    names: ["name", "containerName"],
  },
  {
    arm: "Microsoft.Resources/resourceGroups",
    module: "resources",
    kind: "ResourceGroup",
    names: ["resourceGroupName"],
    classic: ["core:ResourceGroup"],
    bridged: ["ResourceGroup"],
    renamed: { name: "resourceGroupName" },
  },
  {
    arm: "Microsoft.Resources/deployments",
    module: "resources",
    kind: "Deployment",
    names: ["deploymentName"],
    classic: [
      "core:TemplateDeployment",
      "core:ResourceGroupTemplateDeployment",
      "core:SubscriptionTemplateDeployment",
      "core:ManagementGroupTemplateDeployment",
      "core:TenantTemplateDeployment",
    ],
    bridged: [
      "ResourceGroupTemplateDeployment",
      "SubscriptionTemplateDeployment",
      "ManagementGroupTemplateDeployment",
      "TenantTemplateDeployment",
    ],
    renamed: { name: "deploymentName", templateBody: "template", templateContent: "template" },
  },
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

const byArm = new Map(families.map((family) => [family.arm.toLowerCase(), family]));
const byType = new Map(families.map((family) => [`${family.module}:${family.kind}`, family]));
const byClassic = new Map(
  families.flatMap((family) => (family.classic ?? []).map((name) => [name, family] as const)),
);
const byBridged = new Map(
  families.flatMap((family) => (family.bridged ?? []).map((name) => [name, family] as const)),
);

/** The family of an ARM type, in any spelling of case. */
export const familyOfArm = (type: string): Family | undefined => byArm.get(type.toLowerCase());
/** The family of a typed resource. */
export const familyOfType = (module: string, kind: string): Family | undefined =>
  byType.get(`${module}:${kind}`);
/** The family of a classic provider's `module:Class`. */
export const familyOfClassic = (name: string): Family | undefined => byClassic.get(name);
/** The family of a class of the Terraform bridge. */
export const familyOfBridged = (kind: string): Family | undefined => byBridged.get(kind);
