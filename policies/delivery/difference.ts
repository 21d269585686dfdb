import type { Finding } from "../rule";
import { isList, isObject, propertyPath, unknown, type Value } from "../values";

/** A place where something else stands than what is wanted. */
export interface Difference {
  readonly property: string;
  readonly actual: Value;
  readonly wanted: Value;
}

/** Every place where `actual` is something else than `wanted`; what is left out and what is null are the same. */
export function differences(actual: Value, wanted: Value, property: string): Difference[] {
  if (isObject(actual) && isObject(wanted)) {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(actual)])];
    return keys.flatMap((key) => differences(actual[key], wanted[key], propertyPath(property, key)));
  }
  if (isList(actual) && isList(wanted) && actual.length === wanted.length)
    return actual.flatMap((item, index) => differences(item, wanted[index], propertyPath(property, index)));
  return (actual ?? undefined) === (wanted ?? undefined) ? [] : [{ property, actual, wanted }];
}

/** The same as a finding, with the words of whoever knows what should stand there. */
export function differenceFinding({ property, actual, wanted }: Difference, fix: string): Finding {
  const instead = wanted === undefined ? "nothing belongs" : `${shown(wanted)} belongs`;
  return { what: `${shown(actual)} stands where ${instead}`, property, fix };
}

/** A value as a message says it, in one short line. */
export function shown(value: Value): string {
  if (value === unknown) return "what is not known before `pulumi up`";
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value, (_, part: Value) => (part === unknown ? "(unknown)" : part));
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
