import type { RegisteredResource } from "../../model/access/from-resources";
import { clusterColumn, expandMatrix } from "../../model/access/matrix";
import type { Unjudged } from "../../model/access/types";
import { clusterId, namespaceId } from "../../model/physical-names";
import type { Environment } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";
import { isObject, type Properties } from "../../model/values";
import type { Cloud } from "./cloud";
import { assigned, listIn, resourceFrom, types, versions } from "./read-lists";

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
    // Asked once more, since Resource Manager knows nothing of namespaces.
    ...namespacesIn(settings, environment.name).flatMap((namespace) =>
      assigned(
        list,
        namespaceId(settings, environment, namespace),
        `${of}/${namespace}`,
        "?$filter=atScope()",
      ),
    ),
  ]);
  return found === undefined ? [] : [resourceFrom(types.cluster, found), ...parts.flat()];
}

function namespacesIn(settings: Settings, environment: string): string[] {
  const targets = expandMatrix(settings).map(({ target }) => target);
  const named = targets.flatMap((target) =>
    target.kind === "cluster" && target.environment === environment ? (target.namespace ?? []) : [],
  );
  return [...new Set(named)];
}

/** What of a cluster lets in others than Azure's roles do, or lets further. */
export function openIn({ type, name, outputs }: RegisteredResource, column: string): Unjudged[] {
  if (type !== types.cluster) return [];
  const { disableLocalAccounts, aadProfile, addonProfiles } = outputs as Properties;
  const entra = isObject(aadProfile) ? aadProfile : {};
  const [, policy] =
    Object.entries(isObject(addonProfiles) ? addonProfiles : {}).find(
      ([addon]) => addon.toLowerCase() === "azurepolicy",
    ) ?? [];
  const open = [
    ...(disableLocalAccounts === true
      ? []
      : ["its local accounts are on, and whoever has one is everybody in it"]),
    ...(entra.enableAzureRBAC === true ? [] : ["Azure RBAC doesn't decide in it: its own roles do"]),
    ...(isObject(policy) && policy.enabled === true
      ? []
      : ["it runs no Azure Policy, and so no baseline for pods: a deployer may get to its nodes"]),
  ];
  return open.map((why) => ({ type: "cluster", name, why, column }));
}
