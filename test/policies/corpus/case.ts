import type { Resource } from "../../../policies/rule";
import type { Properties } from "../../../policies/values";
import { customRoleGuid, type CustomRoleKey } from "../../../model/access/custom-roles";
import { digest, registryId, roleId, subscriptionId } from "../support/stacks";

export type StackName = "shared" | "dev" | "staging" | "prod";

/**
 * `release` is that of v0.0.1, which is in staging; `attested` is prod where the path asks for attestations; `signing` is a proof
 * of concept whose promoter signs; `delivery` runs a
 * service in prod's cluster, `canary` one in staging's of the proof of concept.
 */
export type CaseStack = StackName | "release" | "poc" | "attested" | "signing" | "delivery" | "canary";

/** One small program of one stack, written as an attacker or as an honest user would, and what the pack has to say. */
export interface Case {
  readonly name: string;
  readonly stack: CaseStack;
  readonly resources: readonly Resource[];
  /** Every policy that refuses it, and the property that each names; left out when all have to let it pass. */
  readonly refusedBy?: Readonly<Record<string, string>>;
  /** The policies are about the whole stack: those that judge one resource at a time are not enough, or not concerned. */
  readonly whole?: boolean;
}

export function passes(stack: CaseStack, name: string, ...resources: Resource[]): Case {
  return { name, stack, resources };
}

/** @param refusedBy the policy that the case is about first */
export function refused(
  refusedBy: Readonly<Record<string, string>>,
  stack: CaseStack,
  name: string,
  ...resources: Resource[]
): Case {
  return { name, stack, resources, refusedBy };
}

export function resource(type: string, properties: Properties, more: Partial<Resource> = {}): Resource {
  const name = `it-${type.split(":").pop()!.toLowerCase()}`;
  return { type, name, properties, urn: `urn:pulumi:prod::contoso::${type}::${name}`, ...more };
}

/** A reference by digest in an environment's own registry. */
export function image(environment: string, repository = "iam/auth-service"): string {
  return `contoso${environment}.azurecr.io/${repository}@${digest}`;
}

/** What a cluster has to have. */
export const hardenedCluster: Properties = {
  identity: { type: "SystemAssigned" },
  disableLocalAccounts: true,
  aadProfile: { managed: true, enableAzureRBAC: true },
  apiServerAccessProfile: { enablePrivateCluster: true, disableRunCommand: true },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  addonProfiles: { azurepolicy: { enabled: true } },
  networkProfile: { networkPlugin: "azure", networkPolicy: "cilium", serviceCidr: "10.101.0.0/16" },
};

/** The tags that every resource has. */
export function tags(environment: string): Properties {
  return { project: "contoso", environment, owner: "platform_team", purpose: "image-promotion" };
}

export const subscription = `/subscriptions/${subscriptionId}`;
export const group = (environment: string) => `${subscription}/resourceGroups/contoso-${environment}-rg`;
export const stranger = "bbbbbbbb-0000-4000-8000-000000000001";
export const promoter = "aaaaaaaa-0000-4000-8000-000000000001";

/** An assignment as the typed provider spells it. */
export function assignment(guid: string, scope: string, more: Properties = {}): Resource {
  return resource("azure-native:authorization:RoleAssignment", {
    scope,
    roleDefinitionId: roleId(guid),
    principalId: stranger,
    principalType: "ServicePrincipal",
    ...more,
  });
}

/** GUID of one of the project's own roles. */
export const own = (key: CustomRoleKey) => customRoleGuid(subscriptionId, "contoso", key);

/** Any ARM resource, in the generic form. */
export function generic(
  namespace: string,
  type: string,
  properties: Properties,
  more: Properties = {},
): Resource {
  return resource("azure-native:resources:Resource", {
    apiVersion: "2025-11-01",
    resourceProviderNamespace: namespace,
    parentResourcePath: "",
    resourceType: type,
    resourceGroupName: "contoso-prod-rg",
    resourceName: "it",
    properties,
    ...more,
  });
}

/** Something inside an environment's registry, as the typed provider spells it. */
export function inRegistry(kind: string, environment: string, properties: Properties): Resource {
  return resource(`azure-native:containerregistry:${kind}`, {
    resourceGroupName: `contoso-${environment}-rg`,
    registryName: `contoso${environment}`,
    ...properties,
  });
}

export { digest, registryId, roleId, subscriptionId };
