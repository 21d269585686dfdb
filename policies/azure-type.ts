import type { Resource } from "./rule";
import { isObject, type Properties, textOf, unknown, type Value } from "./values";

/** An Azure resource, whichever of its type tokens the program uses. */
export interface AzureResource {
  /** Part of Azure in lower case, e.g. `containerregistry`; `unknown` when the program hides it. */
  readonly module: string;
  /** `Registry`, or ARM's own words for what has no typed form here: `registries/tasks`. */
  readonly kind: string;
  /** Typed inputs; of a generic resource its `properties`, with the names that stand outside of them. */
  readonly properties: Properties;
  /** Where the properties stand in the resource: "" or `properties`. */
  readonly root: string;
}

/** ARM type in lower case → its family, and the input that a typed resource would name its parent or itself by. */
const armTypes: ReadonlyMap<string, readonly [module: string, kind: string, names: readonly string[]]> =
  new Map([
    ["microsoft.authorization/roleassignments", ["authorization", "RoleAssignment", ["roleAssignmentName"]]],
    ["microsoft.authorization/roledefinitions", ["authorization", "RoleDefinition", ["roleDefinitionId"]]],
    ["microsoft.containerregistry/registries", ["containerregistry", "Registry", ["registryName"]]],
    [
      "microsoft.containerregistry/registries/scopemaps",
      ["containerregistry", "ScopeMap", ["registryName", "scopeMapName"]],
    ],
    [
      "microsoft.containerregistry/registries/tokens",
      ["containerregistry", "Token", ["registryName", "tokenName"]],
    ],
    ["microsoft.app/containerapps", ["app", "ContainerApp", ["containerAppName"]]],
    ["microsoft.app/jobs", ["app", "Job", ["jobName"]]],
    [
      "microsoft.containerinstance/containergroups",
      ["containerinstance", "ContainerGroup", ["containerGroupName"]],
    ],
    ["microsoft.web/sites", ["web", "WebApp", ["name"]]],
    ["microsoft.web/sites/slots", ["web", "WebAppSlot", ["name", "slot"]]],
    ["microsoft.web/sites/sitecontainers", ["web", "WebAppSiteContainer", ["name", "containerName"]]],
  ]);

/** Classic provider's `module/file:Class` → family, and its names for what the typed provider calls otherwise. */
const classicTypes: ReadonlyMap<
  string,
  readonly [module: string, kind: string, renamed: Readonly<Record<string, string>>]
> = new Map([
  ["authorization:Assignment", ["authorization", "RoleAssignment", {}]],
  ["role:Assignment", ["authorization", "RoleAssignment", {}]],
  ["authorization:RoleDefinition", ["authorization", "RoleDefinition", { name: "roleName" }]],
  ["role:Definition", ["authorization", "RoleDefinition", { name: "roleName" }]],
  ["containerservice:Registry", ["containerregistry", "Registry", classicRegistry()]],
  [
    "containerservice:RegistryScopeMap",
    ["containerregistry", "ScopeMap", { containerRegistryName: "registryName" }],
  ],
  [
    "containerservice:RegistryToken",
    ["containerregistry", "Token", { containerRegistryName: "registryName" }],
  ],
  ["containerapp:App", ["app", "ContainerApp", {}]],
  ["containerapp:Job", ["app", "Job", {}]],
  ["containerservice:Group", ["containerinstance", "ContainerGroup", {}]],
]);

function classicRegistry(): Readonly<Record<string, string>> {
  return { name: "registryName", adminEnabled: "adminUserEnabled" };
}

/** The resource as Azure sees it; undefined for other clouds and for components. */
export function azureResource(resource: Resource, subscriptionId: string): AzureResource | undefined {
  const [provider, path = "", kind = ""] = resource.type.split(":");
  const module = path.split("/")[0].toLowerCase();
  if (/^azure-(?:native|nextgen)(?:_|$)/.test(provider)) {
    return module === "resources" && kind === "Resource"
      ? genericResource(resource.properties, subscriptionId)
      : { module, kind, properties: resource.properties, root: "" };
  }
  return provider === "azure" ? classicResource(module, kind, resource.properties) : undefined;
}

function classicResource(module: string, kind: string, properties: Properties): AzureResource {
  const known = classicTypes.get(`${module}:${kind}`);
  // Classic keeps the registry's tasks, tokens and caches beside clusters: they belong to the registry.
  const other = module === "containerservice" && /registry/i.test(kind) ? "containerregistry" : module;
  if (!known) {
    const registryName = properties.containerRegistryName ?? properties.registryName;
    return { module: other, kind, properties: { ...properties, ...defined({ registryName }) }, root: "" };
  }
  const [family, name, renamed] = known;
  const entries = Object.entries(properties).map(([key, value]) => [renamed[key] ?? key, value] as const);
  return { module: family, kind: name, properties: Object.fromEntries(entries), root: "" };
}

/** `azure-native:resources:Resource`: any ARM type at all, spelled in five properties. */
function genericResource(resource: Properties, subscriptionId: string): AzureResource {
  const body = isObject(resource.properties) ? resource.properties : {};
  const spelled = ["resourceProviderNamespace", "parentResourcePath", "resourceType"].map(
    (key) => resource[key],
  );
  const hidden: AzureResource = {
    module: "unknown",
    kind: "a hidden type",
    properties: body,
    root: "properties",
  };
  if (spelled.some((part) => part !== undefined && typeof part !== "string")) return hidden;

  // ARM joins the parts to one id, so a type may hide in any of them: judge the joined id.
  const parts = [...spelled, textOf(resource.resourceName) ?? ""]
    .join("/")
    .split("/")
    .filter((part) => part !== "");
  const named = typeof resource.resourceName === "string";
  if (!named) parts.push("");
  if (parts.some((part) => part === "." || part === "..")) return hidden;

  const extension = parts.map((part) => part.toLowerCase()).lastIndexOf("providers");
  const [namespace, ...pairs] = parts.slice(extension + 1);
  if (namespace === undefined || pairs.length < 2 || pairs.length % 2 !== 0) return hidden;
  const types = pairs.filter((_, index) => index % 2 === 0).map((part) => part.toLowerCase());
  const names: Value[] = pairs.filter((_, index) => index % 2 === 1);
  if (!named) names[names.length - 1] = resource.resourceName;

  const known = armTypes.get([namespace.toLowerCase(), ...types].join("/"));
  const [module, kind] = known ?? [namespace.toLowerCase().replace(/^microsoft\./, ""), types.join("/")];
  const nameKeys = known?.[2] ?? (types[0] === "registries" ? ["registryName"] : []);
  return {
    module,
    kind,
    properties: {
      ...body,
      ...defined(Object.fromEntries(nameKeys.map((key, index) => [key, names[index]]))),
      ...(module === "authorization" && {
        scope: extensionScope(
          resource.resourceGroupName,
          subscriptionId,
          parts.slice(0, Math.max(extension, 0)),
        ),
      }),
    },
    root: "properties",
  };
}

/** What an extension resource stands on: the resource before its `/providers/`, else the resource group. */
function extensionScope(group: Value, subscriptionId: string, target: readonly string[]): Value {
  if (typeof group !== "string") return unknown;
  const suffix = target.length === 0 ? "" : `/providers/${target.join("/")}`;
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}${suffix}`;
}

function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
