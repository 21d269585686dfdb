import { defaultIstioRevision } from "../../../model/cluster/versions";
import { namespaceLabels } from "../../../model/delivery/workload";
import { deliveryRestrictObjects } from "../../../policies/rules/delivery-restrict-objects";
import { type Properties, unknown } from "../../../policies/values";
import { deliveryStack, stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(deliveryRestrictObjects);
const it = (type: string, properties: Properties = {}, custom = true) => ({
  type,
  name: "it",
  properties,
  custom,
});
const labels = namespaceLabels("prod", defaultIstioRevision);
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
    "apps:Deployment is applied in kube-system (it: metadata.namespace). It belongs into iam",
  ],
  [
    "kubernetes:apps/v1:Deployment",
    { metadata: {} },
    "apps:Deployment is applied in no namespace that is stated (it: metadata.namespace). It belongs into iam",
  ],
  [
    "kubernetes:core/v1:Service",
    { metadata: { namespace: unknown } },
    "core:Service is applied in what is not known before `pulumi up` (it: metadata.namespace). It belongs into iam",
  ],
  [
    "kubernetes:core/v1:Namespace",
    { metadata: { name: "gatekeeper-system" } },
    "the namespace gatekeeper-system is of no workload (it: metadata.name). Its namespaces are iam, airlock-system",
  ],
  [
    "kubernetes:core/v1:ConfigMap",
    own,
    "core:ConfigMap is applied in iam (it: metadata.namespace). It belongs into airlock-system",
  ],
  [
    "kubernetes:core/v1:ServiceAccount",
    { metadata: { namespace: "airlock-system" } },
    "core:ServiceAccount is applied in airlock-system (it: metadata.namespace). It belongs into iam",
  ],
  [
    "kubernetes:core/v1:Namespace",
    { metadata: { name: "iam", labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" } } },
    '"privileged" stands where "restricted" belongs (it: metadata.labels.pod-security.kubernetes.io/enforce). Label it as WorkloadNamespace does',
  ],
  [
    "kubernetes:core/v1:Namespace",
    { metadata: { name: "airlock-system", labels: { "pod-security.kubernetes.io/enforce": "baseline" } } },
    '"baseline" stands where "restricted" belongs (it: metadata.labels.pod-security.kubernetes.io/enforce). Label it as WorkloadNamespace does',
  ],
  [
    "pulumi:providers:kubernetes",
    { context: "contoso-staging" },
    "the cluster is contoso-staging, and the configuration names contoso-prod (it: context). Give the provider the context of the configuration",
  ],
  [
    "pulumi:providers:kubernetes",
    { context: "contoso-prod", kubeconfig: "apiVersion: v1" },
    "a kubeconfig stands in the provider, and with it in the state (it: kubeconfig). Leave it out: the deployer's own kubeconfig is read",
  ],
  [
    "pulumi:providers:kubernetes",
    { context: "contoso-prod", renderYamlToDirectory: "out" },
    "renderYamlToDirectory may lead the provider elsewhere than its context (it: renderYamlToDirectory). Leave it out: the deployer's own kubeconfig is read",
  ],
])("%s %j is refused", (type, properties, message) => {
  expect(says(it(type, properties), deliveryStack())).toEqual([message]);
  expect(says(it(type, properties), stack("prod"))).toEqual([]);
});
