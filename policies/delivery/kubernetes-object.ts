import type { Resource } from "../rule";
import { isObject, type Properties, textOf, type Value } from "../values";

/** `<group>:<Kind>` of all that a resource could be: what the token says, and what the manifest does, on which the provider acts. */
export function kindsOf({ type, properties: { apiVersion, kind } }: Resource): string[] {
  const [, version = "", token = ""] = type.split(":");
  const said = (value: Value, fallback: string) =>
    value === undefined ? fallback : (textOf(value) ?? "unknown");
  const groups = new Set([groupOf(version), groupOf(said(apiVersion, version))]);
  return [...new Set([token, said(kind, token)])].flatMap((name) =>
    [...groups].map((group) => `${group}:${name}`),
  );
}

/** The kind of a resource of Kubernetes, as its token says. */
export function kindOf(resource: Resource): string | undefined {
  return resource.type.startsWith("kubernetes:") ? kindsOf(resource)[0] : undefined;
}

/** `apps` of `apps/v1`, `core` of `v1` and of `core/v1`. */
function groupOf(apiVersion: string): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? "core" : group;
}

export function metadataOf({ metadata }: Properties): Properties {
  return isObject(metadata) ? metadata : {};
}

/** What an object says of itself: without what its type says already, and what is said to Pulumi alone. */
export function contentOf({ properties }: Resource): Properties {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...content } = properties;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return { ...content, metadata };
  const said = Object.entries(metadata.annotations).filter(([name]) => !name.startsWith("pulumi.com/"));
  return {
    ...content,
    metadata: { ...metadata, annotations: said.length > 0 ? Object.fromEntries(said) : undefined },
  };
}
