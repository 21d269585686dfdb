import { admissionNamespace } from "../../model/admission/rules";
import type { DeliverySettings } from "../../model/delivery/settings";
import { namespaceLabels } from "../../model/delivery/workload";
import type { Environment } from "../../model/promotion-path";
import { differenceFinding, differences } from "../delivery/difference";
import { kindsOf, metadataOf } from "../delivery/kubernetes-object";
import type { Finding, Resource, ResourceRule } from "../rule";
import { isObject, type Properties, textOf, unknown, type Value } from "../values";

/** What a deployer may apply is what a service needs, in its own namespace of its own cluster. */
export const deliveryRestrictObjects: ResourceRule = {
  name: "delivery-restrict-objects",
  displayName: "A delivery stack holds services, and nothing else",
  description:
    "A delivery stack registers the objects of its workloads, in their namespaces of the cluster that the configuration names.",
  severity: "critical",
  remediationSteps:
    "Use Workload, CanaryWorkload, WorkloadNamespace and AdmissionPolicy; what else a cluster needs is its administrator's.",
  looksAt: [
    "**Stacks with `kind: delivery`**; other stacks are not judged.",
    "Types: Namespace, ServiceAccount, Service, ConfigMap, Deployment; Argo's Rollout and AnalysisTemplate; Istio's VirtualService and DestinationRule; the admission policy and its binding; the stack whose outputs are read. Everything else is refused, of Kubernetes, of Azure and of every other package: roles and bindings, secrets, pods, jobs, webhooks, other custom resources, lists and patches.",
    "`metadata.namespace`: one of a workload's. In `airlock-system` a ConfigMap stands, and nothing else; elsewhere no ConfigMap does, since a pod could run what is in it.",
    "A workload's Namespace has the labels of WorkloadNamespace and no others: `pod-security.kubernetes.io/enforce: restricted` is one.",
    "The provider: its context is the one of the configuration, and nothing else stands in it that leads elsewhere: no kubeconfig (it would stand in the state), cluster, namespace or folder for manifests.",
    "What the objects say is judged by [delivery-restrict-workloads](delivery-restrict-workloads.md) and [delivery-restrict-admission](delivery-restrict-admission.md).",
  ],
  absolute: true,
  why: "Whoever reviews a promotion looks at a digest. A program that may apply anything could grant itself the cluster in the same update, or run what it likes where nobody judges pods.",
  check: (resource, { settings: { delivery }, environment }) =>
    delivery === undefined || environment === undefined ? [] : judge(resource, delivery, environment),
};

/** `<group>:<Kind>` of what has a namespace, and of what has none. */
const namespaced: ReadonlySet<string> = new Set([
  ...["core:ServiceAccount", "core:Service", "core:ConfigMap", "apps:Deployment"],
  ...["argoproj.io:Rollout", "argoproj.io:AnalysisTemplate"],
  ...["networking.istio.io:VirtualService", "networking.istio.io:DestinationRule"],
]);
const ofCluster: ReadonlySet<string> = new Set([
  "core:Namespace",
  "admissionregistration.k8s.io:ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io:ValidatingAdmissionPolicyBinding",
]);
/** The engine's own; its provider reads the other stack's outputs. */
const engines: ReadonlySet<string> = new Set([
  ...["pulumi:pulumi:Stack", "pulumi:pulumi:StackReference", "pulumi:providers:pulumi"],
]);

function judge(resource: Resource, delivery: DeliverySettings, environment: Environment): Finding[] {
  const { type, properties, custom } = resource;
  if (engines.has(type)) return [];
  if (type === "pulumi:providers:kubernetes") return providerFindings(properties, delivery);
  if (custom === false && !type.startsWith("pulumi:")) return [];
  const objects = type.startsWith("kubernetes:") ? kindsOf(resource) : [type];
  const strange = objects.find((one) => !namespaced.has(one) && !ofCluster.has(one));
  if (strange !== undefined) {
    const what = `${strange.replace(/^kubernetes:/, "")} is nothing that a service needs`;
    return [{ what, property: "type", fix: "Take it out: a delivery stack holds workloads alone" }];
  }
  const [object] = objects;
  if (namespaced.has(object)) return placeFindings(object, properties, delivery);
  return object === "core:Namespace" ? namespaceFindings(resource, delivery, environment) : [];
}

function workloadNamespaces({ workloads }: DeliverySettings): string[] {
  return [...new Set(Object.values(workloads).map(({ namespace }) => namespace))];
}

function placeFindings(object: string, properties: Properties, delivery: DeliverySettings): Finding[] {
  const { namespace } = metadataOf(properties);
  const places = object === "core:ConfigMap" ? [admissionNamespace] : workloadNamespaces(delivery);
  if (typeof namespace === "string" && places.includes(namespace)) return [];
  const what = `${object} is applied in ${named(namespace, "no namespace that is stated")}`;
  return [{ what, property: "metadata.namespace", fix: `It belongs into ${places.join(" or ")}` }];
}

const restricted = "pod-security.kubernetes.io/enforce";

function namespaceFindings(
  resource: Resource,
  delivery: DeliverySettings,
  environment: Environment,
): Finding[] {
  const { name, labels } = metadataOf(resource.properties);
  const known = [...workloadNamespaces(delivery), admissionNamespace];
  if (typeof name !== "string" || !known.includes(name)) {
    const what = `the namespace ${named(name, "without a name")} is of no workload`;
    return [{ what, property: "metadata.name", fix: `Its namespaces are ${known.join(", ")}` }];
  }
  const stated = isObject(labels) ? labels : {};
  // Nothing runs beside the parameters of the policy; where a label says what may, it says the same.
  const wanted: Properties =
    name === admissionNamespace
      ? { ...stated, [restricted]: stated[restricted] === undefined ? undefined : "restricted" }
      : namespaceLabels(environment.name, delivery.istioRevision);
  return differences(stated, wanted, "metadata.labels").map((one) =>
    differenceFinding(one, "Label it as WorkloadNamespace does"),
  );
}

/** What a provider may be told: where it works, how it applies, and its own version. */
const providersOwn = ["context", "enableServerSideApply", "enableConfigMapMutable", "version"];

function providerFindings(properties: Properties, delivery: DeliverySettings): Finding[] {
  const { context } = properties;
  const findings: Finding[] = [];
  if (context !== delivery.context) {
    const what = `the cluster is ${named(context, "whichever is current")}, and the configuration names ${delivery.context}`;
    findings.push({ what, property: "context", fix: "Give the provider the context of the configuration" });
  }
  const others = Object.entries(properties).filter(
    ([key, value]) => !providersOwn.includes(key) && value !== undefined && value !== null,
  );
  const leads = (key: string) =>
    key === "kubeconfig"
      ? "a kubeconfig stands in the provider, and with it in the state"
      : `${key} may lead the provider elsewhere than its context`;
  return [
    ...findings,
    ...others.map(([key]) => ({
      what: leads(key),
      property: key,
      fix: "Leave it out: the deployer's own kubeconfig is read",
    })),
  ];
}

function named(value: Value, none: string): string {
  if (value === unknown) return "what is not known before `pulumi up`";
  return textOf(value) ?? none;
}
