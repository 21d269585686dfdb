/** Stands where only `pulumi up` will know the value, or where a template computes it. */
export const unknown = Symbol("unknown");

/** A property as it is read here: plain data, with `unknown` where nobody has a value yet. */
export type Value =
  string | number | boolean | null | undefined | typeof unknown | readonly Value[] | Properties;

export interface Properties {
  readonly [key: string]: Value;
}

export function isObject(value: Value): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The text, or undefined for everything else. */
export function textOf(value: Value): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list, `unknown` when the list or one of its items is; nothing counts as an empty list. */
export function textsOf(value: Value): readonly string[] | typeof unknown {
  if (value === unknown || (isList(value) && value.includes(unknown))) return unknown;
  return isList(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** How long a list is: 0 when it is left out, undefined when it is not known. */
export function lengthOf(value: Value): number | undefined {
  if (value === unknown) return undefined;
  return isList(value) ? value.length : 0;
}

/** Whether a value is `wanted`, without case; `byDefault` when it is left out, undefined when it is not known. */
export function isStated(value: Value, wanted: string | boolean, byDefault: boolean): boolean | undefined {
  if (value === unknown) return undefined;
  if (value === undefined || value === null) return byDefault;
  return typeof value === "string" ? value.toLowerCase() === String(wanted).toLowerCase() : value === wanted;
}

/** What a text says as JSON; `unknown` when it is none. */
export function parsedJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return unknown;
  }
}

/** What stands behind the last slash of an id. */
export function lastPart(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** The properties that have a value. */
export function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** `spec.containers[0]` from `spec.containers` and 0. */
export function propertyPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
