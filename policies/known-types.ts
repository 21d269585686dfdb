import { isAssignment, isRoleDefinition } from "../model/azure/kinds";
import { isDeployment, templateResources } from "../model/azure/template";
import { type AzureResource } from "../model/azure/resource";
import { isObject, type Properties, textOf, type Value } from "./values";

/** Packages whose every type is harmless here, or is judged by other policies. */
const packages: ReadonlySet<string> = new Set([
  // The engine's own, and ours.
  ...["pulumi", "airlock"],
  // Judged: images and builds.
  ...["kubernetes", "docker-build"],
  // Values that nothing outside of the program ever sees.
  ...["random", "tls", "time"],
]);

/** Packages of which some kinds are judged, or harmless; the others may grant access. */
const packageKinds: Readonly<Record<string, RegExp>> = {
  // By the policies about identities; what those refuse is known as well.
  azuread:
    /^(?:Application(?:Registration|ApiAccess|AppRole|Certificate|FallbackPublicClient|(?:Flexible)?FederatedIdentityCredential|IdentifierUri|KnownClients|OptionalClaims|Owner|Password|PermissionScope|PreAuthorized|RedirectUris)?|ServicePrincipal(?:Certificate|DelegatedPermissionGrant|Password|TokenSigningCertificate)?|Group(?:Member|RoleManagementPolicy|WithoutMembers)?|User|UserFlowAttribute|Invitation|NamedLocation|ConditionalAccessPolicy|AuthenticationStrengthPolicy|CustomDirectoryRole|DirectoryRole.*|AppRoleAssignment|AdministrativeUnit.*|PrivilegedAccessGroup.*|AccessPackage.*)$/,
  // Gates by environment-require-reviewers; the rest describes repositories, or makes their rules stricter.
  github:
    /^(?:Repository(?:Environment(?:DeploymentPolicy)?|Ruleset|Topics|DependabotSecurityUpdates)?|OrganizationRuleset|Branch(?:Default|Protection(?:V3)?)?|(?:Actions|Codespaces|Dependabot).*(?:Variable|Secret)|IssueLabels?|Release)$/,
};

/** Types of other packages that are judged. */
const types: ReadonlySet<string> = new Set([
  "docker:index/image:Image",
  "docker:index/registryImage:RegistryImage",
]);
/** Packages of Azure, of which `strangeAzure` knows the types. */
const azurePackages = /^(?:azure|azurerm|azapi|azure-nextgen|azure-native(?:_[a-z0-9_]+)?)$/;

/** Packages that change identities, or what runs as them, whichever stack's program does it. */
const reaching = /^(?:azuread|msgraph|github|gitlab|azuredevops)$/;

/** Why a resource of another package than Azure's is not known; undefined when it is. In dev what stays there may be strange. */
export function whyForeign(type: string, strict: boolean): string | undefined {
  return strict || reaching.test(type.split(":")[0]) ? whyStranger(type) : undefined;
}

function whyStranger(type: string): string | undefined {
  const [name, module = "", kind = ""] = type.split(":");
  if (name === "pulumi" && module === "providers") return whyProvider(kind);
  if (packages.has(name) || types.has(type) || packageKinds[name]?.test(kind)) return undefined;
  if (name in packageKinds) return "may grant access in a way that this pack does not know";
  return whyPackage(name);
}

function whyPackage(name: string): string {
  if (/^pulumi-(?:nodejs|python)$/.test(name)) return "runs code of the program, whatever that does";
  if (/^(?:command|docker)$/.test(name)) return "may run anything";
  return `is of the package ${name}, which this pack does not know: it may run an image or grant access`;
}

// The engine makes a provider for a package's functions too, and functions are nothing that a policy sees.
function whyProvider(name: string): string | undefined {
  const known = packages.has(name) || name in packageKinds || name === "docker" || azurePackages.test(name);
  if (known) return undefined;
  const does = /^(?:command|pulumi-(?:nodejs|python))$/.test(name) ? "run anything" : "do what nobody judges";
  return `is the provider of ${name}, whose functions may ${does}`;
}

/** Parts of Azure that run no image and grant nothing by themselves, native and classic names. */
const harmless: ReadonlySet<string> = new Set([
  ...["network", "privatedns", "dns", "dnsresolver", "cdn", "lb", "privatelink", "frontdoor"],
  ...["trafficmanager", "servicenetworking", "monitor", "insights", "monitoring", "operationalinsights"],
  ...["applicationinsights", "appinsights", "portal", "dashboard", "alertsmanagement", "security", "advisor"],
  ...["consumption", "costmanagement", "maintenance", "appconfiguration", "storage", "sql", "mssql"],
  ...["dbforpostgresql", "postgresql", "dbformysql", "mysql", "documentdb", "cosmosdb", "mongocluster"],
  ...["cache", "redis", "redisenterprise", "servicebus", "eventhub", "eventgrid", "search"],
  ...["recoveryservices", "dataprotection"],
]);

