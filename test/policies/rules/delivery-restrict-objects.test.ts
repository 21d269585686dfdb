import { canaryService, rolloutSpec } from "../../../model/delivery/canary";
import { rules } from "../../../policies/pack";
import { deliveryRestrictObjects } from "../../../policies/rules/delivery-restrict-objects";
import { type Properties, unknown } from "../../../policies/values";
import { messages } from "../../../tools/docs/judge";
import { deliveryStack, pocDeliveryStack, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(deliveryRestrictObjects);
const it = (type: string, properties: Properties = {}, custom = true) => ({
  type,
  name: "it",
  properties,
  custom,
});
const own = { metadata: { name: "it", namespace: "iam" } };
const takeOut = "Take it out: a delivery stack holds workloads alone";
const nothing = (what: string) => `${what} is nothing that a service needs (it: type). ${takeOut}`;

test.each<[string, Properties, string]>([
  [
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    own,
    nothing("rbac.authorization.k8s.io:RoleBinding"),
  ],
  ["kubernetes:core/v1:Secret", own, nothing("core:Secret")],
  ["kubernetes:core/v1:Pod", own, nothing("core:Pod")],
  ["kubernetes:batch/v1:Job", own, nothing("batch:Job")],
  ["kubernetes:apps/v1:DaemonSet", own, nothing("apps:DaemonSet")],
  ["kubernetes:apps/v1:DeploymentPatch", own, nothing("apps:DeploymentPatch")],
  ["kubernetes:core/v1:List", own, nothing("core:List")],
  ["kubernetes:argoproj.io/v1alpha1:Experiment", own, nothing("argoproj.io:Experiment")],
  ["kubernetes:networking.istio.io/v1:EnvoyFilter", own, nothing("networking.istio.io:EnvoyFilter")],
  ["kubernetes:example.com/v1:Anything", own, nothing("example.com:Anything")],
  // The provider acts on the manifest.
  [
    "kubernetes:core/v1:ConfigMap",
    { ...own, apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding" },
    nothing("rbac.authorization.k8s.io:ConfigMap"),
  ],
  ["kubernetes:core/v1:ConfigMap", { ...own, kind: unknown }, nothing("core:unknown")],
  ["azure-native:authorization:RoleAssignment", {}, nothing("azure-native:authorization:RoleAssignment")],
  ["pulumi:providers:azure-native", {}, nothing("pulumi:providers:azure-native")],
  ["airlock:index:ImageImport", {}, nothing("airlock:index:ImageImport")],
  [
    "kubernetes:apps/v1:Deployment",
    { metadata: { namespace: "kube-system" } },
    "it is applied in kube-system (it: metadata.namespace). Its namespaces are iam, airlock-system",
  ],
  [
    "kubernetes:apps/v1:Deployment",
    { metadata: {} },
    "it is applied in no namespace that is stated (it: metadata.namespace). Its namespaces are iam, airlock-system",
  ],
  [
    "kubernetes:core/v1:Service",
    { metadata: { namespace: unknown } },
    "it is applied in what is not known before `pulumi up` (it: metadata.namespace). Its namespaces are iam, airlock-system",
  ],
  [
    "kubernetes:core/v1:Namespace",
    { metadata: { name: "gatekeeper-system" } },
    "the namespace gatekeeper-system is of no workload (it: metadata.name). Its namespaces are iam, airlock-system",
  ],
  [
    "kubernetes:core/v1:Namespace",
    { metadata: { name: "iam", labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    "the namespace iam takes pods that could do something to their node (it: metadata.labels). Label it pod-security.kubernetes.io/enforce: restricted, as WorkloadNamespace does",
  ],
  [
    "pulumi:providers:kubernetes",
    { context: "contoso-staging" },
    "the cluster is contoso-staging, and the configuration names contoso-prod (it: context). Give the provider the context of the configuration",
  ],
  [
    "pulumi:providers:kubernetes",
    { context: "contoso-prod", kubeconfig: "apiVersion: v1" },
    "a kubeconfig stands in the provider, and with it in the state (it: kubeconfig). Leave it out: the deployer's own is read",
  ],
])("%s %j is refused", (type, properties, message) => {
  expect(says(it(type, properties), deliveryStack())).toEqual([message]);
  expect(says(it(type, properties), stack("prod"))).toEqual([]);
});

const binding = (values: string[], validationActions: string[]) =>
  it("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding", {
    spec: {
      validationActions,
      matchResources: {
        namespaceSelector: {
          matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values }],
        },
      },
    },
  });

test("the admission policy's binding denies, in all namespaces but those of the configuration", () => {
  const exempt = ["aks-istio-system", "gatekeeper-system", "kube-node-lease", "kube-public", "kube-system"];
  const fix = "Bind it as AdmissionPolicy does, with exemptNamespaces of the configuration";
  expect(says(binding(exempt, ["Deny", "Audit"]), deliveryStack())).toEqual([]);
  expect(says(binding([...exempt, "iam"], ["Deny"]), deliveryStack())).toEqual([
    `the admission policy exempts something else than ${exempt.join(", ")} (it: spec.matchResources). ${fix}`,
  ]);
  expect(says(binding(exempt, ["Audit"]), deliveryStack())).toEqual([
    `the admission policy denies nothing (it: spec.validationActions). ${fix}`,
  ]);
});

describe("every policy", () => {
  const plan = {
    name: "auth-service",
    namespace: "iam",
    environment: "staging",
    registries: ["contosopocstaging.azurecr.io"],
    image: `contosopocstaging.azurecr.io/iam/auth-service@sha256:${"a".repeat(64)}`,
    version: "1.0.0",
    port: 8080,
  };
  const rollout = (spec: object) =>
    it("kubernetes:argoproj.io/v1alpha1:Rollout", { ...own, spec: spec as Properties });
  const spec = rolloutSpec(plan, { prometheus: "http://prometheus.monitoring:9090" });
  const judged = (...resources: ReturnType<typeof it>[]) =>
    rules.flatMap((rule) => messages(rule, pocDeliveryStack(), resources));

  test("lets a canary of the proof of concept pass, with what it is routed by", () => {
    expect(
      judged(
        it("pulumi:providers:kubernetes", { context: "contoso-poc-staging-aks" }),
        it("airlock:index:CanaryWorkload", {}, false),
        it("kubernetes:core/v1:ServiceAccount", own),
        it("kubernetes:core/v1:Service", {
          ...own,
          metadata: { name: canaryService(plan), namespace: "iam" },
        }),
        it("kubernetes:networking.istio.io/v1:VirtualService", own),
        it("kubernetes:networking.istio.io/v1:DestinationRule", own),
        rollout(spec),
      ),
    ).toEqual([]);
  });

  test("sees the image in a Rollout: by digest, from the registry of the proof of concept", () => {
    const text = JSON.stringify(spec);
    const byTag = JSON.parse(text.replace(/@sha256:a+/, ":1.0.0")) as object;
    const foreign = JSON.parse(text.replace("contosopocstaging", "contosostaging")) as object;
    expect(judged(rollout(byTag)).join()).toContain("is named by a tag, which can be moved");
    expect(judged(rollout(foreign)).join()).toContain(
      "comes from contosostaging.azurecr.io, not from staging's own registry",
    );
  });
});
