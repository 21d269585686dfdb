import { admissionParameters } from "../../../model/admission/parameters";
import {
  admissionBindingSpec,
  admissionPolicyName,
  admissionPolicySpec,
  parametersLabel,
} from "../../../model/admission/rules";
import {
  analysisTemplateSpec,
  canaryService,
  destinationRuleSpec,
  rolloutSpec,
  virtualServiceSpec,
} from "../../../model/delivery/canary";
import { clusterNamespaces } from "../../../model/cluster/own-namespaces";
import {
  deploymentSpec,
  metadataOf,
  namespaceLabels,
  serviceSpec,
  type WorkloadPlan,
} from "../../../model/delivery/workload";
import { defaultIstioRevision } from "../../../model/cluster/versions";
import type { Resource } from "../../../policies/rule";
import type { Properties } from "../../../policies/values";
import { pocDelivery } from "../../support/delivery";
import { digest } from "./stacks";

const registered = (type: string, properties: object, more: Partial<Resource> = {}): Resource => {
  const { name = "it" } = ((properties as Properties).metadata ?? {}) as { name?: string };
  const urn = `urn:pulumi:delivery::contoso::${type}::${name}`;
  return { type, name, urn, custom: true, properties: properties as Properties, ...more };
};

const planOf = (environment: string, host: string): WorkloadPlan => ({
  ...{
    name: "auth-service",
    namespace: "iam",
    environment,
    registries: [host],
    version: "1.4.0",
    port: 8080,
  },
  image: `${host}/iam/auth-service@${digest}`,
});

/** What prod's delivery stack runs, and what that of the proof of concept does as a canary. */
export const plan = planOf("prod", "contosoprod.azurecr.io");
export const canaryPlan = planOf("staging", "contosopocstaging.azurecr.io");

const group = "kubernetes:admissionregistration.k8s.io/v1:";

/** What AdmissionPolicy registers for such a workload. */
export function admission({ environment, registries, image }: WorkloadPlan = plan) {
  const metadata = { name: admissionPolicyName(environment) };
  const data = admissionParameters({ registries, images: [image], injected: {} });
  const place = { ...metadata, namespace: "airlock-system", labels: parametersLabel(environment) };
  const binding = admissionBindingSpec(environment, metadata.name, clusterNamespaces);
  return {
    namespace: registered("kubernetes:core/v1:Namespace", { metadata: { name: "airlock-system" } }),
    parameters: registered("kubernetes:core/v1:ConfigMap", { metadata: place, data }),
    policy: registered(`${group}ValidatingAdmissionPolicy`, {
      metadata,
      spec: admissionPolicySpec(environment),
    }),
    binding: registered(`${group}ValidatingAdmissionPolicyBinding`, { metadata, spec: binding }),
  };
}

export function namespace({ environment }: WorkloadPlan = plan): Resource {
  const labels = namespaceLabels(environment, defaultIstioRevision);
  return registered("kubernetes:core/v1:Namespace", { metadata: { name: "iam", labels } });
}

/** What Workload registers. */
export function workload() {
  const metadata = metadataOf(plan);
  return {
    account: registered("kubernetes:core/v1:ServiceAccount", {
      metadata,
      automountServiceAccountToken: false,
    }),
    deployment: registered("kubernetes:apps/v1:Deployment", { metadata, spec: deploymentSpec(plan) }),
    service: registered("kubernetes:core/v1:Service", { metadata, spec: serviceSpec(plan) }),
  };
}

/** What CanaryWorkload registers. */
export function canary() {
  const { prometheus } = pocDelivery.workloads["auth-service"].canary;
  const metadata = metadataOf(canaryPlan);
  const service = {
    metadata: metadataOf(canaryPlan, canaryService(canaryPlan)),
    spec: serviceSpec(canaryPlan),
  };
  const custom = (type: string, spec: object, ignoreChanges: string[] = []) =>
    registered(`kubernetes:${type}`, { metadata, spec }, { ignoreChanges });
  return {
    account: registered("kubernetes:core/v1:ServiceAccount", {
      metadata,
      automountServiceAccountToken: false,
    }),
    service: registered("kubernetes:core/v1:Service", { metadata, spec: serviceSpec(canaryPlan) }),
    canaryService: registered("kubernetes:core/v1:Service", service, { ignoreChanges: ["spec.selector"] }),
    analysis: custom(
      "argoproj.io/v1alpha1:AnalysisTemplate",
      analysisTemplateSpec(canaryPlan, { prometheus }),
    ),
    subsets: custom("networking.istio.io/v1:DestinationRule", destinationRuleSpec(canaryPlan), [
      "spec.subsets",
    ]),
    route: custom("networking.istio.io/v1:VirtualService", virtualServiceSpec(canaryPlan), ["spec.http"]),
    rollout: custom("argoproj.io/v1alpha1:Rollout", rolloutSpec(canaryPlan, { prometheus })),
  };
}

/** The same resource with another value at a path, e.g. `spec.template.spec.hostPID`. */
export function bent(resource: Resource, path: string, value: unknown): Resource {
  const properties = JSON.parse(JSON.stringify(resource.properties)) as Record<string, unknown>;
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  const last = keys.pop()!;
  const place = keys.reduce((at, key) => (at[key] ??= {}) as Record<string, unknown>, properties);
  place[last] = value;
  return { ...resource, properties: properties as Properties };
}
