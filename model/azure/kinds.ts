import type { AzureResource } from "./resource";

/** What a resource of Azure is, whoever reads it and in whatever form it was written. */
type Typed = Pick<AzureResource, "module" | "kind">;

const is =
  (module: string, kind: string) =>
  (azure: Typed): boolean =>
    azure.module === module && azure.kind === kind;

export const isRegistry = is("containerregistry", "Registry");
export const isScopeMap = is("containerregistry", "ScopeMap");
export const isToken = is("containerregistry", "Token");
export const isReplication = is("containerregistry", "Replication");
export const isCacheRule = is("containerregistry", "CacheRule");
export const isVault = is("keyvault", "Vault");
export const isKey = is("keyvault", "Key");
export const isSecret = is("keyvault", "Secret");
export const isAccessPolicy = is("keyvault", "AccessPolicy");
export const isRoleDefinition = is("authorization", "RoleDefinition");
export const isPolicyAssignment = is("authorization", "PolicyAssignment");
export const isPolicyExemption = is("authorization", "PolicyExemption");
export const isManagedIdentity = is("managedidentity", "UserAssignedIdentity");
export const isFederatedCredential = is("managedidentity", "FederatedIdentityCredential");
export const isCluster = is("containerservice", "ManagedCluster");
export const isPrivateEndpoint = is("network", "PrivateEndpoint");
export const isDiagnosticSetting = is("monitor", "DiagnosticSetting");

const assignmentKinds = /^(?:RoleAssignment|(?:Pim)?Role(?:Assignment|Eligibility)Schedule(?:Request)?s?)$/i;

/** Standing, for a while, or eligible: who may activate a role counts as who holds it. */
export function isAssignment({ module, kind }: Typed): boolean {
  return module === "authorization" && assignmentKinds.test(kind);
}
