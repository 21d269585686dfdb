import { builtInRoles } from "../../model/access/roles";
import type { RoleDefinition } from "../../model/access/types";
import { ArmError, badRequest, groupNotFound, notFound } from "../azure/arm-error";
import { idKey, isWithin, parseArmId, type ArmId } from "../azure/arm-id";
import type { Caller, StoredResource } from "../azure/resource-type";
import { resourceTypeOf } from "../azure/types";
import { subscriptionId } from "../places";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";
import { filterOf, tagFilterOf } from "./odata-filter";

/** Entries of one page; Azure's own pages differ from type to type. */
const pageSize = 20;
const authorization = "microsoft.authorization/";
const roleDefinitions = "Microsoft.Authorization/roleDefinitions";

type Entry = Record<string, unknown> & { readonly id: string };

/** Answers with one page of a list. `member` is an id as one of its entries would have it. @throws ArmError 403, 404 */
export function showList(sandbox: Sandbox, exchange: Exchange, caller: Caller, member: ArmId): void {
  const entries = member.type.toLowerCase().startsWith(authorization)
    ? listAround(sandbox, exchange, caller, member)
    : withTag(exchange, listBelow(sandbox, caller, member), member);
  exchange.reply(200, page(exchange.url, entries));
}

/** A role definition as it is seen from any scope, the built-in ones included; undefined when the path names none. */
export function showRoleDefinition(sandbox: Sandbox, caller: Caller, path: string): Entry | undefined {
  const id = parseArmId(path);
  if (id?.type.toLowerCase() !== roleDefinitions.toLowerCase()) return undefined;
  sandbox.manager.authorize(caller, { plane: "control", action: `${roleDefinitions}/read`, scope: id.text });
  const found = roleEntries(sandbox, id.parent!).find(({ name }) => name === id.name.toLowerCase());
  if (!found) throw notFound(id.text);
  return found;
}

/** One page of a list as ARM and Graph form it, with the address of the next one. @throws ArmError 400 */
export function page(url: URL, entries: readonly unknown[], link = "nextLink"): Record<string, unknown> {
  const token = url.searchParams.get("$skiptoken") ?? "0";
  if (!/^\d{1,9}$/.test(token))
    throw badRequest("InvalidSkipToken", `The skip token '${token}' is not valid.`);
  const start = Number(token);
  const value = entries.slice(start, start + pageSize);
  if (start + pageSize >= entries.length) return { value };
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(start + pageSize));
  return { value, [link]: next.href };
}

// Of lists of one type only that of groups goes by tags.
function withTag(
  exchange: Exchange,
  resources: readonly StoredResource[],
  { type }: ArmId,
): readonly StoredResource[] {
  const filter = exchange.url.searchParams.get("$filter") ?? "";
  if (filter === "" || type !== "Microsoft.Resources/resourceGroups") return resources;
  const wanted = tagFilterOf(filter);
  if (!wanted)
    throw badRequest(
      "InvalidFilterInQueryString",
      `Invalid $filter '${filter}' specified in the query string.`,
    );
  return resources.filter(wanted);
}

// In a group, or below a resource, whoever may read it all sees it; over a subscription everybody sees their own.
function listBelow(sandbox: Sandbox, caller: Caller, member: ArmId): readonly StoredResource[] {
  const scope = requireScope(member);
  if (parseArmId(scope)?.type !== "subscription") authorizeRead(sandbox, caller, member, scope);
  requireGroup(sandbox, member);
  return sandbox.manager.list(caller, member.type, scope);
}

