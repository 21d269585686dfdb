import { isObject, type Properties, propertyPath } from "../values";
import type { AzureResource } from "./resource";

/** Settings of a vault or a key, and where they stand; the typed provider has them one level lower. */
export function vaultBody({ properties, root }: Pick<AzureResource, "properties" | "root">): {
  readonly body: Properties;
  readonly at: string;
} {
  return root === "" && isObject(properties.properties)
    ? { body: properties.properties, at: propertyPath(root, "properties") }
    : { body: properties, at: root };
}
