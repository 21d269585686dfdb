import { azureResource, type AzureResource } from "../../model/azure/resource";
import type { Resource, StackRule } from "../rule";
import { isList, isObject, type Properties } from "../values";

/** Whoever looks after production is not woken by a trial, and whoever tries sees what happens. */
export const pocRequireOwnMonitoring: StackRule = {
  name: "poc-require-own-monitoring",
  displayName: "A proof of concept watches itself",
  description:
    "A proof of concept has a workspace for its logs, and an alert that reaches somebody, both of its own.",
  severity: "medium",
  remediationSteps: "Make a workspace, an action group with a receiver, and an alert that names the group.",
  looksAt: [
    "**The stack with `kind: poc`**, as soon as it makes a resource group; other stacks are not judged.",
    "A Log Analytics workspace. That logs go nowhere else is [poc-disallow-production](poc-disallow-production.md)'s matter.",
    "An action group that is on and has a receiver; an alert on the activity log, on metrics or on a query that is on and names an action group.",
  ],
  why: "Logs in production's workspace are production's data, read by whoever is on call there; alerts without a receiver are read by nobody.",
  checkStack: (resources, stack) => {
    if (stack.settings.kind !== "poc") return [];
    const all = resources.flatMap((resource) => {
      const azure = azureResource(resource, stack.settings.subscriptionId);
      return azure ? [{ resource, azure }] : [];
    });
    const [group] = all.filter(({ azure }) => azure.module === "resources" && azure.kind === "ResourceGroup");
    if (group === undefined) return [];
    const has = (fits: (azure: AzureResource) => boolean) => all.some(({ azure }) => fits(azure));
    const missing = (resource: Resource, what: string, fix: string) => [
      { resource, what, property: "type", fix },
    ];
    return [
      ...(has(isWorkspace)
        ? []
        : missing(group.resource, "no workspace of its own takes the logs", "Make a Workspace")),
      ...(has(isTold)
        ? []
        : missing(
            group.resource,
            "no action group tells anybody",
            "Make an ActionGroup with a receiver, and enable it",
          )),
      ...(has(isAlert)
        ? []
        : missing(
            group.resource,
            "no alert watches it",
            "Make an ActivityLogAlert that names the action group",
          )),
    ];
  },
};

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
