import { isList, isObject, propertyPath, type Properties, type Value } from "../values";

/** A text somewhere in a resource. */
export interface PlacedText {
  readonly text: string;
  readonly property: string;
}

/** Every text of a resource with its place, however deep; the keys of a mapping too, where ids stand in some. */
export function textsIn(properties: Properties): PlacedText[] {
  return placed(properties, "");
}

function placed(value: Value, property: string): PlacedText[] {
  if (typeof value === "string") return [{ text: value, property }];
  if (isList(value)) return value.flatMap((item, index) => placed(item, propertyPath(property, index)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.startsWith("/") ? [{ text: key, property }] : []),
    ...placed(item, propertyPath(property, key)),
  ]);
}
