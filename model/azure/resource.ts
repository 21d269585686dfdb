import { isSpelledOddly } from "./spelling";
import {
  defined,
  isObject,
  lastPart,
  parsedJson,
  type Properties,
  textOf,
  unknown,
  type Value,
} from "../values";
import {
  bridgedModules,
  type Family,
  familyOfArm,
  familyOfBridged,
  familyOfClassic,
  familyOfType,
} from "./types";

/** A resource as a program declares it, of whatever provider. */
export interface DeclaredResource {
  /** Pulumi type token, e.g. `azure-native:authorization/v20220401:RoleAssignment`. */
  readonly type: string;
  readonly properties: Properties;
}

/** An Azure resource, whichever of its type tokens the program uses. */
export interface AzureResource {
  /** Part of Azure in lower case, e.g. `containerregistry`; `unknown` when the program hides it. */
  readonly module: string;
  /** `Registry`, or ARM's own words for what has no typed form here: `registries/tasks`. */
  readonly kind: string;
  /** Typed inputs; of other forms ARM's `properties`, with the names that stand outside of them. */
  readonly properties: Properties;
  /** Where the properties stand in the resource: "", `properties`, `body.properties`, … */
  readonly root: string;
  /** ARM id, when all its parts are known. */
  readonly id?: string;
  /** What it is deployed to: ARM id of a resource group, a subscription or something above; "" is the tenant. */
  readonly place: Value;
  /** Version of the API that it is written for, as far as the program says it: `2025-11-01`, `20230701`. */
  readonly apiVersion?: string;
  /** Its properties are not known as a whole. */
  readonly unread?: true;
}

const seen = new WeakMap<DeclaredResource, { subscriptionId: string; azure: AzureResource | undefined }>();

/** The resource as Azure sees it; undefined for other clouds and for components. */
export function azureResource(resource: DeclaredResource, subscriptionId: string): AzureResource | undefined {
  // Many rules ask about the same resource, and some about all that came before it.
  const known = seen.get(resource);
  if (known?.subscriptionId === subscriptionId) return known.azure;
  const azure = readAzure(resource, subscriptionId);
  seen.set(resource, { subscriptionId, azure });
  return azure;
}

function readAzure(resource: DeclaredResource, subscriptionId: string): AzureResource | undefined {
  const [provider, path = "", kind = ""] = resource.type.split(":");
  const { properties } = resource;
  if (/^azure-(?:native|nextgen)(?:_|$)/.test(provider)) {
    const stated = path.split("/")[0].toLowerCase();
    const module = stated === "" || stated === "index" ? (provider.split("_")[1] ?? "") : stated;
    return module === "resources" && kind === "Resource"
      ? genericResource(properties, subscriptionId)
      : {
          ...typedResource(module, kind, properties, subscriptionId),
          ...defined({ apiVersion: /[/_]v(\d{8})/.exec(resource.type)?.[1] }),
        };
  }
  switch (provider) {
    case "azure":
      return classicResource(path.split("/")[0].toLowerCase(), kind, properties, subscriptionId);
    case "azurerm": {
      const family = familyOfBridged(kind);
      if (family) return terraformResource(family, kind, properties, subscriptionId);
      const module = bridgedModules.find(([start]) => start.test(kind))?.[1] ?? "azurerm";
      return typedResource(module, kind, withRegistryName(properties), subscriptionId);
    }
    case "azapi":
      return azapiResource(kind, properties, subscriptionId);
    default:
      return undefined;
  }
}

function typedResource(module: string, kind: string, properties: Properties, sub: string): AzureResource {
  const place = placeOf(kind, properties, sub);
  const family = familyOfType(module, kind);
  return family ? familyResource(family, properties, place) : { module, kind, properties, root: "", place };
}

function familyResource(family: Family, properties: Properties, place: Value): AzureResource {
  const { module, kind } = family;
  const id = idOf(family, properties, place);
  return { module, kind, properties, root: "", place, ...(id === undefined ? {} : { id }) };
}

function classicResource(module: string, kind: string, properties: Properties, sub: string): AzureResource {
  const family = familyOfClassic(`${module}:${kind}`);
  if (family) return terraformResource(family, kind, properties, sub);
  // Classic keeps the registry's tasks, tokens and caches beside clusters: they belong to the registry.
  const other = module === "containerservice" && /registry/i.test(kind) ? "containerregistry" : module;
  return typedResource(other, kind, withRegistryName(properties), sub);
}

