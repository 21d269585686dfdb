import type { RegisteredResource } from "../../model/access/from-resources";
import { clusterColumn, expandMatrix } from "../../model/access/matrix";
import type { Unjudged } from "../../model/access/types";
import { scopeCovers } from "../../model/access/scopes";
import { admissionNamespace } from "../../model/admission/rules";
import { ownNamespaces } from "../../model/cluster/own-namespaces";
import { podBaseline } from "../../model/cluster/pod-security";
import { clusterGroupId, clusterId, namespaceId } from "../../model/physical-names";
import type { Environment } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { listed } from "../../model/sentence";
import { isList, isObject, type Properties, textOf, type Value } from "../../model/values";
import type { Cloud } from "./cloud";
import { assigned, authorization, listIn, resourceFrom, types, versions } from "./read-lists";

const policyAssignments = "policy assignments";

/** A cluster that stands in a group of somebody else's: of that group it alone is of interest, and what it inherits. */
export async function existingCluster(
  arm: Cloud,
  settings: Settings,
  environment: Environment,
): Promise<RegisteredResource[]> {
  const area = clusterColumn(environment.name);
  const id = clusterId(settings, environment);
  const of = environment.cluster!.name;
  const list = listIn(arm, area);
  const [found, ...parts] = await Promise.all([
    arm.get(`${id}?api-version=${versions.clusters}`, { what: "the cluster", of, area }),
    // Without a filter: on the cluster, in its namespaces, and what it inherits.
    ...assigned(list, id, of),
    list(
      types.policy,
      `${clusterGroupId(settings, environment.cluster!)}${authorization}/policyAssignments`,
      versions.policies,
      policyAssignments,
      environment.cluster!.resourceGroup,
    ),
    // Asked once more, since Resource Manager knows nothing of namespaces.
    ...namespacesIn(settings, environment.name).flatMap((namespace) =>
      assigned(
        list,
        namespaceId(settings, environment, namespace),
        // In one line, where they can't be read.
        `the namespaces of ${of}`,
        "?$filter=atScope()",
      ),
    ),
  ]);
  return found === undefined ? [] : [resourceFrom(types.cluster, found), ...parts.flat()];
}

/** Those in which somebody deploys, and those in which whoever does becomes everybody. */
function namespacesIn(settings: Settings, environment: string): string[] {
  const targets = expandMatrix(settings).map(({ target }) => target);
  const named = targets.flatMap((target) =>
    target.kind === "cluster" && target.environment === environment ? (target.namespace ?? []) : [],
  );
  return [...new Set([...named, admissionNamespace, ...ownNamespaces])];
}

/** What of a cluster lets in others than Azure's roles do, or lets further, and what of it was not asked. */
export function openIn(
  { type, name, id = "", outputs }: RegisteredResource,
  column: string,
  policies: readonly RegisteredResource[] | undefined,
): Unjudged[] {
  if (type !== types.cluster) return [];
  const { disableLocalAccounts, aadProfile, addonProfiles } = outputs as Properties;
  const entra = isObject(aadProfile) ? aadProfile : {};
  const [, policy] =
    Object.entries(isObject(addonProfiles) ? addonProfiles : {}).find(
      ([addon]) => addon.toLowerCase() === "azurepolicy",
    ) ?? [];
  const groups = isList(entra.adminGroupObjectIDs) ? entra.adminGroupObjectIDs.map(String) : [];
  // What could not be read is said by itself.
  const denied = policies?.some((one) => deniesStrongPods(one, id)) ?? true;
  const open = [
    ...(disableLocalAccounts === true
      ? []
      : ["its local accounts are on, and whoever has one is everybody in it"]),
    ...(entra.enableAzureRBAC === true ? [] : ["Azure RBAC doesn't decide in it: its own roles do"]),
    ...(groups.length > 0
      ? [
          `it takes the members of ${listed(groups)} in Entra ID for administrators, and each is everybody in it`,
        ]
      : []),
    ...(isObject(policy) && policy.enabled === true
      ? []
      : ["it runs no Azure Policy, and so no baseline for pods: a deployer may get to its nodes"]),
    ...(denied
      ? []
      : ["no assignment of the baseline for pods denies them in it: a deployer may get to its nodes"]),
    "roles on namespaces in which no cell deploys, save those of the cluster itself, were not asked for",
  ];
  return open.map((why) => ({ type: "cluster", name, why, column }));
}

/** The policies that were read for a cluster; undefined when they could not be. */
export function policiesRead(
  arm: Cloud,
  column: string,
  found: readonly RegisteredResource[],
): readonly RegisteredResource[] | undefined {
  const hidden = arm.unread.some(({ what, area }) => what === policyAssignments && area === column);
  return hidden ? undefined : found.filter(({ type }) => type === types.policy);
}

/** Whether an assignment of the baseline refuses pods in a cluster, wherever nobody else's namespaces are left out. */
function deniesStrongPods({ outputs }: RegisteredResource, cluster: string): boolean {
  const { policyDefinitionId, enforcementMode, notScopes, parameters } = outputs as Properties;
  const { effect, excludedNamespaces } = isObject(parameters) ? parameters : {};
  const left = valuesOf(notScopes);
  const excluded = isObject(excludedNamespaces) ? valuesOf(excludedNamespaces.value) : [];
  return (
    textOf(policyDefinitionId)?.toLowerCase() === podBaseline.toLowerCase() &&
    (enforcementMode === undefined || enforcementMode === "Default") &&
    isObject(effect) &&
    textOf(effect.value)?.toLowerCase() === "deny" &&
    !left.some((scope) => scopeCovers(scope, cluster)) &&
    excluded.every((namespace) => ownNamespaces.includes(namespace))
  );
}

const valuesOf = (list: Value): string[] => (isList(list) ? list.map(String) : []);
