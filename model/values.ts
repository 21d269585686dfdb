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

/** The properties that have a value. */
export function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** `spec.containers[0]` from `spec.containers` and 0. */
export function propertyPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
