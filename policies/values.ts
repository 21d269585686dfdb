import { UnknownValueError } from "@pulumi/policy";
import { type Properties, unknown, type Value } from "../model/values";

export {
  isList,
  isObject,
  propertyPath,
  textOf,
  textsOf,
  unknown,
  type Properties,
  type Value,
} from "../model/values";

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
