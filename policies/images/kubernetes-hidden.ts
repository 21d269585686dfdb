import type { HiddenImages } from "./image-places";
import { isList, isObject, type Properties, propertyPath, textOf, type Value } from "../values";

/** `<group>:<Kind>` of what renders or fetches manifests in the cluster, where no policy of this pack sees them. */
const renderers: ReadonlyMap<string, string> = new Map([
  ...["helm.sh:Release", "helm.toolkit.fluxcd.io:HelmRelease", "helm.crossplane.io:Release"].map(
    (kind) => [kind, "a Helm release renders its own manifests"] as const,
  ),
  ...[
    ...["helm.cattle.io:HelmChart", "helm.cattle.io:HelmChartConfig", "helm.k0sproject.io:Chart"],
    "addons.cluster.x-k8s.io:HelmChartProxy",
  ].map((kind) => [kind, "a Helm chart renders its own manifests"] as const),
  ["kustomize.toolkit.fluxcd.io:Kustomization", "a Flux Kustomization fetches its own manifests"],
  ["argoproj.io:Application", "an Argo CD application fetches its own manifests"],
  ["argoproj.io:ApplicationSet", "an Argo CD application set fetches its own manifests"],
  ["fleet.cattle.io:GitRepo", "a Fleet repository fetches its own manifests"],
  ["fleet.cattle.io:HelmOp", "a Fleet chart renders its own manifests"],
  ["kappctrl.k14s.io:App", "a kapp application fetches its own manifests"],
  ["packaging.carvel.dev:PackageInstall", "a Carvel package fetches its own manifests"],
  ["operators.coreos.com:Subscription", "an operator's subscription fetches its own manifests"],
  ["addons.cluster.x-k8s.io:ClusterResourceSet", "a cluster resource set takes manifests from elsewhere"],
  ...["Provider", "Function", "Configuration"].map(
    (kind) => [`pkg.crossplane.io:${kind}`, "a Crossplane package runs an image of its own"] as const,
  ),
]);

/** Groups of policies and reports, whose objects speak of images and run none. */
export const speaksOfImages =
  /^(?:kyverno\.io|policies\.kyverno\.io|wgpolicyk8s\.io|openreports\.io|(?:templates|constraints|config|mutations|status)\.gatekeeper\.sh|policy\.sigstore\.dev|image\.toolkit\.fluxcd\.io|aquasecurity\.github\.io)$/;

/** Why an object renders its pods elsewhere; undefined when it doesn't. */
export function rendererOf(group: string, kind: string): string | undefined {
  return (
    renderers.get(`${group}:${kind}`) ?? renderers.get(`${group}:${kind.replace(/(?:List|Patch)$/, "")}`)
  );
}

/** Why images may run that no property of the object shows, once `rendererOf` has said no. */
export function hiddenImages(
  group: string,
  kind: string,
  properties: Properties,
  path: string,
): HiddenImages | undefined {
  const why = mutates(group, kind.replace(/(?:List|Patch)$/, ""), properties);
  if (why !== undefined) return { why, property: propertyPath(path, "kind") };
  if (group === "tekton.dev") return resolver(properties, path);
  return undefined;
}

const mutation = "it changes pods as they start, their images too";

/** What rewrites pods on their way into the cluster. */
function mutates(group: string, kind: string, properties: Properties): string | undefined {
  switch (group) {
    case "admissionregistration.k8s.io":
      if (kind === "MutatingAdmissionPolicy") return mutation;
      return kind === "MutatingWebhookConfiguration" && hooksPods(properties) ? mutation : undefined;
    case "mutations.gatekeeper.sh":
      return kind === "AssignMetadata" ? undefined : mutation;
    case "policies.kyverno.io":
      if (/Mutating/.test(kind)) return mutation;
      return /Generating/.test(kind) ? "it makes objects of its own" : undefined;
    case "kyverno.io":
      return kyvernoRules(properties);
  }
  return undefined;
}

function kyvernoRules({ spec }: Properties): string | undefined {
  const rules = isObject(spec) ? spec.rules : undefined;
  if (!isList(rules)) return undefined;
  const has = (key: string) => rules.some((rule) => isObject(rule) && rule[key] !== undefined);
  if (has("mutate")) return mutation;
  return has("generate") ? "it makes objects of its own" : undefined;
}

const podsAndTheirMakers =
  /^(?:\*|\*\/\*|(?:pods|podtemplates|replicationcontrollers|deployments|statefulsets|daemonsets|replicasets|jobs|cronjobs)(?:\/.*)?)$/i;

/** Whether a webhook is asked about pods, or about what makes them. What is not known yet may be anything. */
function hooksPods({ webhooks }: Properties): boolean {
  if (!isList(webhooks)) return webhooks !== undefined && webhooks !== null;
  return webhooks.some((webhook) => {
    if (!isObject(webhook) || !isList(webhook.rules)) return true;
    return webhook.rules.some((rule) => {
      if (!isObject(rule) || !isList(rule.resources)) return true;
      return rule.resources.some((name) => typeof name !== "string" || podsAndTheirMakers.test(name));
    });
  });
}

/** A task that Tekton fetches from a repository, a catalogue or a bundle. */
function resolver(value: Value, path: string): HiddenImages | undefined {
  if (isList(value)) return first(value, (item, index) => resolver(item, propertyPath(path, index)));
  if (!isObject(value)) return undefined;
  const key = ["resolver", "bundle"].find((one) => textOf(value[one]));
  if (key !== undefined && /(?:Ref|\bref)$/.test(path)) {
    return { why: "Tekton fetches its steps from elsewhere", property: propertyPath(path, key) };
  }
  return first(Object.entries(value), ([key, item]) => resolver(item, propertyPath(path, key)));
}

/** A text of a custom resource that is a manifest itself, or patches one. */
export function manifestInText(value: Value, path: string): HiddenImages | undefined {
  if (isList(value)) return first(value, (item, index) => manifestInText(item, propertyPath(path, index)));
  if (isObject(value)) {
    return first(Object.entries(value), ([key, item]) =>
      key === "metadata" || key === "status" ? undefined : manifestInText(item, propertyPath(path, key)),
    );
  }
  if (typeof value !== "string" || value.length < 8) return undefined;
  const holds = /\bpodSpecPatch$/.test(path) || (value.includes("image") && imageLine.test(value));
  return holds ? { why: "a text in it is a manifest of its own", property: path } : undefined;
}

const imageLine = /(?:^|[\n{,])[ \t]*(?:-[ \t])?["']?image["']?[ \t]*:/;

function first<Item, Found>(
  items: readonly Item[],
  find: (item: Item, index: number) => Found | undefined,
): Found | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
