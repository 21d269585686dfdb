/** Properties as they were found; a symbol stands for what only an update will know. */
export type Values = Readonly<Record<string, unknown>>;

/** A resource of Azure or Entra ID that a program declares, whichever of its type tokens it uses. */
export interface Declared {
  /** Logical name. */
  readonly where: string;
  /** Part of Azure in lower case, or `azuread`. */
  readonly module: string;
  /** Class of the typed provider, e.g. `Registry`; ARM's own words for what has none. */
  readonly kind: string;
  /** Properties of the typed form, with the names that a generic resource has outside of them. */
  readonly properties: Values;
  /** What the resource was given, as it was given. */
  readonly inputs: Values;
  /** ARM id or object id, when it is known. */
  readonly id?: string;
  /** Its properties are not known as a whole. */
  readonly unread?: true;
}

/** Text, or undefined for everything else. */
export function textAt(values: Values, key: string): string | undefined {
  const value = values[key];
  return typeof value === "string" ? value : undefined;
}

/** The mapping under a key; empty when it is left out, undefined when it is not known. */
export function mappingAt(values: Values | undefined, key: string): Values | undefined {
  const value = values?.[key];
  if (values === undefined || typeof value === "symbol") return undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

/** How long a list is: 0 when it is left out, undefined when it is not known. */
export function lengthAt(values: Values | undefined, key: string): number | undefined {
  const value = values?.[key];
  if (values === undefined || typeof value === "symbol") return undefined;
  return Array.isArray(value) ? value.length : 0;
}

/** Texts of a list: none when it is left out, undefined when it or one of its items is not known. */
export function textsAt(values: Values, key: string): string[] | undefined {
  const value = values[key];
  if (typeof value === "symbol") return undefined;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.some((item) => typeof item === "symbol") ? undefined : items.map(String);
}

/** Whether a value is `wanted`, without case; `byDefault` when it is left out, undefined when it is not known. */
export function isAt(
  values: Values | undefined,
  key: string,
  wanted: string | boolean,
  byDefault: boolean,
): boolean | undefined {
  const value = values?.[key];
  if (values === undefined || typeof value === "symbol") return undefined;
  if (value === undefined || value === null) return byDefault;
  return typeof value === "string" ? value.toLowerCase() === String(wanted).toLowerCase() : value === wanted;
}

/** Last part of an id, lower case. */
export function lastPart(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}
