import { azureResource } from "../../azure/resource";
import type { Properties } from "../../values";
import type { Declared } from "./declared";

/** A resource by whatever name its program knows it. */
export interface Named {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** ARM id or object id, when it is known. */
  readonly id?: string;
  readonly properties: Properties;
}

/** The resource as facts are read from it; undefined for other clouds and for components. */
export function declaredOf(resource: Named, subscriptionId: string): Declared | undefined {
  const { type, name: where, properties: inputs } = resource;
  const azure = azureResource(resource, subscriptionId);
  const id = resource.id ?? azure?.id;
  const known = { where, inputs, ...(id !== undefined && { id }) };
  if (azure !== undefined) {
    const { module, kind, properties, unread } = azure;
    return { ...known, module, kind, properties, ...(unread && { unread }) };
  }
  const [provider, , kind = ""] = type.split(":");
  return provider.startsWith("azuread")
    ? { ...known, module: "azuread", kind, properties: inputs }
    : undefined;
}
