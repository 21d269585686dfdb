import type { Resource } from "../rule";
import { isList, isObject, type Properties, propertyPath, unknown, type Value } from "../values";

/** Where a build pushes to: a name of an image or of a registry, as the program writes it. */
export interface PushTarget {
  readonly property: string;
  readonly text: string | typeof unknown;
}

/** Resources of the docker and docker-build providers that push. */
const builders =
  /^(?:docker:index\/(?:image:Image|registryImage:RegistryImage|tag:Tag)|docker-build:index:(?:Image|Index))$/;

/** What a build pushes: under its own names, through an export, or into a cache that it keeps in a registry. */
export function pushTargets({ type, properties }: Resource): PushTarget[] {
  if (!builders.test(type)) return [];
  const named = ["tags", "tag", "imageName", "name", "targetImage", "registry", "target"].flatMap((key) =>
    key === "target" && type !== "docker-build:index:Index" ? [] : texts(properties[key], key),
  );
  return [...named, ...exportTargets(properties), ...cacheTargets(properties)];
}

function exportTargets({ exports }: Properties): PushTarget[] {
  return items(exports, "exports").flatMap(({ value, property }) => {
    if (value === unknown) return [{ property, text: unknown }];
    if (!isObject(value)) return [];
    return ["registry", "image", "raw"].flatMap((kind) => {
      const at = propertyPath(property, kind);
      const entry = value[kind];
      if (isObject(entry)) return texts(entry.names, propertyPath(at, "names"));
      return kind === "raw" ? rawTargets(entry, at) : texts(entry === unknown ? entry : undefined, at);
    });
  });
}

function cacheTargets({ cacheTo }: Properties): PushTarget[] {
  return items(cacheTo, "cacheTo").flatMap(({ value, property }) => {
    if (value === unknown) return [{ property, text: unknown }];
    if (!isObject(value)) return [];
    const { registry, raw } = value;
    const at = propertyPath(property, "registry");
    return [
      ...(isObject(registry) ? texts(registry.ref, propertyPath(at, "ref")) : []),
      ...rawTargets(raw, propertyPath(property, "raw")),
    ];
  });
}

/** `type=registry,ref=<image>` in buildx's own notation: every part may be a name. */
function rawTargets(value: Value, property: string): PushTarget[] {
  if (value === unknown) return [{ property, text: unknown }];
  if (typeof value !== "string") return [];
  return value.split(/[,="]/).map((text) => ({ property, text }));
}

function items(value: Value, property: string): { readonly value: Value; readonly property: string }[] {
  if (value === unknown) return [{ value, property }];
  return isList(value)
    ? value.map((item, index) => ({ value: item, property: propertyPath(property, index) }))
    : [];
}

function texts(value: Value, property: string): PushTarget[] {
  if (typeof value === "string" || value === unknown) return [{ property, text: value }];
  if (isList(value)) return value.flatMap((item, index) => texts(item, propertyPath(property, index)));
  if (!isObject(value)) return [];
  // Credentials stand beside the server's name, and only that says where a push goes.
  return ["server", "address"].flatMap((key) => texts(value[key], propertyPath(property, key)));
}
