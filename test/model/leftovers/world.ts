import type { FoundLeftover, FoundResource, LeftoverRules } from "../../../model/leftovers";
import { path } from "../release/world";

export const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
export const rules: LeftoverRules = {
  naming: { organization: "contoso", subscriptionId: "22222222-2222-4222-8222-222222222222" },
  path,
  version: "v0.0.1",
  environment: "qa",
  due: true,
  why: "due since 2026-11-20T12:00:00Z",
};
export const tagged = { release: "v0.0.1", environment: "qa" };

export const groupId = (name: string): string => `${subscription}/resourceGroups/${name}`;

/** `Microsoft.Compute/disks`, `data` in a group. */
export function resource(
  type: string,
  name: string,
  tags: Readonly<Record<string, string>> = tagged,
  group = "contoso-qa-rg",
): FoundResource {
  const [namespace, ...types] = type.split("/");
  const names = name.split("/");
  const below = types.flatMap((one, index) => [one, names[index]]).join("/");
  return { id: `${groupId(group)}/providers/${namespace}/${below}`, type, name, tags };
}

export function group(name: string, tags: Readonly<Record<string, string>> = tagged): FoundResource {
  return { id: groupId(name), type: "Microsoft.Resources/resourceGroups", name, tags };
}

export const found = (one: FoundResource, contents?: readonly FoundResource[]): FoundLeftover => ({
  resource: one,
  ...(contents && { contents }),
});