// What stands on a scope is listed with what it inherits and, unless the filter says no, what stands below.
function listAround(sandbox: Sandbox, exchange: Exchange, caller: Caller, member: ArmId): Entry[] {
  const scope = requireScope(member);
  authorizeRead(sandbox, caller, member, scope);
  requireGroup(sandbox, member);
  const filter = exchange.url.searchParams.get("$filter") ?? "";
  if (idKey(member.type) === idKey(roleDefinitions)) {
    const wanted = filterOf(filter.replace(/^atScopeAndBelow\(\)$|^atScope\(\)$/i, ""));
    if (!wanted) throw badRequest("InvalidFilter", `The filter '${filter}' is not supported.`);
    return roleEntries(sandbox, scope).filter(({ properties }) => wanted(properties));
  }
  const principals = principalsIn(sandbox, filter);
  const belowToo = !/atScope\(\)/i.test(filter);
  return sandbox.manager
    .all(member.type)
    .map((resource) => ({ ...resource, properties: { scope: scopeOf(resource.id), ...resource.properties } }))
    .filter(
      ({ properties }) =>
        isWithin(scope, properties.scope) || (belowToo && isWithin(properties.scope, scope)),
    )
    .filter(
      ({ properties }) =>
        principals?.includes(String((properties as { principalId?: unknown }).principalId)) ?? true,
    );
}

// `principalId eq '…'` names one alone; `assignedTo('…')` also the groups that it is in.
function principalsIn({ directory }: Sandbox, filter: string): string[] | undefined {
  const [, exact, assigned] = /principalId\s+eq\s+'([^']+)'|assignedTo\('([^']+)'\)/i.exec(filter) ?? [];
  if (exact !== undefined) return [exact.toLowerCase()];
  if (assigned === undefined) return undefined;
  const memberships = directory.memberships();
  const found = [assigned.toLowerCase()];
  for (const one of found) {
    const above = memberships.filter(({ member }) => member === one).map(({ group }) => group);
    found.push(...above.filter((group) => !found.includes(group)));
  }
  return found;
}

function requireScope(member: ArmId): string {
  requireSubscription(member);
  return member.parent!;
}

/** @throws ArmError 404 */
export function requireSubscription({ subscriptionId: named }: ArmId): void {
  if (named?.toLowerCase() === subscriptionId) return;
  throw new ArmError(404, "SubscriptionNotFound", `The subscription '${named}' could not be found.`);
}

function authorizeRead(sandbox: Sandbox, caller: Caller, member: ArmId, scope: string): void {
  const action = `${resourceTypeOf(member.type)?.actions ?? member.type}/read`;
  sandbox.manager.authorize(caller, { plane: "control", action, scope });
}

// A list of groups has no group that it stands in.
function requireGroup(sandbox: Sandbox, { resourceGroup, type }: ArmId): void {
  if (resourceGroup === undefined || type === "Microsoft.Resources/resourceGroups") return;
  if (!sandbox.manager.find(`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`))
    throw groupNotFound(resourceGroup);
}

function roleEntries(sandbox: Sandbox, scope: string) {
  const custom = sandbox.graph
    .current()
    .roles.filter((role) => !builtInRoles.includes(role) && assignable(sandbox, role, scope));
  return [
    ...builtInRoles.map((role) => roleEntry(role, "BuiltInRole", ["/"])),
    ...custom.map((role) => roleEntry(role, "CustomRole", [`/subscriptions/${subscriptionId}`])),
  ];
}

function assignable(sandbox: Sandbox, role: RoleDefinition, scope: string): boolean {
  const stored = sandbox.manager.all(roleDefinitions).find(({ name }) => name.toLowerCase() === role.guid);
  const scopes = (stored?.properties.assignableScopes ?? []) as string[];
  return scopes.some((above) => isWithin(scope, above));
}

function roleEntry(role: RoleDefinition, type: "BuiltInRole" | "CustomRole", assignableScopes: string[]) {
  return {
    id: `/subscriptions/${subscriptionId}/providers/${roleDefinitions}/${role.guid}`,
    name: role.guid,
    type: roleDefinitions,
    properties: { roleName: role.name, type, permissions: role.permissions, assignableScopes },
  };
}

function scopeOf(id: string): string {
  return id.slice(0, id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/"));
}
