import { admissionNamespace } from "../../model/admission/rules";
import type { DeliverySettings } from "../../model/delivery/settings";
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
    "`metadata.namespace`: one of a workload's, or `airlock-system`. A Namespace has the label `pod-security.kubernetes.io/enforce: restricted`.",
    "The provider: its context is the one of the configuration, and no kubeconfig stands in it, since that would stand in the state.",
    "The admission policy's binding denies, and exempts the namespaces of the configuration alone.",
  ],
  absolute: true,
  why: "Whoever reviews a promotion looks at a digest. A program that may apply anything could grant itself the cluster in the same update, or run what it likes where nobody judges pods.",
  check: (resource, { settings }) =>
    settings.delivery === undefined ? [] : judge(resource, settings.delivery),
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

function judge(resource: Resource, delivery: DeliverySettings): Finding[] {
  const { type, properties, custom } = resource;
  if (engines.has(type)) return [];
  if (type === "pulumi:providers:kubernetes") return providerFindings(properties, delivery);
  if (custom === false && !type.startsWith("pulumi:")) return [];
  const objects = type.startsWith("kubernetes:") ? objectsOf(type, properties) : [type];
  const strange = objects.find((one) => !namespaced.has(one) && !ofCluster.has(one));
  if (strange !== undefined) {
    const what = `${strange.replace(/^kubernetes:/, "")} is nothing that a service needs`;
    return [{ what, property: "type", fix: "Take it out: a delivery stack holds workloads alone" }];
  }
  const [object] = objects;
  if (namespaced.has(object)) return namespaceFindings(properties, delivery);
  if (object === "core:Namespace") return labelFindings(properties, delivery);
  return object.endsWith("Binding") ? bindingFindings(properties, delivery) : [];
}

/** What the token says, and what the manifest does, on which the provider acts. */
function objectsOf(type: string, { apiVersion, kind }: Properties): string[] {
  const [, version = "", token = ""] = type.split(":");
  const said = (value: Value, fallback: string) =>
    value === undefined ? fallback : (textOf(value) ?? "unknown");
  const groups = new Set([groupOf(version), groupOf(said(apiVersion, version))]);
  return [...new Set([token, said(kind, token)])].flatMap((name) =>
    [...groups].map((group) => `${group}:${name}`),
  );
}

/** `apps` of `apps/v1`, `core` of `v1` and of `core/v1`. */
function groupOf(apiVersion: string): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? "core" : group;
}

function metadataOf({ metadata }: Properties): Properties {
  return isObject(metadata) ? metadata : {};
}

function namespaces({ workloads }: DeliverySettings): string[] {
  const own = Object.values(workloads).map(({ namespace }) => namespace);
  return [...new Set([...own, admissionNamespace])];
}

function namespaceFindings(properties: Properties, delivery: DeliverySettings): Finding[] {
  const { namespace } = metadataOf(properties);
  const known = namespaces(delivery);
  if (typeof namespace === "string" && known.includes(namespace)) return [];
  const what = `it is applied in ${shown(namespace, "no namespace that is stated")}`;
  return [{ what, property: "metadata.namespace", fix: `Its namespaces are ${known.join(", ")}` }];
}

const restricted = "pod-security.kubernetes.io/enforce";

function labelFindings(properties: Properties, delivery: DeliverySettings): Finding[] {
  const { name, labels } = metadataOf(properties);
  const known = namespaces(delivery);
  if (typeof name !== "string" || !known.includes(name)) {
    const what = `the namespace ${shown(name, "without a name")} is of no workload`;
    return [{ what, property: "metadata.name", fix: `Its namespaces are ${known.join(", ")}` }];
  }
  // Nothing runs beside the parameters of the policy.
  if (name === admissionNamespace || (isObject(labels) && labels[restricted] === "restricted")) return [];
  const what = `the namespace ${name} takes pods that could do something to their node`;
  return [
    {
      what,
      property: "metadata.labels",
      fix: `Label it ${restricted}: restricted, as WorkloadNamespace does`,
    },
  ];
}

function providerFindings({ context, kubeconfig }: Properties, delivery: DeliverySettings): Finding[] {
  const findings: Finding[] = [];
  if (context !== delivery.context) {
    const what = `the cluster is ${shown(context, "whichever is current")}, and the configuration names ${delivery.context}`;
    findings.push({ what, property: "context", fix: "Give the provider the context of the configuration" });
  }
  if (kubeconfig !== undefined && kubeconfig !== null) {
    const what = "a kubeconfig stands in the provider, and with it in the state";
    findings.push({ what, property: "kubeconfig", fix: "Leave it out: the deployer's own is read" });
  }
  return findings;
}

function bindingFindings({ spec }: Properties, { exemptNamespaces }: DeliverySettings): Finding[] {
  const { validationActions, matchResources } = isObject(spec) ? spec : {};
  const denies = Array.isArray(validationActions) && validationActions.includes("Deny");
  const selector = isObject(matchResources) ? matchResources : {};
  const names = [...exemptNamespaces].sort();
  const wanted = {
    namespaceSelector: {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: names }],
    },
  };
  const fix = "Bind it as AdmissionPolicy does, with exemptNamespaces of the configuration";
  return [
    ...(denies
      ? []
      : [{ what: "the admission policy denies nothing", property: "spec.validationActions", fix }]),
    ...(JSON.stringify(selector) === JSON.stringify(wanted)
      ? []
      : [
          {
            what: `the admission policy exempts something else than ${names.join(", ")}`,
            property: "spec.matchResources",
            fix,
          },
        ]),
  ];
}

function shown(value: Value, none: string): string {
  if (value === unknown) return "what is not known before `pulumi up`";
  return textOf(value) ?? none;
}
