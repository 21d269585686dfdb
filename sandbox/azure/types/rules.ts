import { ArmError, badRequest } from "../arm-error";
import { idKey, isWithin, type ArmId } from "../arm-id";
import type { ArmBody, Properties, StoredResource, TypeContext } from "../resource-type";
import { textOf } from "../../text";

/** @throws ArmError LocationRequired */
export function requireLocation(body: ArmBody, name: string): void {
  if (typeof body.location === "string" && body.location !== "") return;
  throw badRequest("LocationRequired", `The location property is required for '${name}'.`);
}

/** @throws ArmError InvalidResourceName */
export function requireName(name: string, rule: RegExp, text: string): void {
  if (!rule.test(name))
    throw badRequest("InvalidResourceName", `The resource name '${name}' is invalid: ${text}.`);
}

/** What a resource refers to by id. @throws ArmError InvalidResourceReference */
export function requireResource(
  context: TypeContext,
  what: string,
  id: unknown,
  owner: string,
): StoredResource {
  const found = context.resource(textOf(id));
  if (found) return found;
  throw badRequest("InvalidResourceReference", `The ${what} '${textOf(id)}' of '${owner}' was not found.`);
}

/** Whoever connects a resource to another one needs a right on that one too. @throws ArmError 403 */
export function requirePermission(context: TypeContext, action: string, scope: string, owner: string): void {
  if (context.permits(action, scope)) return;
  const { name, objectId } = context.caller;
  throw new ArmError(
    403,
    "LinkedAuthorizationFailed",
    `The client '${name}' with object id '${objectId}' has permission to write '${owner}'; however, it does not have permission to perform action(s) '${action}' on the linked scope(s) '${scope}'.`,
  );
}

/** Most tokens, and most scope maps, of a registry by its SKU. */
const mostOfSku: Readonly<Record<string, number>> = { Basic: 100, Standard: 500, Premium: 50_000 };

/** A registry's SKU limits how many of these stand below it. @throws ArmError QuotaExceeded */
export function requireRoom(context: TypeContext, armType: string, { text, parent = "" }: ArmId): void {
  const sku = (context.resource(parent)?.sku as { name?: string } | undefined)?.name ?? "";
  const others = context
    .resourcesOf(armType)
    .filter(({ id }) => isWithin(id, parent) && idKey(id) !== idKey(text));
  const most = mostOfSku[sku];
  if (most === undefined || others.length < most) return;
  const kind = armType.split("/").at(-1)!;
  throw new ArmError(403, "QuotaExceeded", `A registry of the SKU ${sku} holds at most ${most} ${kind}.`);
}

/** The object under a key, or an empty one. */
export function objectAt(properties: Properties, key: string): Properties {
  const value = properties[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

export function stringsAt(properties: Properties, key: string): string[] {
  const value = properties[key];
  return Array.isArray(value) ? value.map(textOf) : [];
}

export const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