/** Parts of Azure whose images are judged, type by type. */
const imageModules: ReadonlySet<string> = new Set([
  ...["app", "containerinstance", "web", "containerapp", "appservice"],
]);

/** Parts of Azure that other policies of this pack judge, type by type. */
const judged: ReadonlySet<string> = new Set([...imageModules, "containerregistry", "keyvault"]);

/** Kinds that are known in parts of Azure where others may run anything or grant access. */
const kinds: Readonly<Record<string, RegExp>> = {
  authorization:
    /^(?:Policy|SetDefinition|ManagementLock|(?:ManagementGroup|Resource|ResourceGroup|Subscription)Policy)/i,
  policy: /^(?:Definition|PolicySetDefinition)$/,
  policyinsights: /^attestation/i,
  management: /^(?:Lock|Group.*Policy.*)$/,
  resources: /^(?:ResourceGroup|TagAtScope)$/,
  core: /^(?:ResourceGroup|ResourceProviderRegistration|(?:Resource|ResourceGroup|Subscription)Policy.*)$/,
  managedidentity: /^(?:UserAssignedIdentity|FederatedIdentityCredential)$/,
  compute:
    /^(?:(?:Managed)?Disk|Snapshots?|DiskAccess|DiskAccesses|DiskEncryptionSets?|AvailabilitySets?|CapacityReservation(?:Group)?s?|ProximityPlacementGroups?|SshPublicKeys?)$/i,
  containerservice:
    /^(?:ManagedCluster|AgentPool|MaintenanceConfiguration|ManagedClusterSnapshot|AutoUpgradeProfile|LoadBalancer|ManagedNamespace|PrivateEndpointConnection|KubernetesCluster|KubernetesClusterNodePool|managedClusters\/(?:agentPools|maintenanceConfigurations))$/i,
};

/** Where a type that is not known is refused. */
export interface Stranger {
  readonly why: string;
  /** In every stack, since it may reach other environments from there; else in strict stacks alone. */
  readonly everywhere: boolean;
}

const mayGrant = "may grant access in a way that this pack does not know";

/** Why a type of Azure is not known; undefined when it is. */
export function strangeAzure(azure: AzureResource): Stranger | undefined {
  const { module, kind } = azure;
  if (isAssignment(azure) || isRoleDefinition(azure)) return undefined;
  if (isPolicyWithTemplate(azure)) {
    return { why: "deploys a template wherever its rule finds something", everywhere: true };
  }
  if (harmless.has(module) || judged.has(module) || kinds[module]?.test(kind)) return undefined;
  if (isDeployment(azure)) {
    const why = whyTemplate(azure);
    return why === undefined ? undefined : { why, everywhere: true };
  }
  if (/script(?!ion)/i.test(kind)) return { why: "is a script, whatever that does", everywhere: true };
  if (module === "policyinsights") return { why: "deploys the template of a policy", everywhere: true };
  if (/^(?:authorization|role|pim|managedservices|lighthouse|blueprint|management|unknown)$/.test(module)) {
    return { why: mayGrant, everywhere: true };
  }
  return {
    why: "is of a type that this pack does not know: it may run an image or grant access",
    everywhere: false,
  };
}

/** A policy of Azure's own that mends what it finds. */
function isPolicyWithTemplate({ module, kind, properties }: AzureResource): boolean {
  if (!/^(?:authorization|policy)$/.test(module) || !/definition/i.test(kind)) return false;
  const { policyRule } = properties;
  const text = typeof policyRule === "string" ? policyRule : JSON.stringify(policyRule ?? null);
  return /"deployment"\s*:|deployIfNotExists/i.test(text);
}

/**
 * Why a template is refused as a whole; undefined when all of it can be read and is harmless, or runs images and nothing
 * else: what other policies judge, they judge as resources of the program.
 */
function whyTemplate(deployment: AzureResource): string | undefined {
  const contents = templateResources(deployment);
  const opaque = "is a template: what it deploys, and where, this pack does not read";
  if (contents === undefined || /^DeploymentStack/i.test(deployment.kind)) return opaque;
  const { mode, deploymentMode, onErrorDeployment } = settingsOf(deployment.properties);
  const how = mode ?? deploymentMode;
  if (onErrorDeployment !== undefined && onErrorDeployment !== null) return opaque;
  if (how !== undefined && textOf(how)?.toLowerCase() !== "incremental") {
    return "is a template that deletes what it leaves out: deploy it in the incremental mode";
  }
  for (const one of contents) {
    const inside = isDeployment(one) ? whyTemplate(one) : undefined;
    if (inside !== undefined) return inside;
    if (isDeployment(one) || harmless.has(one.module) || imageModules.has(one.module)) continue;
    return one.module === "unknown"
      ? opaque
      : `is a template with ${one.kind} of ${one.module} in it, which this pack judges as a resource of its own alone`;
  }
  return undefined;
}

function settingsOf(properties: Properties): Properties {
  const nested: Value = properties.properties;
  return isObject(nested) ? nested : properties;
}
