import type { ArmId } from "./arm-id";
import type { Properties, ResourceType } from "./resource-type";
import { textOf } from "../text";

type Path = Pick<ResourceType, "armType" | "path">;

/** The id that the inputs lead to: a resource group, what stands in one, or what stands on a scope. */
export function idFrom({ armType, path }: Path, inputs: Properties, subscriptionId: string): string {
  const [place, ...names] = path.map((input) => constantOf(input) ?? textOf(inputs[input]));
  if (path[0] !== "resourceGroupName")
    return `/${place.replace(/^\/+/, "")}/providers/${armType}/${names[0]}`;
  if (names.length === 0) return `/subscriptions/${subscriptionId}/resourceGroups/${place}`;
  const [namespace, ...types] = armType.split("/");
  const below = types.flatMap((type, index) => [type, names[index]]);
  return groupResourceId(subscriptionId, place, namespace, ...below);
}

/** The inverse of `idFrom`, for import and refresh. */
export function pathFrom({ path }: Path, { resourceGroup, parent, names }: ArmId): Properties {
  const [place, ...own] = path;
  const below = own
    .map((input, index) => [input, names[index]] as const)
    .filter(([input]) => constantOf(input) === undefined);
  return Object.fromEntries([[place, place === "resourceGroupName" ? resourceGroup : parent], ...below]);
}

/** The inputs that make up the id. */
export function pathInputs({ path }: Pick<Path, "path">): string[] {
  return path.filter((input) => constantOf(input) === undefined);
}

/** The name that is always the same at a place of the path. */
function constantOf(input: string): string | undefined {
  return /^'(.*)'$/.exec(input)?.[1];
}

/** The id of a resource in a resource group. */
export function groupResourceId(
  subscriptionId: string,
  group: unknown,
  namespace: string,
  ...path: unknown[]
): string {
  return [`/subscriptions/${subscriptionId}/resourceGroups/${textOf(group)}/providers/${namespace}`, ...path]
    .map(textOf)
    .join("/");
}
