import { type AzureResource, azureResource } from "../../model/azure/resource";
import type { Resource } from "../rule";
import type { StackFacts } from "../stack-facts";
import { textOf, unknown, type Properties, type Value } from "../values";

/** A resource of one kind, with Azure's view of it. */
export interface Hardened {
  readonly resource: Resource;
  readonly azure: AzureResource;
}

/** The registries, vaults or keys among the resources, in whatever form. */
export function ofKind(
  resources: readonly Resource[],
  kind: (azure: AzureResource) => boolean,
  { settings }: StackFacts,
): Hardened[] {
  return resources.flatMap((resource) => {
    const azure = azureResource(resource, settings.subscriptionId);
    return azure && kind(azure) ? [{ resource, azure }] : [];
  });
}

/** The first of some names for the same setting that is stated. */
export function stated(body: Properties, ...names: readonly string[]): Value {
  return names.map((name) => body[name]).find((value) => value !== undefined && value !== null);
}

/** Whether a setting is, in whatever case, this text; `unknown` when nobody knows yet. */
export function says(value: Value, text: string): boolean | typeof unknown {
  if (value === unknown) return unknown;
  return textOf(value)?.toLowerCase() === text.toLowerCase();
}
