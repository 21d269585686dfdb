import { badRequest } from "../arm-error";
import type { ArmBody, Properties } from "../resource-type";

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

/** The object under a key, or an empty one. */
export function objectAt(properties: Properties, key: string): Properties {
  const value = properties[key];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

export function stringsAt(properties: Properties, key: string): string[] {
  const value = properties[key];
  return Array.isArray(value) ? value.map(String) : [];
}

export const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
