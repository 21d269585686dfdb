import type { KubernetesObject } from "./object";

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Kinds whose names become a part of a host's. */
const labelKinds = ["Namespace", "Service"];

/** What is wrong with the name, or the namespace's; undefined when both will do. */
export function wrongName({
  kind,
  metadata,
}: KubernetesObject): { path: string; reason: string } | undefined {
  const { name, namespace } = metadata;
  if (namespace !== undefined && !label.test(namespace)) {
    return { path: "metadata.namespace", reason: `"${namespace}" is no name of a namespace: ${labelRule}` };
  }
  if (labelKinds.includes(kind)) {
    if (label.test(name) && !(kind === "Service" && /^\d/.test(name))) return undefined;
    const rule = kind === "Service" ? `${labelRule}, a letter first` : labelRule;
    return { path: "metadata.name", reason: `"${name}" is no name of a ${kind}: ${rule}` };
  }
  // Roles may have colons and capitals.
  if (/Role(Binding)?$/.test(kind) ? /^[^/%]+$/.test(name) : name.length <= 253 && subdomain.test(name)) {
    return undefined;
  }
  return {
    path: "metadata.name",
    reason: `"${name}" is no name of a ${kind}: lower-case letters, digits, - and . make one, 253 at most, a letter or digit first and last`,
  };
}

const labelRule = "lower-case letters, digits and - make one, 63 at most, a letter or digit first and last";
