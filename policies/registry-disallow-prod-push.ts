import { type AzureResource, azureResource } from "./azure-type";
import { registryFindings } from "./registry-findings";
import { reachedBy } from "./registry-scope";
import { assignmentFindings, definitionFindings } from "./role-findings";
import { isRoleDefinition } from "./role-reading";
import type { Finding, Resource, ResourceRule } from "./rule";
import { protectedEnvironments, type StackFacts } from "./stack-facts";
import { isList, isObject, propertyPath, unknown, type Value } from "./values";

/** No push to a protected registry: by no role, no token, no shared password and no other route. */
export const registryDisallowProdPush: ResourceRule = {
  name: "registry-disallow-prod-push",
  displayName: "No push to a protected registry",
  description:
    "Nobody can push to the registry of a protected environment, and nobody can give themselves the right to.",
  severity: "critical",
  remediationSteps:
    "Remove the grant. To bring an image in, promote it; to read, use the `pull` cell of the access matrix.",
  check: (resource, stack, earlier) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure ? azureFindings(azure, resource, stack, earlier) : builderFindings(resource, stack);
  },
  recalls: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure !== undefined && (isRoleDefinition(azure) || azure.kind === "ScopeMap");
  },
};

function azureFindings(
  azure: AzureResource,
  resource: Resource,
  stack: StackFacts,
  earlier: readonly Resource[],
): readonly Finding[] {
  if (azure.module === "containerregistry") return registryFindings(azure, stack, earlier);
  if (azure.module === "authorization" && azure.kind === "RoleAssignment") {
    return assignmentFindings(azure, stack, earlier);
  }
  if (isRoleDefinition(azure)) return definitionFindings(azure, stack);
  if (opaque(azure)) return stack.strict ? [unknownAccess(resource.type, "may grant access or push")] : [];
  if (grantsAccess.has(azure.module) && !harmless.test(azure.kind)) {
    const { scope } = azure.properties;
    const reached = scope === undefined ? stack.strict : reachedBy(scope, stack).length > 0;
    return reached ? [unknownAccess(resource.type, "may grant access")] : [];
  }
  return [];
}

/** Parts of Azure whose resources grant access: eligible assignments, delegation to another tenant, blueprints. */
const grantsAccess: ReadonlySet<string> = new Set([
  ...["authorization", "role", "pim", "managedservices", "lighthouse", "blueprint", "unknown"],
]);
/** What stands among them and grants nothing: policies and locks. */
const harmless =
  /^(?:Policy|SetDefinition|PolicySet|ManagementLock|ManagementGroupPolicy|ResourcePolicy|ResourceGroupPolicy|SubscriptionPolicy|policy|locks$)/;

/** Templates and scripts: anything at all may be inside. */
function opaque({ module, kind }: AzureResource): boolean {
  return (
    (module === "resources" && /^(?:Deployment|Azure(?:Cli|PowerShell)Script|deployment)/.test(kind)) ||
    (module === "core" && /(?:TemplateDeployment|DeploymentScript)/.test(kind))
  );
}

function unknownAccess(type: string, does: string): Finding {
  return {
    what: `${type} ${does} in a way that this pack does not know`,
    property: "type",
    fix: "Declare what it does as role assignments and resources, which can be judged",
  };
}

const builders =
  /^(?:docker:index\/(?:image:Image|registryImage:RegistryImage|tag:Tag)|docker-build:index:(?:Image|Index))$/;
const targets: readonly string[] = ["tags", "tag", "imageName", "name", "targetImage", "registry"];

/** Resources that run whatever the program gives them, or an image where no rule looks. */
const runsAnything =
  /^(?:command:|pulumi-(?:nodejs|python):dynamic|docker:index\/(?:container:Container|service:Service))/;

/** Images that the program itself builds and pushes. */
function builderFindings({ type, properties }: Resource, stack: StackFacts): Finding[] {
  if (stack.strict && runsAnything.test(type)) return [unknownAccess(type, "may run anything")];
  if (!builders.test(type)) return [];
  const fix = "Push to the first environment's registry and promote the image from there";
  return targets.flatMap((key) =>
    texts(properties[key], key).flatMap(({ property, text }): Finding[] => {
      if (text === unknown) {
        const what = "the registry that is pushed to is not known before `pulumi up`";
        return stack.strict ? [{ what, property, fix }] : [];
      }
      const target = text
        .replace(/^https?:\/\//, "")
        .split("/")[0]
        .toLowerCase();
      return protectedEnvironments(stack)
        .filter(({ host }) => host === target)
        .map(({ registry, name }) => ({
          what: `the image is pushed to ${registry}, the registry of ${name}`,
          property,
          fix,
        }));
    }),
  );
}

function texts(value: Value, property: string): { property: string; text: string | typeof unknown }[] {
  if (typeof value === "string" || value === unknown) return [{ property, text: value }];
  if (isList(value)) return value.flatMap((item, index) => texts(item, propertyPath(property, index)));
  if (!isObject(value)) return [];
  // Credentials stand beside the server's name, and only that says where a push goes.
  return ["server", "address"].flatMap((key) => texts(value[key], propertyPath(property, key)));
}
