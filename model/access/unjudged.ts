import { isAssignment, isVault } from "../azure/kinds";
import { isDeployment, templateResources } from "../azure/template";
import { vaultBody } from "../azure/vault";
import { isList } from "../values";
import type { DeclaredAzure, RegisteredResource } from "./declared";
import { assignmentOf } from "./from-azure";
import { type DirectoryResource, isCredentialOfNobody, isOfNobody } from "./from-directory";
import type { Unjudged } from "./types";

/** Kinds of one module, and what may be wrong with them; the first that fits decides, and `undefined` is harmless. */
type Kinds = readonly (readonly [kind: RegExp, why: string | undefined])[];

const anything = "it may run anything";
const brings = "it brings images into a registry by itself";
const elsewhere = "it gives rights to others in a way that is not known here";

/** Modules that are about access; in all others a resource holds rights only through an identity, which is listed. */
const azureKinds: Readonly<Record<string, Kinds>> = {
  authorization: [
    [
      /^(?:Role(?:Definition|ManagementPolicy)|DenyAssignment|(?:Scope)?AccessReview|Marketplace)/i,
      undefined,
    ],
    [
      /^(?:Policy|SetDefinition|ManagementLock|(?:ManagementGroup|Resource|Subscription).*Policy|locks$)/i,
      undefined,
    ],
    [/^(?:Variable|PrivateLinkAssociation|ResourceManagementPrivateLink)/i, undefined],
    [/./, "it may grant access"],
  ],
  containerregistry: [
    [/^(?:Registry|ScopeMap|Token)$/, undefined],
    [
      /(?:Replication|Webhook|PrivateEndpointConnection|CredentialSet|Archi(?:fe|ve|veVersion))s?$/i,
      undefined,
    ],
    [
      /(?:Task|TaskRun|Run|AgentPool|BuildTask|BuildStep)s?$/i,
      "it runs with rights in a registry and may push",
    ],
    [/(?:ImportPipeline|PipelineRun|CacheRule)s?$/i, brings],
    [/ExportPipelines?$/i, "it takes images out of a registry by itself"],
    [/ConnectedRegistr(?:y|ies)$/i, "it synchronises a registry with another, and may push"],
    [/./, "it may write to a registry"],
  ],
  managedidentity: [
    [/^(?:UserAssignedIdentity|FederatedIdentityCredential)$/, undefined],
    [/./, "somebody may sign in by it"],
  ],
  resources: [
    [/script/i, anything],
    [/./, undefined],
  ],
  core: [
    [/script/i, anything],
    [/./, undefined],
  ],
  keyvault: [
    [/access_?polic/i, "an access policy gives rights to keys beside all roles"],
    [/managed_?(?:hsm|hardware)/i, "its keys have roles of their own"],
    [/./, undefined],
  ],
  managedservices: [[/./, elsewhere]],
  lighthouse: [[/./, elsewhere]],
  blueprint: [[/./, elsewhere]],
  role: [[/./, "it may grant access"]],
  pim: [[/./, "it may grant access"]],
  unknown: [[/./, "what it deploys is not known"]],
};

const directoryKinds: Kinds = [
  [/^accesspackage/, "it gives out membership of groups"],
  [/^(?:synchronization|serviceprincipaldelegatedpermissiongrant$)/, elsewhere],
  [
    /^application(?:apiaccess|approle|fallbackpublicclient|identifieruri|knownclients|optionalclaims|permissionscope|preauthorized|redirecturis|registration|fromtemplate)?$/,
    undefined,
  ],
  [/^application(?:(?:flexible)?federatedidentitycredential|password|certificate|owner)$/, undefined],
  [
    /^serviceprincipal(?:password|certificate|tokensigningcertificate|claimsmappingpolicyassignment)?$/,
    undefined,
  ],
  [
    /^(?:user|userflowattribute|invitation|group|groupwithoutmembers|groupmember|grouprolemanagementpolicy)$/,
    undefined,
  ],
  [/^privilegedaccessgroup(?:assignment|eligibility)schedule$/, undefined],
  [
    /^(?:approleassignment|directoryrole(?:assignment|member|eligibilityschedulerequest)?|customdirectoryrole)$/,
    undefined,
  ],
  [/^administrativeunit(?:member|rolemember)?$/, undefined],
  [/^(?:conditionalaccesspolicy|authenticationstrengthpolicy|claimsmappingpolicy|namedlocation)$/, undefined],
  [/./, "somebody may sign in by it, or get rights"],
];