function withRegistryName(properties: Properties): Properties {
  const registryName = properties.containerRegistryName ?? properties.registryName;
  return { ...properties, ...defined({ registryName }) };
}

function terraformResource(family: Family, kind: string, stated: Properties, sub: string): AzureResource {
  const { names, renamed = {}, parents = {} } = family;
  const called: Readonly<Record<string, string>> = { name: names[names.length - 1], ...renamed };
  const entries = Object.entries(stated).map(([key, value]) => [called[key] ?? key, value] as const);
  const properties: Properties = {
    ...Object.fromEntries(entries),
    ...Object.fromEntries(
      Object.entries(parents)
        .filter(([key]) => stated[key] !== undefined)
        .map(([key, name]) => [name, lastPartOf(stated[key])]),
    ),
  };
  const [parent] = Object.keys(parents).map((key) => stated[key]);
  const place = parent === undefined ? placeOf(kind, properties, sub) : placeIn(parent);
  return familyResource(family, properties, place);
}

const lastPartOf = (id: Value): string | typeof unknown => (typeof id === "string" ? lastPart(id) : unknown);

/** What the resource of an id is deployed to. */
function placeIn(id: Value): Value {
  const text = textOf(id) ?? "";
  const marker = text.toLowerCase().lastIndexOf("/providers/");
  return marker < 0 ? unknown : text.slice(0, marker);
}

/** What a typed resource is deployed to. */
function placeOf(kind: string, properties: Properties, subscriptionId: string): Value {
  const { resourceGroupName, scope } = properties;
  const group =
    properties.managementGroupId ?? (/ManagementGroup/.test(kind) ? properties.groupId : undefined);
  if (/Tenant/.test(kind)) return "";
  if (kind === "DeploymentAtScope") return scope;
  if (group !== undefined) {
    const name = lastPartOf(group);
    return name === unknown ? unknown : `/providers/Microsoft.Management/managementGroups/${name}`;
  }
  if (resourceGroupName === undefined) return `/subscriptions/${subscriptionId}`;
  const name = textOf(resourceGroupName);
  return name === undefined ? unknown : `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
}

function idOf({ arm, kind, names, on }: Family, properties: Properties, place: Value): string | undefined {
  const [namespace, ...types] = arm.split("/");
  const above = on === undefined ? place : properties[on];
  const pairs = types.flatMap((type, index) => [type, properties[names[index]]]);
  if (typeof above !== "string" || pairs.some((part) => typeof part !== "string")) return undefined;
  if (kind === "ResourceGroup") return above;
  return `${above}/providers/${namespace}/${pairs.join("/")}`;
}

/** `azure-native:resources:Resource`: any ARM type at all, spelled in five properties. */
function genericResource(resource: Properties, subscriptionId: string): AzureResource {
  const { resourceGroupName, resourceName } = resource;
  const group = textOf(resourceGroupName);
  const place = group === undefined ? unknown : `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
  const spelled = ["resourceProviderNamespace", "parentResourcePath", "resourceType"].map(
    (key) => resource[key],
  );
  if (spelled.some((part) => part !== undefined && typeof part !== "string")) {
    return hiddenResource(resource.properties, "properties", place);
  }
  // ARM joins the parts to one id, so a type may hide in any of them: judge the joined id.
  const path: Value[] = [...spelled, textOf(resourceName) ?? ""]
    .join("/")
    .split("/")
    .filter((part) => part !== "");
  if (typeof resourceName !== "string") path.push(resourceName);
  const azure = armResource(path, resource.properties, "properties", place);
  return { ...azure, ...defined({ apiVersion: textOf(resource.apiVersion) }) };
}

