import { badRequest } from "./arm-error";

/**
 * What every type takes for granted of a body, whichever way it came: ARM's own envelope, and properties that are an object.
 * @throws ArmError 400 InvalidRequestContent
 */
export function requireShape(body: unknown): void {
  if (!isObject(body)) throw invalid("the body is not an object");
  const { location, tags, sku, properties } = body;
  if (!isObject(properties)) throw invalid("'properties' is not an object");
  if (location !== undefined && typeof location !== "string") throw invalid("'location' is not a string");
  if (sku !== undefined && !isObject(sku)) throw invalid("'sku' is not an object");
  if (tags === undefined) return;
  if (!isObject(tags) || Object.values(tags).some((tag) => typeof tag !== "string"))
    throw invalid("'tags' does not map names to strings");
}

/** The objects of a list in a body; none when it is absent. @throws ArmError 400 InvalidRequestContent */
export function objectsAt(
  properties: Readonly<Record<string, unknown>>,
  key: string,
): Record<string, unknown>[] {
  const value = properties[key] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw invalid(`'${key}' is not a list of objects`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const invalid = (why: string) =>
  badRequest(
    "InvalidRequestContent",
    `The request content was invalid and could not be deserialized: ${why}.`,
  );
