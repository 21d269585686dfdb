import { containerImages } from "./container-walk";
import type { ImagePlaces } from "./image-places";
import type { Resource } from "../rule";
import { textOf } from "../values";

/** Kinds of Kubernetes' own that hold a pod template. Their lists and patches count too. */
const workload =
  /^(?:Pod|PodTemplate|ReplicationController|Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob)(?:List|Patch)?$/;
/** A `List` holds objects of any kind. */
const anything = /^List$/;
const ownGroups = /^(?:core|apps|batch|extensions|autoscaling|policy|events|meta|.+\.k8s\.io)$/;

/** What operators call an image: `image`, `baseImage`, `imageName`, … */
const operatorKeys = /(?:^i|I)mage(?:Name|Reference|Ref|Uri|URI)?$/;

/** Kinds that render or fetch manifests in the cluster, where no policy of this pack sees them. */
const renderers: ReadonlyMap<string, string> = new Map([
  ["helm.sh:Release", "a Helm release renders its own manifests"],
  ["helm.toolkit.fluxcd.io:HelmRelease", "a Helm release renders its own manifests"],
  ["helm.cattle.io:HelmChart", "a Helm chart renders its own manifests"],
  ["kustomize.toolkit.fluxcd.io:Kustomization", "a Flux Kustomization fetches its own manifests"],
  ["argoproj.io:Application", "an Argo CD application fetches its own manifests"],
  ["argoproj.io:ApplicationSet", "an Argo CD application set fetches its own manifests"],
]);

/** Components of the Kubernetes SDK: what they hold arrives resource by resource. */
const components =
  /^kubernetes:(?:yaml|kustomize|helm\.sh)(?:\/v\d+)?:(?:ConfigFile|ConfigGroup|Directory|Chart)$/;

/** Pods and all that makes pods: `kubernetes:<group>/<version>:<Kind>`, custom resources included. */
export function kubernetesPlaces(resource: Resource): ImagePlaces | undefined {
  if (!resource.type.startsWith("kubernetes:")) return undefined;
  if (components.test(resource.type)) return { places: [] };
  const [, path = "", kind = ""] = resource.type.split(":");
  // The provider acts on apiVersion and kind of the manifest, so these count as much as the token.
  const { apiVersion, kind: stated } = resource.properties;
  const kinds = [kind, textOf(stated) ?? kind];
  const version = textOf(apiVersion);
  const groups = [groupOf(path), version === undefined ? groupOf(path) : groupOf(version)];
  for (const group of groups) {
    for (const name of kinds) {
      const why = renderers.get(`${group}:${name}`);
      if (why !== undefined) return { places: [], hidden: { why, property: "kind" } };
    }
  }
  const custom = groups.some((group) => !ownGroups.test(group));
  const unknowns = custom || kinds.some((name) => workload.test(name) || anything.test(name));
  return {
    places: containerImages(resource.properties, { ...(custom && { imageKey: operatorKeys }), unknowns }),
  };
}

/** `apps` of `apps/v1`, `core` of `v1` and of `core/v1`. */
function groupOf(apiVersion: string): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? "core" : group;
}
