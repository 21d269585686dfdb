import { type AzureResource, azureResource, type DeclaredResource } from "../../azure/resource";
import type { Properties } from "../../values";

/** A resource of Azure or Entra ID (module `azuread`), as facts are read from it. */
export interface Declared extends Pick<AzureResource, "module" | "kind" | "properties" | "unread"> {
  /** Logical name. */
  readonly where: string;
  /** What the resource was given, as it was given. */
  readonly inputs: Properties;
  /** ARM id or object id, when it is known. */
  readonly id?: string;
}

/**
 * The resource as facts are read from it; undefined for other clouds and for components.
 *
 * @param where its logical name
 * @param known its id, when the cloud has given it one
 */
export function declaredOf(
  resource: DeclaredResource,
  where: string,
  subscriptionId: string,
  known?: string,
): Declared | undefined {
  const { type, properties: inputs } = resource;
  const azure = azureResource(resource, subscriptionId);
  const id = known ?? azure?.id;
  const own = { where, inputs, ...(id !== undefined && { id }) };
  if (azure !== undefined) {
    const { module, kind, properties, unread } = azure;
    return { ...own, module, kind, properties, ...(unread && { unread }) };
  }
  const [provider, , kind = ""] = type.split(":");
  return provider.startsWith("azuread") ? { ...own, module: "azuread", kind, properties: inputs } : undefined;
}
