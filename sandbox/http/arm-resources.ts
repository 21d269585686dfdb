import { badRequest, groupNotFound } from "../azure/arm-error";
import { parseArmId } from "../azure/arm-id";
import type { Caller, StoredResource } from "../azure/resource-type";
import { resourceTypes } from "../azure/types";
import type { Sandbox } from "../sandbox";
import { page, requireSubscription } from "./arm-lists";
import type { Exchange } from "./exchange";
import { filterOf, tagFilterOf } from "./odata-filter";

/**
 * Resources of every type, `/subscriptions/…[/resourceGroups/…]/resources`, with which clients find one by its name alone.
 * True when the path was that. @throws ArmError 400, 403, 404
 */
export function showResources(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): boolean {
  const scope = /^(\/subscriptions\/[^/]+(?:\/resourceGroups\/[^/]+)?)\/resources$/i.exec(path)?.[1];
  if (scope === undefined) return false;
  const id = parseArmId(scope)!;
  requireSubscription(id);
  // As everywhere: over a subscription everybody sees their own, in a group whoever may list it.
  if (id.resourceGroup !== undefined) {
    const action = "Microsoft.Resources/subscriptions/resourceGroups/resources/read";
    sandbox.manager.authorize(caller, { plane: "control", action, scope });
    if (!sandbox.manager.find(scope)) throw groupNotFound(id.resourceGroup);
  }
  const filter = exchange.url.searchParams.get("$filter") ?? "";
  const tagged = tagFilterOf(filter);
  const wanted: ((object: Record<string, unknown>) => boolean) | undefined = tagged ?? filterOf(filter);
  if (!wanted)
    throw badRequest(
      "InvalidFilterInQueryString",
      `Invalid $filter '${filter}' specified in the query string.`,
    );
  const resources = resourceTypes
    .flatMap(({ armType }) => sandbox.manager.list(caller, armType, scope))
    .filter(stands)
    .filter((resource) =>
      wanted({
        ...resource,
        resourceType: resource.type,
        resourceGroup: parseArmId(resource.id)!.resourceGroup,
      }),
    )
    .sort((a, b) => a.id.localeCompare(b.id));
  exchange.reply(200, page(exchange.url, resources.map(tagged ? untagged : brief)));
  return true;
}

/** "When you filter by a tag name and value, the tags for each resource are not returned in the results": Resources - List. */
function untagged(resource: StoredResource): Record<string, unknown> {
  return { ...brief(resource), tags: undefined };
}

// Azure's list holds what stands in a group: no part of a resource, and nothing that says something about one.
function stands({ id, type }: StoredResource): boolean {
  const { resourceGroup, names, extension } = parseArmId(id)!;
  return (
    resourceGroup !== undefined &&
    names.length === 1 &&
    !extension &&
    !/^Microsoft\.(Authorization|Resources)\//i.test(type)
  );
}

/** Without its properties, which only the resource's own type shows. */
function brief({
  id,
  name,
  type,
  location,
  tags,
  sku,
  kind,
  identity,
}: StoredResource): Record<string, unknown> {
  return { id, name, type, location, tags, sku, kind, identity };
}
