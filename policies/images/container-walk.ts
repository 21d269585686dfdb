import type { ImagePlace } from "./image-places";
import { isList, isObject, type Properties, propertyPath, unknown, type Value } from "../values";

/** How far to look. */
export interface Walk {
  /** Keys that name an image outside of a list of containers, as custom resources do. */
  readonly imageKey?: RegExp;
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
    "podTemplate",
    "podSpec",
    "items",
    "properties",
    "container",
    "script",
    "siteConfig",
  ],
]);
/** Free text, in which an `image` is nobody's image. */
const inert: ReadonlySet<string> = new Set([
  ...[
    "metadata",
    "labels",
    "annotations",
    "matchLabels",
    "selector",
    "env",
    "envFrom",
    "args",
    "command",
    "tags",
  ],
  "status",
]);

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
    if (child === unknown) {
      const named = walk.imageKey?.test(key) === true;
      if (named || (walk.unknowns && (leadsToContainers.has(key) || key === "volumes")))
        add(found, property, child);
    } else if (containerLists.has(key) && isList(child)) {
      child.forEach((item, index) => container(item, propertyPath(property, index), walk, found));
    } else if (key === "volumes" && isList(child)) {
      child.forEach((item, index) => volume(item, propertyPath(property, index), found));
    } else if (walk.imageKey?.test(key) && !isList(child)) {
      namedImage(child, property, walk, found);
    } else {
      descend(child, property, walk, found);
    }
  }
}

function descend(value: Value, property: string, walk: Walk, found: ImagePlace[]): void {
  if (isObject(value)) visit(value, property, walk, found);
  if (isList(value))
    value.forEach((item, index) => descend(item, propertyPath(property, index), walk, found));
}

function container(item: Value, path: string, walk: Walk, found: ImagePlace[]): void {
  if (!isObject(item)) {
    if (item !== null && item !== undefined) add(found, path, item);
    return;
  }
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
  if (!isObject(item) || item.image === undefined || item.image === null) return;
  const property = propertyPath(path, "image");
  if (!isObject(item.image)) add(found, property, item.image);
  else if (item.image.reference !== undefined)
    add(found, propertyPath(property, "reference"), item.image.reference);
}

/** A custom resource's image: text, or the parts that Helm charts and operators like to write. */
function namedImage(value: Value, property: string, walk: Walk, found: ImagePlace[]): void {
  if (typeof value === "string") add(found, property, value);
  if (!isObject(value)) return;
  const { registry, repository, tag, digest } = value;
  if (repository === undefined) {
    visit(value, property, walk, found);
  } else if ([registry, repository, tag, digest].includes(unknown)) {
    add(found, property, unknown);
  } else {
    const parts = [registry ? `${String(registry)}/` : "", String(repository)];
    if (tag) parts.push(`:${String(tag)}`);
    if (digest) parts.push(`@${String(digest)}`);
    add(found, property, parts.join(""));
  }
}

function add(found: ImagePlace[], property: string, value: Value): void {
  found.push({ property, value, holds: "reference" });
}
