import { azureResource, type AzureResource } from "../../model/azure/resource";
import type { Finding, Resource, ResourceRule } from "../rule";
import { scopeOf } from "../../model/settings";
import type { StackFacts } from "../stack-facts";
import { isObject, unknown } from "../values";

/** What every resource says of itself: requirement of the project, in this order. */
const required = ["project", "environment", "owner", "purpose"] as const;

/** Kinds that take tags; another kind is judged when it states some. */
export const taggable: ReadonlySet<string> = new Set([
  ...["resources:ResourceGroup", "containerregistry:Registry", "keyvault:Vault"],
  ...["operationalinsights:Workspace", "managedidentity:UserAssignedIdentity", "storage:StorageAccount"],
  ...[
    "network:VirtualNetwork",
    "network:NetworkSecurityGroup",
    "network:PrivateEndpoint",
    "network:NatGateway",
  ],
  ...["network:PublicIPAddress", "network:LoadBalancer", "network:ApplicationGateway", "network:RouteTable"],
  ...["privatedns:PrivateZone", "dns:Zone", "containerservice:ManagedCluster", "app:ManagedEnvironment"],
  ...["app:ContainerApp", "app:Job", "containerinstance:ContainerGroup", "web:WebApp", "web:AppServicePlan"],
  ...["monitor:ActionGroup", "monitor:ActivityLogAlert", "monitor:MetricAlert", "monitor:ScheduledQueryRule"],
  ...["compute:VirtualMachine", "compute:Disk"],
]);

/** Whose a resource is, and what for. */
export const resourceRequireTags: ResourceRule = {
  name: "resource-require-tags",
  displayName: "Tagged resources",
  description: "Every resource of Azure that takes tags says its project, environment, owner and purpose.",
  severity: "low",
  remediationSteps:
    "Pass `tags` on as the reference program does (`tagsFor`), with the stack's own environment.",
  looksAt: [
    "Resource groups, registries, vaults, workspaces, networks, private endpoints, DNS zones, clusters, container apps, web apps, identities, storage accounts, machines, alerts; of every other type of Azure the tags that it states.",
    "`project`, `environment`, `owner` and `purpose`, none of them empty; `environment` is the stack's own (`shared` in the shared stack).",
    "Outside of protected environments its level can be lowered: `policies.levels`.",
  ],
  why: "What carries no owner is deleted by nobody, and what carries the wrong environment is deleted by the wrong custodian.",
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure && (taggable.has(`${azure.module}:${azure.kind}`) || states(resource))
      ? judge(resource, azure, stack)
      : [];
  },
};

function states({ properties }: Resource): boolean {
  return properties.tags !== undefined && properties.tags !== null;
}

function judge({ properties }: Resource, azure: AzureResource, stack: StackFacts): Finding[] {
  const { tags } = properties;
  const fix = `Add ${required.join(", ")}`;
  if (tags === unknown) {
    const what = "the tags are not known before `pulumi up`";
    return stack.strict ? [{ what, property: "tags", fix }] : [];
  }
  const stated = isObject(tags) ? tags : {};
  const missing = required.filter((name) => typeof stated[name] !== "string" || stated[name] === "");
  if (missing.length > 0) {
    return [{ what: `${azure.kind} has no tag ${missing.join(", ")}`, property: "tags", fix }];
  }
  const environment = scopeOf(stack.settings);
  if (stated.environment === environment) return [];
  const what = `${azure.kind} is tagged with environment ${String(stated.environment)}, and stands in ${environment}`;
  return [{ what, property: "tags.environment", fix: `Set it to ${environment}` }];
}
