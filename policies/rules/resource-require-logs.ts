import { registryEvents, vaultEvents } from "../../model/azure/events";
import { listed } from "../../model/sentence";
import { isDiagnosticSetting, isRegistry, isVault } from "../../model/azure/kinds";
import type { AzureResource } from "../../model/azure/resource";
import { type Hardened, ofKind } from "../hardening/resources";
import type { StackRule } from "../rule";
import { isList, isObject, textOf } from "../values";

/** Who did what is written down somewhere else. */
export const resourceRequireLogs: StackRule = {
  name: "resource-require-logs",
  displayName: "Registries and vaults that log",
  description:
    "Every registry sends its repository and login events to a workspace, every vault its audit events.",
  severity: "medium",
  remediationSteps: "Make them with EnvironmentRegistry and SigningVault, which add the diagnostic settings.",
  looksAt: [
    `For each registry of the stack a diagnostic setting with a workspace and the categories ${listed(registryEvents)}, for each vault one with ${listed(vaultEvents)}; \`allLogs\` or \`audit\` in their place.`,
    "A setting whose resource is not known before `pulumi up` counts for one of them.",
  ],
  why: "Without the events nobody sees a push that should not have been possible, nor a sign-in with a token that was revoked.",
  checkStack: (resources, stack) => {
    const settings = ofKind(resources, isDiagnosticSetting, stack);
    const spare = new Set(settings.filter(({ azure }) => scopeOfSetting(azure) === undefined));
    return [
      ...ofKind(resources, isRegistry, stack).map((one) => ({ one, events: registryEvents })),
      ...ofKind(resources, isVault, stack).map((one) => ({ one, events: vaultEvents })),
    ]
      .filter(({ one, events }) => !isLogged(one, events, settings, spare))
      .map(({ one, events }) => ({
        resource: one.resource,
        what: `the events of ${one.resource.name} go nowhere`,
        property: "diagnosticSettings",
        fix: `Add a diagnostic setting that sends ${listed(events)} to the workspace`,
      }));
  },
};

function scopeOfSetting({ properties }: AzureResource): string | undefined {
  return textOf(properties.resourceUri)?.toLowerCase();
}

function isLogged(
  { azure }: Hardened,
  events: readonly string[],
  settings: readonly Hardened[],
  spare: Set<Hardened>,
): boolean {
  const id = azure.id?.toLowerCase();
  const own = settings.find((setting) => id !== undefined && scopeOfSetting(setting.azure) === id);
  if (own) return sends(own.azure, events);
  for (const setting of spare) {
    if (!sends(setting.azure, events)) continue;
    spare.delete(setting);
    return true;
  }
  // The registry's own id is not known either: any setting that fits may be its.
  return id === undefined && settings.some((setting) => sends(setting.azure, events));
}

function sends({ properties }: AzureResource, events: readonly string[]): boolean {
  const { workspaceId, logs } = properties;
  if (workspaceId === undefined || workspaceId === null || workspaceId === "") return false;
  const listed = (isList(logs) ? logs : []).filter(isObject);
  const on = listed.filter(({ enabled }) => enabled !== false);
  if (on.some(({ categoryGroup }) => /^(?:allLogs|audit)$/i.test(textOf(categoryGroup) ?? ""))) return true;
  return events.every((event) => on.some(({ category }) => category === event));
}
