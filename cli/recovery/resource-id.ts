import { azureResource } from "../../model/azure/resource";
import type { Properties } from "../../model/values";

/**
 * ARM id that Azure gives, or gave, to a resource with these inputs; undefined for types that are not known here.
 * @param type Pulumi's token, e.g. `azure-native:network:Subnet`.
 */
export function armIdOf(type: string, inputs: Properties, subscriptionId: string): string | undefined {
  return type.startsWith("azure-native:")
    ? azureResource({ type, properties: inputs }, subscriptionId)?.id
    : undefined;
}
