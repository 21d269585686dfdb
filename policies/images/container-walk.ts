import type { ImagePlace } from "./image-places";
import { isList, isObject, type Properties, propertyPath, textOf, unknown, type Value } from "../values";

/** How far to look. */
export interface Walk {
  /** Keys that name an image outside of a list of containers. */
  readonly imageKey?: RegExp;
  /** Whether an image may stand in the other forms that operators have: in parts, in lists, as `oci://…`. */
  readonly loose?: boolean;
  /** Whether containers may hide in an unknown value at a key that leads to containers. */
  readonly unknowns: boolean;
}

const containerLists: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);
/** Keys on the way from a resource to its containers, in Kubernetes and in Azure. */
const leadsToContainers: ReadonlySet<string> = new Set([
  ...containerLists,
  ...[
    "spec",
    "template",
    "jobTemplate",
    "jobTargetRef",
    "podTemplate",
    "podTemplateSpec",
    "podSpec",
    "items",
  ],
  ...["templates", "steps", "stepTemplate", "sidecars", "taskSpec", "pipelineSpec", "manifests", "workload"],
  ...["properties", "container", "script", "siteConfig", "customContainerTemplate"],
]);
/** Free text, in which an `image` is nobody's image. */
const inert: ReadonlySet<string> = new Set([
  ...["labels", "matchLabels", "selector", "env", "envFrom", "args", "command", "tags", "status"],
]);
/** Annotations by which whatever injects a container into a pod is told its image. */
const injected: readonly string[] = [
  "sidecar.istio.io/proxyImage",
  "config.linkerd.io/proxy-image",
  "config.linkerd.io/init-image",
  "config.linkerd.io/debug-image",
  "vault.hashicorp.com/agent-image",
  "dapr.io/sidecar-image",
];

/** The images of all containers and image volumes below `value`. */
export function containerImages(value: Properties, walk: Walk, path = ""): ImagePlace[] {
  const found: ImagePlace[] = [];
  visit(value, path, walk, found);
  return found;
}

function visit(value: Properties, path: string, walk: Walk, found: ImagePlace[]): void {
  for (const [key, child] of Object.entries(value)) {
    if (inert.has(key)) continue;
    const property = propertyPath(path, key);
    if (key === "metadata") {
      if (isObject(child)) annotations(child.annotations, propertyPath(property, "annotations"), found);
    } else if (key === "annotations") {
      annotations(child, property, found);
    } else if (child === unknown) {
      const named = walk.imageKey?.test(key) === true;
      if (named || (walk.unknowns && (leadsToContainers.has(key) || key === "volumes")))
        add(found, property, child);
    } else if (containerLists.has(key) && isList(child)) {
      child.forEach((item, index) => container(item, propertyPath(property, index), walk, found));
    } else if (key === "volumes" && isList(child)) {
      child.forEach((item, index) => volume(item, propertyPath(property, index), found));
    } else if (key === "csi") {
      csiVolume(child, property, found);
    } else if (walk.imageKey?.test(key) && !isList(child)) {
      namedImage(child, property, walk, found);
    } else if (walk.loose && key === "images") {
      namedImages(child, property, walk, found);
    } else {
      descend(child, property, walk, found);
    }
  }
}

function descend(value: Value, property: string, walk: Walk, found: ImagePlace[]): void {
  if (isList(value)) {
    value.forEach((item, index) => descend(item, propertyPath(property, index), walk, found));
  } else if (isObject(value)) {
    const parts = walk.loose && "repository" in value && ("tag" in value || "digest" in value);
    const whole = parts ? inParts(value) : undefined;
    if (whole === undefined) visit(value, property, walk, found);
    else add(found, property, whole);
  } else if (walk.loose && typeof value === "string" && artifact.test(value)) {
    add(found, property, value.replace(artifact, ""));
  }
}

/** How filters of a service mesh and disks of virtual machines name the artifact that they run. */
const artifact = /^(?:oci|docker):\/\//;

function annotations(value: Value, path: string, found: ImagePlace[]): void {
  if (!isObject(value)) return;
  for (const key of injected) {
    if (value[key] !== undefined) add(found, propertyPath(path, key), value[key]);
  }
}

function container(item: Value, path: string, walk: Walk, found: ImagePlace[]): void {
  if (item === unknown) add(found, path, item);
  if (!isObject(item)) return;
  // ARM puts what describes a container one level lower.
  const [described, root] = isObject(item.properties)
    ? [item.properties, propertyPath(path, "properties")]
    : [item, path];
  if (item.properties === unknown) add(found, propertyPath(path, "properties"), unknown);
  if (described.image !== undefined && described.image !== null) {
    add(found, propertyPath(root, "image"), described.image);
  }
  visit({ ...described, image: undefined }, root, walk, found);
}

function volume(item: Value, path: string, found: ImagePlace[]): void {
  if (item === unknown) add(found, path, item);
  if (!isObject(item)) return;
  csiVolume(item.csi, propertyPath(path, "csi"), found);
  if (item.image === undefined || item.image === null) return;
  const property = propertyPath(path, "image");
  if (!isObject(item.image)) add(found, property, item.image);
  else if (item.image.reference !== undefined)
    add(found, propertyPath(property, "reference"), item.image.reference);
}

/** Some storage drivers mount an image. */
function csiVolume(value: Value, path: string, found: ImagePlace[]): void {
  if (!isObject(value) || !isObject(value.volumeAttributes)) return;
  const { image } = value.volumeAttributes;
  if (image === undefined || !/image/i.test(textOf(value.driver) ?? "image")) return;
  add(found, propertyPath(propertyPath(path, "volumeAttributes"), "image"), image);
}

/** A custom resource's image: text, or the parts that Helm charts and operators like to write. */
function namedImage(value: Value, property: string, walk: Walk, found: ImagePlace[]): void {
  if (typeof value === "string") {
    // A picture, or the disk of a machine.
    if (walk.loose && /^https?:\/\//.test(value)) return;
    add(found, property, walk.loose ? value.replace(artifact, "") : value);
  }
  if (!isObject(value)) return;
  const whole = inParts(value);
  if (whole === undefined) visit(value, property, walk, found);
  else add(found, property, whole);
}

/** A list of images, or images by what they are for. */
function namedImages(value: Value, property: string, walk: Walk, found: ImagePlace[]): void {
  const entries: [string | number, Value][] = isList(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  for (const [key, item] of entries) {
    const at = propertyPath(property, key);
    // Beside images by their purpose stand settings for all of them, such as when to pull.
    if (typeof item === "string" && typeof key === "string" && !/[/:@]/.test(item)) continue;
    if (item === unknown) add(found, at, item);
    else namedImage(item, at, walk, found);
  }
}

/** `registry/repository:tag@digest` of an image that is written in parts; undefined of anything else. */
function inParts(value: Properties): string | typeof unknown | undefined {
  const { registry, tag, digest } = value;
  const named = [registry, tag, digest].some((part) => part !== undefined && part !== null);
  const repository = value.repository ?? (named ? value.name : undefined);
  if (repository === unknown) return unknown;
  // What has a scheme is a repository of something else.
  if (typeof repository !== "string" || repository.includes("://")) return undefined;
  if ([registry, tag, digest].includes(unknown)) return unknown;
  const parts = [registry ? `${String(registry)}/` : "", repository];
  if (tag) parts.push(`:${String(tag)}`);
  if (digest) parts.push(`@${String(digest)}`);
  return parts.join("");
}

function add(found: ImagePlace[], property: string, value: Value): void {
  found.push({ property, value, holds: "reference" });
}
