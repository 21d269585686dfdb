import {
  isList,
  isObject,
  parsedJson,
  type Properties,
  propertyPath,
  textOf,
  unknown,
  type Value,
} from "../values";
import {
  armResource,
  type AzureResource,
  azureResource,
  type DeclaredResource,
  hiddenResource,
} from "./resource";

/**
 * All that a resource declares: itself, and what stands in its template, nested deployments included. Nothing for other
 * clouds and for components.
 */
export function declaredResources(resource: DeclaredResource, subscriptionId: string): AzureResource[] {
  const azure = azureResource(resource, subscriptionId);
  return azure ? withContents(azure) : [];
}

function withContents(azure: AzureResource): AzureResource[] {
  return [azure, ...(templateResources(azure) ?? []).flatMap(withContents)];
}

/** Whether a resource deploys a template. */
export function isDeployment({ module, kind }: AzureResource): boolean {
  return (
    (module === "resources" && /^Deployment(?!Script|.*WhatIf)/i.test(kind)) ||
    /TemplateDeployment/i.test(kind)
  );
}

/**
 * What the template of a deployment declares; a nested deployment is one of its resources. What a template computes
 * (`[parameters('x')]`) is `unknown`.
 * @returns undefined when the template is not there to be read: a link, an expression, or not known yet
 */
export function templateResources(deployment: AzureResource): readonly AzureResource[] | undefined {
  if (!isDeployment(deployment)) return undefined;
  const { properties, root, place } = deployment;
  const nested = isObject(properties.properties) ? properties.properties : properties;
  const stated = typeof nested.template === "string" ? parsedJson(nested.template) : nested.template;
  if (!isObject(stated)) return undefined;
  const path = nested === properties ? root : propertyPath(root, "properties");
  const { resources } = evaluated(stated) as Properties;
  return contents(resources, propertyPath(propertyPath(path, "template"), "resources"), place);
}

/** Resources of a list, or by symbolic name. */
function contents(
  resources: Value,
  root: string,
  place: Value,
  parent?: Properties,
): AzureResource[] | undefined {
  if (resources === undefined || resources === null) return [];
  if (isList(resources)) {
    return resources.flatMap((item, index) =>
      templateResource(item, propertyPath(root, index), place, parent),
    );
  }
  if (!isObject(resources)) return undefined;
  return Object.entries(resources).flatMap(([name, item]) =>
    templateResource(item, propertyPath(root, name), place, parent),
  );
}

function templateResource(item: Value, root: string, outer: Value, parent?: Properties): AzureResource[] {
  const under = propertyPath(root, "properties");
  if (!isObject(item)) return [hiddenResource(unknown, under, outer)];
  if (item.existing === true) return [];
  const place = placeOf(item, outer);
  const { type, name }: Properties = parent ? relativeTo(parent, item) : item;
  const children = contents(item.resources, propertyPath(root, "resources"), outer, { type, name });
  const hidden = hiddenResource(item.properties, under, place);
  const path = pathOf(type, name);
  return [path ? armResource(path, item.properties, under, place) : hidden, ...(children ?? [hidden])];
}

/** Namespace, then types and names by turns; undefined when the type is not known, or the name does not fit it. */
function pathOf(type: Value, name: Value): Value[] | undefined {
  if (typeof type !== "string") return undefined;
  const [namespace, ...types] = type.split("/");
  const names: readonly Value[] = typeof name === "string" ? name.split("/") : types.map(() => unknown);
  if (names.length !== types.length) return undefined;
  return [namespace, ...types.flatMap((one, index): Value[] => [one, names[index]])];
}

// A resource inside of another leaves out what they have in common.
function relativeTo(parent: Properties, { type, name }: Properties): Properties {
  if (typeof type !== "string" || typeof parent.type !== "string" || /^[^/]+\.[^/]+\//.test(type)) {
    return { type, name };
  }
  const known = typeof name === "string" && typeof parent.name === "string";
  const joined: Value = known ? `${parent.name as string}/${name}` : unknown;
  return { type: `${parent.type}/${type}`, name: joined };
}

/** What a template's resource is deployed to, or, with `scope`, stands on. */
function placeOf({ scope, subscriptionId, resourceGroup }: Properties, outer: Value): Value {
  if (scope !== undefined) {
    const text = textOf(scope);
    if (text === undefined || typeof outer !== "string") return text?.startsWith("/") ? text : unknown;
    return text.startsWith("/") ? text.replace(/\/$/, "") : `${outer}/providers/${text}`;
  }
  if (subscriptionId === undefined && resourceGroup === undefined) return outer;
  const own =
    subscriptionId === undefined ? /^\/subscriptions\/([^/]+)/.exec(textOf(outer) ?? "")?.[1] : undefined;
  const subscription = textOf(subscriptionId) ?? own;
  if (subscription === undefined) return unknown;
  if (resourceGroup === undefined) return `/subscriptions/${subscription}`;
  const group = textOf(resourceGroup);
  return group === undefined ? unknown : `/subscriptions/${subscription}/resourceGroups/${group}`;
}

/** A template's value with its expressions as `unknown`; a text that only looks like one is doubled at its start. */
function evaluated(value: Value): Value {
  if (typeof value === "string") {
    if (value.startsWith("[[")) return value.slice(1);
    return value.startsWith("[") && value.endsWith("]") ? unknown : value;
  }
  if (isList(value)) return value.map(evaluated);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, evaluated(one)]));
}
