import { containerImages } from "./container-walk";
import type { HiddenImages, ImagePlace, ImagePlaces } from "./image-places";
import { hiddenImages, manifestInText, rendererOf, speaksOfImages } from "./kubernetes-hidden";
import type { Resource } from "../rule";
import { isList, isObject, type Properties, propertyPath, textOf, unknown } from "../values";

/** Kinds of Kubernetes' own that hold a pod template. Their lists and patches count too. */
const workload =
  /^(?:Pod|PodTemplate|ReplicationController|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob)(?:List|Patch)?$/;
/** Groups that the API server serves by itself; what else ends in `k8s.io` is a custom resource. */
const ownGroups: ReadonlySet<string> = new Set([
  ...["core", "apps", "batch", "extensions", "autoscaling", "policy", "events", "meta"],
  ...[
    ...["admissionregistration", "apiextensions", "apiregistration", "auditregistration", "authentication"],
    ...["authorization", "certificates", "coordination", "discovery", "events", "flowcontrol.apiserver"],
    ...["internal.apiserver", "networking", "node", "policy", "rbac.authorization", "resource"],
    ...["scheduling", "settings", "storage", "storagemigration"],
  ].map((name) => `${name}.k8s.io`),
]);

/** What operators call an image: `image`, `baseImage`, `imageName`, … */
const operatorKeys = /(?:^i|I)mage(?:Name|Reference|Ref|Ur[il]|UR[IL])?$/;

/** Components of the Kubernetes SDK: what they hold arrives resource by resource. */
const components =
  /^kubernetes:(?:yaml|kustomize|helm\.sh)(?:\/v\d+)?:(?:ConfigFile|ConfigGroup|Directory|Chart)$/;

/** Pods and all that makes pods: `kubernetes:<group>/<version>:<Kind>`, custom resources included. */
export function kubernetesPlaces(resource: Resource): ImagePlaces | undefined {
  if (!resource.type.startsWith("kubernetes:")) return undefined;
  if (components.test(resource.type)) return { places: [] };
  const [, version = "", kind = ""] = resource.type.split(":");
  return objectPlaces(version, kind, resource.properties, "");
}

/** An object of that type, which stands at `path`. */
function objectPlaces(version: string, kind: string, properties: Properties, path: string): ImagePlaces {
  // The provider acts on apiVersion and kind of the manifest, so these count as much as the token.
  const { apiVersion, kind: stated } = properties;
  const kinds = new Set([kind, textOf(stated) ?? kind]);
  const groups = new Set([version, textOf(apiVersion) ?? version].map(groupOf));
  for (const group of groups) {
    for (const name of kinds) {
      const why = rendererOf(group, name);
      if (why !== undefined) return { places: [], hidden: { why, property: propertyPath(path, "kind") } };
    }
  }
  const hidden = [...groups].flatMap((group) =>
    [...kinds].flatMap((name) => hiddenImages(group, name, properties, path) ?? []),
  );
  if ([...groups].every((group) => speaksOfImages.test(group))) return { places: [], hidden: hidden[0] };
  const unread = apiVersion === unknown || stated === unknown;
  const custom = unread || [...groups].some((group) => !ownGroups.has(group));
  const unknowns = custom || [...kinds].some((name) => workload.test(name) || name === "List");
  const { items, ...rest } = properties;
  const inside = listed(items, path);
  const walked: Properties = inside === undefined ? properties : rest;
  const text = custom ? manifestInText(walked, path) : undefined;
  const looks = custom ? { imageKey: operatorKeys, loose: true } : {};
  return joined(
    { places: containerImages(walked, { ...looks, unknowns }, path), hidden: hidden[0] ?? text },
    ...(inside ?? []),
  );
}

/** The objects of a list, each by its own type; undefined when they don't say what they are. */
function listed(items: Properties[string], path: string): ImagePlaces[] | undefined {
  if (!isList(items)) return undefined;
  const typed = items.filter(
    (item): item is Properties =>
      isObject(item) && typeof item.apiVersion === "string" && typeof item.kind === "string",
  );
  if (typed.length < items.length) return undefined;
  const root = propertyPath(path, "items");
  return typed.map((item, index) =>
    objectPlaces(item.apiVersion as string, item.kind as string, item, propertyPath(root, index)),
  );
}

function joined(...all: readonly ImagePlaces[]): ImagePlaces {
  const places: ImagePlace[] = all.flatMap((one) => one.places);
  const hidden: HiddenImages | undefined = all.find((one) => one.hidden)?.hidden;
  return hidden === undefined ? { places } : { places, hidden };
}

/** `apps` of `apps/v1`, `core` of `v1` and of `core/v1`. */
function groupOf(apiVersion: string): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? "core" : group;
}