/** `azapi:index/resource:Resource`: an ARM type with its API version, the id of its parent, a name and a body. */
function azapiResource(kind: string, resource: Properties, subscriptionId: string): AzureResource {
  const whole = `/subscriptions/${subscriptionId}`;
  const parent = "parentId" in resource ? resource.parentId : (idParent(resource.resourceId) ?? whole);
  const [type, apiVersion] = textOf(resource.type)?.split("@") ?? [];
  const body = typeof resource.body === "string" ? parsedJson(resource.body) : resource.body;
  const properties = isObject(body) ? body.properties : body;
  const root = "body.properties";
  // What is sensitive is merged into the body, and shows nowhere.
  const sensitive = resource.sensitiveBody !== undefined && resource.sensitiveBody !== null;
  if (!/^(?:update)?resource$/i.test(kind) || type === undefined || sensitive)
    return hiddenResource(properties, root, parent);
  const [namespace, ...types] = type.split("/");
  const name = resource.name ?? textOf(resource.resourceId)?.split("/").pop();
  const versioned = (azure: AzureResource) => ({ ...azure, ...defined({ apiVersion }) });
  if (types.length === 1)
    return versioned(armResource([namespace, types[0], name], properties, root, parent));
  // A child: its parent's id ends with the types and names above it.
  const above = textOf(parent)?.split("/").filter(Boolean) ?? [];
  const names = above.slice(2 - 2 * types.length).filter((_, index) => index % 2 === 1);
  const known = names.length === types.length - 1;
  const path = types.flatMap((one, index): Value[] => [
    one,
    index === types.length - 1 ? name : known ? names[index] : unknown,
  ]);
  return versioned(armResource([namespace, ...path], properties, root, placeIn(parent)));
}

function idParent(id: Value): Value {
  const text = textOf(id);
  if (id === undefined || text === undefined) return id;
  const parts = text.split("/");
  const child = parts.length - (parts.map((part) => part.toLowerCase()).lastIndexOf("providers") + 2) > 2;
  return parts.slice(0, child ? -2 : -4).join("/");
}

/**
 * A resource by its place in ARM: namespace, then types and names by turns, where a name may be unknown. What stands
 * before an inner `providers` is what an extension, such as a role assignment, stands on.
 * @param place ARM id of what it is deployed to
 */
export function armResource(
  path: readonly Value[],
  stated: Value,
  root: string,
  place: Value,
): AzureResource {
  const hidden = hiddenResource(stated, root, place);
  if (path.some((part) => part === "." || part === "..") || isSpelledOddly(stated)) return hidden;
  const extension = path.map((part) => textOf(part)?.toLowerCase()).lastIndexOf("providers");
  const [namespace, ...pairs] = path.slice(extension + 1);
  const types = pairs.filter((_, index) => index % 2 === 0);
  if (typeof namespace !== "string" || types.length === 0 || pairs.length % 2 !== 0) return hidden;
  if (types.some((type) => typeof type !== "string")) return hidden;

  const arm = [namespace, ...types].join("/").toLowerCase();
  const family = familyOfArm(arm);
  const [first, ...rest] = arm.split("/");
  const module = family?.module ?? first.replace(/^microsoft\./, "");
  const keys = family?.names ?? (rest[0] === "registries" ? ["registryName"] : []);
  const names = pairs.filter((_, index) => index % 2 === 1);
  const group = family?.kind === "ResourceGroup";
  const id = joinedId(place, group ? ["resourceGroups", names[0]] : ["providers", ...path]);
  const on = family?.on ?? (module === "authorization" ? "scope" : undefined);
  return {
    ...hidden,
    module,
    kind: family?.kind ?? rest.join("/"),
    properties: {
      ...hidden.properties,
      ...defined(Object.fromEntries(keys.map((key, index) => [key, names[index]]))),
      // What it stands on, never what its body says.
      ...(on !== undefined && {
        [on]:
          extension > 0
            ? (joinedId(place, ["providers", ...path.slice(0, extension)]) ?? unknown)
            : typeof place === "string"
              ? place || "/"
              : unknown,
      }),
    },
    ...(id === undefined ? {} : { id }),
  };
}

function joinedId(place: Value, parts: readonly Value[]): string | undefined {
  const all = typeof place === "string" && parts.every((part) => typeof part === "string");
  return all ? [place, ...parts].join("/") : undefined;
}

/** What a program deploys without saying what it is. */
export function hiddenResource(stated: Value, root: string, place: Value): AzureResource {
  return {
    module: "unknown",
    kind: "a hidden type",
    properties: isObject(stated) ? stated : {},
    root,
    place,
    ...(isObject(stated) || stated === undefined || stated === null ? {} : { unread: true }),
  };
}
