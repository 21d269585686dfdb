import { UnknownValueError } from "@pulumi/policy";

/** Stands where only `pulumi up` will know the value. */
export const unknown = Symbol("unknown");

/** A property as a rule reads it: plain data, with `unknown` where the engine has no value yet. */
export type Value =
  string | number | boolean | null | undefined | typeof unknown | readonly Value[] | Properties;

export interface Properties {
  readonly [key: string]: Value;
}

/**
 * Copies what the policy SDK hands over. Its proxy throws at each unknown value, and the SDK turns such a throw into
 * advice; as plain data an unknown value is something that a rule can refuse.
 */
export function readProperties(source: object): Properties {
  return Object.fromEntries(Object.keys(source).map((key) => [key, readProperty(source, key)]));
}

function readProperty(source: object, key: string | number): Value {
  let value: unknown;
  try {
    value = (source as { [key: string | number]: unknown })[key];
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => readProperty(value, index));
  }
  return typeof value === "object" && value !== null ? readProperties(value) : (value as Value);
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

/** `spec.containers[0]` from `spec.containers` and 0. */
export function propertyPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
