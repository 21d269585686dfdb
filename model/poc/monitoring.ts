import { azureResource, type AzureResource } from "../azure/resource";
import { isList, isObject, type Properties } from "../values";
import type { PocFinding, PocResource } from "./finding";

/** What a proof of concept lacks to watch itself; the findings are about its first resource group. */
export function monitoringFindings<Resource extends PocResource>(
  resources: readonly Resource[],
  subscriptionId: string,
): (PocFinding & { readonly resource: Resource })[] {
  const all = resources.flatMap((resource) => {
    const azure = azureResource(resource, subscriptionId);
    return azure ? [{ resource, azure }] : [];
  });
  const [group] = all.filter(({ azure }) => azure.module === "resources" && azure.kind === "ResourceGroup");
  if (group === undefined) return [];
  const { resource } = group;
  return needs
    .filter(({ is }) => !all.some(({ azure }) => is(azure)))
    .map(({ what, fix }) => ({ resource, what, property: "type", fix }));
}

const needs = [
  { is: isWorkspace, what: "no workspace of its own takes the logs", fix: "Make a Workspace" },
  {
    is: isTold,
    what: "no action group tells anybody",
    fix: "Make an ActionGroup with a receiver, and enable it",
  },
  {
    is: isAlert,
    what: "no alert watches it",
    fix: "Make an ActivityLogAlert that names the action group",
  },
];

function isWorkspace({ module, kind }: AzureResource): boolean {
  return module === "operationalinsights" && kind === "Workspace";
}

function isTold({ module, kind, properties }: AzureResource): boolean {
  if (module !== "monitor" || kind !== "ActionGroup" || properties.enabled === false) return false;
  return Object.entries(properties).some(
    ([key, value]) => key.endsWith("Receivers") && isList(value) && value.length > 0,
  );
}

function isAlert({ module, kind, properties }: AzureResource): boolean {
  const isKind = /^(?:ActivityLogAlert|MetricAlert|ScheduledQueryRule)$/.test(kind);
  return module === "monitor" && isKind && properties.enabled !== false && namesGroup(properties);
}

function namesGroup({ actions }: Properties): boolean {
  if (isList(actions)) return actions.length > 0;
  return isObject(actions) && isList(actions.actionGroups) && actions.actionGroups.length > 0;
}
