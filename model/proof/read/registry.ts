import { modeOf } from "../../access/permission-mode";
import { normalizeScope } from "../../access/scopes";
import { isCacheRule, isPolicyAssignment, isPrivateEndpoint, isReplication } from "../../azure/kinds";
import type { RegistryFacts, ScopeMapFacts } from "../facts";
import { isList, isObject, isStated, lengthOf, textOf, textsOf, unknown, type Value } from "../../values";
import { type Declared } from "./declared";

/** A registry with what belongs to it. */
export interface RegistryKin {
  readonly registry: Declared;
  /** ARM id of the registry: what endpoints connect to it by. */
  readonly id: string;
  /** Whatever the program declares besides; strangers are passed over. */
  readonly others: readonly Declared[];
}

/** What a program says of one registry, with Azure's defaults for what it leaves out. */
export function registryFacts({ registry, id, others }: RegistryKin): RegistryFacts {
  const { properties, inputs, where } = registry;
  if (registry.unread) return { where };
  const policy = (name: string, byDefault: boolean) =>
    isStated(within(within(properties.policies, name), "status"), "enabled", byDefault);
  const rules = properties.networkRuleSet;
  const mine = others.filter((other) => registryNameOf(other) === registryNameOf(registry));
  const endpoints = others.filter((other) => isEndpointOf(other, id)).length;
  const connected = lengthOf(properties.privateEndpointConnections);
  return {
    where,
    sku: textOf(isObject(inputs.sku) ? inputs.sku.name : inputs.sku),
    mode: modeOf(properties.roleAssignmentMode),
    publicNetwork: isStated(properties.publicNetworkAccess, "enabled", true),
    deniesByDefault: isStated(within(rules, "defaultAction"), "deny", false),
    ipRules: lengthOf(within(rules, "ipRules")),
    subnetRules: lengthOf(within(rules, "virtualNetworkRules")),
    privateEndpoints: Math.max(endpoints, connected ?? 0),
    trustedServices: isStated(properties.networkRuleBypassOptions, "AzureServices", true),
    exports: policy("exportPolicy", true),
    untaggedRetention: policy("retentionPolicy", false),
    softDelete: policy("softDeletePolicy", false),
    contentTrust: policy("trustPolicy", false),
    anonymousPull: isStated(properties.anonymousPullEnabled, true, false),
    dataEndpoint: isStated(properties.dataEndpointEnabled, true, false),
    customerKey: isStated(within(properties.encryption, "status"), "enabled", false),
    replications: mine.filter(isReplication).length,
    cacheRules: mine.filter(isCacheRule).length,
  };
}

/** Name of the registry that a resource is, or stands in; lower case. */
export function registryNameOf({ properties, module }: Declared): string | undefined {
  return module === "containerregistry" ? textOf(properties.registryName)?.toLowerCase() : undefined;
}

/** A scope map, as the registry will read it. */
export function scopeMapFacts({ where, properties, unread }: Declared): ScopeMapFacts {
  const actions = textsOf(properties.actions);
  return { where, actions: unread || actions === unknown ? undefined : actions };
}

/** Built-in definitions about repository-scoped tokens: deny, and modify. */
const tokenPolicies = ["ff05e24e-195c-447e-b322-5e90c9f9f366", "a9b426fe-8856-4945-8600-18c5dd1cca2a"];

/** An Azure Policy assignment that leaves a registry without tokens. */
export function forbidsTokens(declared: Declared): boolean {
  if (!isPolicyAssignment(declared)) return false;
  const definition = textOf(declared.properties.policyDefinitionId)?.toLowerCase() ?? "";
  return tokenPolicies.some((guid) => definition.endsWith(guid));
}

/** Whether a private endpoint leads to a registry, or may. */
export function leadsToRegistry(declared: Declared): boolean {
  return targetsOf(declared).some(
    (target) => target === undefined || /\/microsoft\.containerregistry\/registries\//i.test(target),
  );
}

function isEndpointOf(other: Declared, registryId: string): boolean {
  return targetsOf(other).some(
    // An id that is not known yet is that of the registry which the same program makes.
    (target) => target === undefined || normalizeScope(target) === normalizeScope(registryId),
  );
}

/** Ids that a private endpoint connects to; undefined for a registry's that is not known yet. */
function targetsOf(declared: Declared): (string | undefined)[] {
  if (!isPrivateEndpoint(declared)) return [];
  const connections = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap(
    (key) => {
      const list = declared.properties[key];
      return isList(list) ? list.filter(isObject) : [];
    },
  );
  return connections.flatMap(({ privateLinkServiceId: target, groupIds }) => {
    if (typeof target === "string") return [target];
    const groups = textsOf(groupIds);
    return target === unknown && (groups === unknown || groups.includes("registry")) ? [undefined] : [];
  });
}

/** What a mapping holds under a key; `unknown` when the mapping is. */
function within(value: Value, key: string): Value {
  return value === unknown ? unknown : isObject(value) ? value[key] : undefined;
}
