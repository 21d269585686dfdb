import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Property values of a resource, decoded; an unknown value is the string `UNKNOWN`. */
export type Properties = Record<string, unknown>;

/** The engine's sentinel for a value that a preview can't know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Sentinels of the other types, which some languages send; an unknown is an unknown. */
const typedUnknowns = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export interface Decoded {
  readonly values: Properties;
  /** Names of the properties that hold a secret, at whatever depth. */
  readonly secrets: ReadonlySet<string>;
}

/** Reads a message of the engine: secrets are opened and remembered by property. */
export function decode(struct: Struct | undefined): Decoded {
  const secrets = new Set<string>();
  const values: Properties = {};
  for (const [name, value] of Object.entries((struct?.toJavaScript() ?? {}) as Properties)) {
    values[name] = open(value, () => secrets.add(name));
  }
  return { values, secrets };
}

/** Writes a message to the engine; a property that came as a secret goes back as one. */
export function encode(values: Properties, secrets: ReadonlySet<string> = new Set()): Struct {
  const sealed = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, secrets.has(name) ? { [signatureKey]: secretSignature, value } : value]);
  return Struct.fromJavaScript(Object.fromEntries(sealed) as Record<string, JavaScriptValue>);
}

/** True when the value, or anything in it, can't be known at preview. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

function open(value: unknown, onSecret: () => void): unknown {
  if (typeof value === "string") return typedUnknowns.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((entry) => open(entry, onSecret));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Properties;
  const signature = object[signatureKey];
  if (signature === secretSignature || (signature === outputSignature && object.secret === true)) onSecret();
  if (signature === outputSignature && !("value" in object)) return UNKNOWN;
  if (signature === secretSignature || signature === outputSignature) return open(object.value, onSecret);
  return Object.fromEntries(Object.entries(object).map(([name, entry]) => [name, open(entry, onSecret)]));
}
