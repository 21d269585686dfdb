import type { Properties } from "../../../policies/values";
import { image, passes, refused, resource, type Case } from "./case";

const objects = "delivery-restrict-objects";
const metadata = { name: "auth-service", namespace: "iam" };
const template = (value: string): Properties => ({
  spec: { containers: [{ name: "auth-service", image: value }] },
});

/** What a deployer might want to apply besides its services. */
export const delivery: readonly Case[] = [
  refused(
    { [objects]: "type" },
    "delivery",
    "the cluster for its own account",
    resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", {
      metadata: { name: "auth-service" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    }),
  ),
  refused(
    { [objects]: "type" },
    "delivery",
    "a webhook that sees every pod",
    resource("kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration", {
      metadata: { name: "look" },
    }),
  ),
  refused(
    { [objects]: "metadata.namespace" },
    "delivery",
    "a service beside the cluster's own parts",
    resource("kubernetes:apps/v1:Deployment", {
      metadata: { ...metadata, namespace: "gatekeeper-system" },
      spec: { template: template(image("prod")) },
    }),
  ),
  refused(
    { [objects]: "metadata.labels" },
    "delivery",
    "a namespace for privileged pods",
    resource("kubernetes:core/v1:Namespace", { metadata: { name: "iam" } }),
  ),
  refused(
    { [objects]: "context, kubeconfig" },
    "delivery",
    "another cluster, with the key in the state",
    resource("pulumi:providers:kubernetes", { context: "contoso-dev", kubeconfig: "apiVersion: v1" }),
  ),
  refused(
    { "image-require-digest": "spec.template.spec.containers[0].image" },
    "delivery",
    "a canary by tag",
    resource("kubernetes:argoproj.io/v1alpha1:Rollout", {
      metadata,
      spec: { template: template("contosoprod.azurecr.io/iam/auth-service:1.4.0") },
    }),
  ),
  refused(
    { "image-require-own-registry": "spec.template.spec.containers[0].image" },
    "delivery",
    "a service of the environment before",
    resource("kubernetes:apps/v1:Deployment", { metadata, spec: { template: template(image("staging")) } }),
  ),
  passes(
    "delivery",
    "a service with all that it needs, in its own cluster",
    resource("pulumi:providers:kubernetes", { context: "contoso-prod", enableServerSideApply: "true" }),
    resource("kubernetes:core/v1:Namespace", {
      metadata: { name: "iam", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    }),
    resource("kubernetes:core/v1:ServiceAccount", { metadata }),
    resource("kubernetes:core/v1:Service", { metadata, spec: { ports: [{ port: 8080 }] } }),
    resource("kubernetes:apps/v1:Deployment", { metadata, spec: { template: template(image("prod")) } }),
  ),
  passes(
    "delivery",
    "a canary with its routes and what it is judged by",
    resource("kubernetes:argoproj.io/v1alpha1:Rollout", {
      metadata,
      spec: { template: template(image("prod")) },
    }),
    resource("kubernetes:argoproj.io/v1alpha1:AnalysisTemplate", {
      metadata,
      spec: { metrics: [{ name: "health", provider: { web: { url: "http://auth-service/health" } } }] },
    }),
    resource("kubernetes:networking.istio.io/v1:DestinationRule", { metadata }),
    resource("kubernetes:networking.istio.io/v1:VirtualService", { metadata }),
  ),
  passes(
    "delivery",
    "what is admitted",
    resource("kubernetes:core/v1:Namespace", { metadata: { name: "airlock-system" } }),
    resource("kubernetes:core/v1:ConfigMap", {
      metadata: { name: "airlock-prod", namespace: "airlock-system" },
      data: { images: image("prod") },
    }),
    resource("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", {
      metadata: { name: "airlock-prod" },
    }),
  ),
  passes(
    "delivery",
    "what was promoted, read from the environment's stack",
    resource("pulumi:providers:pulumi", {}),
    resource("pulumi:pulumi:StackReference", { name: "organization/contoso/prod" }),
    resource("airlock:index:Workload", {}, { custom: false }),
  ),
  passes(
    "delivery",
    "settings of a service, which speak of an image and run none",
    resource("kubernetes:core/v1:ConfigMap", { metadata, data: { image: "nginx:latest" } }),
  ),
];