/** Packages whose resources neither grant anything in Azure nor become anybody there. */
const harmless: ReadonlySet<string> = new Set(["pulumi", "airlock", "kubernetes", "random", "tls", "time"]);

/** Of GitHub, what is inside of one environment: who signs in from there, credentials in Entra ID say. */
const ofEnvironment =
  /^github:.*:(?:RepositoryEnvironment(?:DeploymentPolicy)?|ActionsEnvironment(?:Secret|Variable))$/;

function whyOther(type: string): string | undefined {
  const [provider] = type.split(":");
  if (harmless.has(provider) || ofEnvironment.test(type)) return undefined;
  if (/^pulumi-(?:nodejs|python)$/.test(provider)) return "a dynamic resource runs code of the program";
  if (provider === "command") return anything;
  if (/^docker(?:-build)?$/.test(provider)) return "it may push an image while the program runs";
  return `the package ${provider} is not known here`;
}

/** Resources that may let somebody in, in a way that nothing else in the graph speaks of; sorted, each once. */
export function unjudgedOf(
  resources: readonly RegisteredResource[],
  azure: readonly DeclaredAzure[],
  directory: readonly DirectoryResource[],
): Unjudged[] {
  const known = new Set([...azure.map(({ source }) => source), ...directory.map(({ source }) => source)]);
  const found = [
    ...azure.map((one) => unjudged(one.source, whyAzure(one, azure))),
    ...directory.map((one) => unjudged(one.source, whyDirectory(one, directory))),
    ...resources.filter((one) => !known.has(one)).map((one) => unjudged(one, whyOther(one.type))),
  ].flat();
  const once = new Map(found.map((one) => [[one.type, one.name, one.why].join("\n"), one]));
  return [...once.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, one]) => one);
}

function unjudged({ type, name }: RegisteredResource, why: string | undefined): Unjudged[] {
  return why === undefined ? [] : [{ type, name, why }];
}

function whyAzure(one: DeclaredAzure, azure: readonly DeclaredAzure[]): string | undefined {
  if (isAssignment(one))
    return assignmentOf(one, []) ? undefined : "nobody knows what its role is assigned on";
  if (isDeployment(one)) {
    return templateResources(one) ? undefined : "its template can't be read, and may hold anything";
  }
  if (isCredentialOfNobody(one, azure)) return "it signs in an identity that is not declared here";
  const why = azureKinds[one.module]?.find(([kind]) => kind.test(one.kind))?.[1];
  if (why !== undefined) return why;
  if (one.unread && one.module in azureKinds) return "its properties are not known";
  return one.module === "keyvault" ? whyVault(one) : undefined;
}

function whyVault(one: DeclaredAzure): string | undefined {
  const policies = vaultBody(one).body.accessPolicies;
  const none = policies === undefined || policies === null || (isList(policies) && policies.length === 0);
  return isVault(one) && !none ? "its access policies give rights to keys beside all roles" : undefined;
}

function whyDirectory(one: DirectoryResource, all: readonly DirectoryResource[]): string | undefined {
  if (isOfNobody(one, all)) return "it is about an application that has no service principal here";
  if (one.kind.startsWith("group") && isSet(one.properties.dynamicMembership)) {
    return "its members come from a rule";
  }
  return directoryKinds.find(([kind]) => kind.test(one.kind))?.[1];
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
