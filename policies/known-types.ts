import { isDeployment } from "../model/azure/template";
import { isAssignment } from "./access/assignment";
import { isRoleDefinition } from "./access/role-reading";
import { type AzureResource } from "./azure-type";

/** Packages whose every type is harmless here, or is judged by other policies. */
const packages: ReadonlySet<string> = new Set([
  // The engine's own, and ours.
  ...["pulumi", "airlock"],
  // Judged: images by the image policies, identities by those about identities, gates by environment-require-reviewers.
  ...["kubernetes", "docker-build", "azuread", "github"],
  // Values that nothing outside of the program ever sees.
  ...["random", "tls", "time"],
]);

/** Types of other packages that are judged. */
const types: ReadonlySet<string> = new Set([
  "docker:index/image:Image",
  "docker:index/registryImage:RegistryImage",
]);

/** Why a resource of another package than Azure's is not known; undefined when it is. */
export function whyForeign(type: string): string | undefined {
  const [name] = type.split(":");
  if (packages.has(name) || types.has(type)) return undefined;
  if (/^pulumi-(?:nodejs|python)$/.test(name)) return "runs code of the program, whatever that does";
  if (/^(?:command|docker)$/.test(name)) return "may run anything";
  return `is of the package ${name}, which this pack does not know: it may run an image or grant access`;
}

/** Parts of Azure that run no image and grant nothing by themselves, native and classic names. */
const harmless: ReadonlySet<string> = new Set([
  ...["network", "privatedns", "dns", "cdn", "lb", "privatelink", "frontdoor", "servicenetworking"],
  ...["monitor", "insights", "monitoring", "operationalinsights", "applicationinsights", "appinsights"],
  ...["portal", "dashboard", "alertsmanagement", "policyinsights", "policy", "security", "advisor"],
  ...["consumption", "costmanagement", "billing", "maintenance", "management"],
  ...[
    "storage",
    "sql",
    "mssql",
    "dbforpostgresql",
    "postgresql",
    "dbformysql",
    "mysql",
    "documentdb",
    "cosmosdb",
  ],
  ...[
    "cache",
    "redis",
    "servicebus",
    "eventhub",
    "eventgrid",
    "search",
    "recoveryservices",
    "dataprotection",
  ],
]);

/** Parts of Azure that other policies of this pack judge, type by type. */
const judged: ReadonlySet<string> = new Set([
  ...["containerregistry", "keyvault", "app", "containerinstance", "web", "containerapp", "appservice"],
]);

/** Kinds that are known in parts of Azure where others may run anything or grant access. */
const kinds: Readonly<Record<string, RegExp>> = {
  authorization:
    /^(?:Policy|SetDefinition|ManagementLock|(?:ManagementGroup|Resource|ResourceGroup|Subscription)Policy|locks$)/,
  resources: /^(?:ResourceGroup|TagAtScope)$/,
  core: /^(?:ResourceGroup|ResourceProviderRegistration)$/,
  managedidentity: /^(?:UserAssignedIdentity|FederatedIdentityCredential)$/,
  compute: /^(?:Disk|Snapshot|DiskEncryptionSet|AvailabilitySet|ProximityPlacementGroup|SshPublicKey)$/,
  containerservice:
    /^(?:ManagedCluster|AgentPool|MaintenanceConfiguration|KubernetesCluster|KubernetesClusterNodePool)$/,
};

/** Where a type that is not known is refused. */
export interface Stranger {
  readonly why: string;
  /** In every stack, since it may reach other environments from there; else in strict stacks alone. */
  readonly everywhere: boolean;
}

/** Why a type of Azure is not known; undefined when it is. */
export function strangeAzure(azure: AzureResource): Stranger | undefined {
  const { module, kind } = azure;
  if (isAssignment(azure) || isRoleDefinition(azure)) return undefined;
  if (harmless.has(module) || judged.has(module) || kinds[module]?.test(kind)) return undefined;
  if (isDeployment(azure) || /^TemplateDeployment|TemplateDeployment$/.test(kind)) {
    return { why: "is a template: what it deploys, and where, this pack does not read", everywhere: true };
  }
  if (/script/i.test(kind)) return { why: "is a script, whatever that does", everywhere: true };
  if (/^(?:authorization|role|pim|managedservices|lighthouse|blueprint|unknown)$/.test(module)) {
    return { why: "may grant access in a way that this pack does not know", everywhere: true };
  }
  return {
    why: "is of a type that this pack does not know: it may run an image or grant access",
    everywhere: false,
  };
}
