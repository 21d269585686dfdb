import type { Properties } from "../azure/resource-type";
import { unknownValue } from "./handler";

export interface PropertyChange {
  /** Property path as Pulumi writes it: `properties.policies`, `tags["a.b"]`, `logs[0].category`. */
  readonly path: string;
  /** Property at the top, which decides about a replacement. */
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
}

/** Every difference between two sets of inputs, as deep as it goes. */
export function changesBetween(olds: Properties, news: Properties): PropertyChange[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !name.startsWith("__"),
  );
  return names.flatMap((property) =>
    compare(step("", property), olds[property], news[property]).map((change) => ({ ...change, property })),
  );
}

function compare(path: string, old: unknown, value: unknown): Omit<PropertyChange, "property">[] {
  if (isAbsent(old) && isAbsent(value)) return [];
  if (isAbsent(old)) return [{ path, kind: "add" }];
  if (isAbsent(value)) return [{ path, kind: "delete" }];
  if (Array.isArray(old) && Array.isArray(value)) {
    const length = Math.max(old.length, value.length);
    return Array.from({ length }, (_, index) =>
      compare(`${path}[${index}]`, old[index], value[index]),
    ).flat();
  }
  if (isObject(old) && isObject(value)) {
    const names = new Set([...Object.keys(old), ...Object.keys(value)]);
    return [...names].flatMap((name) => compare(step(path, name), old[name], value[name]));
  }
  return old === value && value !== unknownValue ? [] : [{ path, kind: "update" }];
}

/**
 * The inputs that a resource would have now: those given, with the values found. What was never given is Azure's own
 * default and no drift; what was given and is gone shows.
 */
export function project(given: unknown, found: unknown): unknown {
  if (isObject(given) && isObject(found)) {
    return Object.fromEntries(
      Object.keys(given)
        .filter((name) => !isAbsent(found[name]))
        .map((name) => [name, project(given[name], found[name])]),
    );
  }
  if (Array.isArray(given) && Array.isArray(found)) {
    return found.map((item: unknown, index) => (index < given.length ? project(given[index], item) : item));
  }
  return found;
}

function step(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
