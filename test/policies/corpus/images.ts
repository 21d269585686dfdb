import type { Properties } from "../../../policies/values";
import { digest, generic, hardenedCluster, image, passes, refused, resource, tags, type Case } from "./case";

const byDigest = "image-require-digest";
const unknownType = "resource-require-known-type";
const ownRegistry = "image-require-own-registry";
const tagged = "contosoprod.azurecr.io/iam/auth-service:1.2.3";

const container = (reference: string, more: Properties = {}): Properties => ({
  name: "api",
  image: reference,
  ...more,
});
const podSpec = (reference: string): Properties => ({ containers: [container(reference)] });
const template = (reference: string): Properties => ({
  metadata: { labels: { app: "api" } },
  spec: podSpec(reference),
});
const workload = (reference: string): Properties => ({
  spec: { selector: { matchLabels: { app: "api" } }, template: template(reference) },
});

/** Every kind that holds a pod: where it holds it, and with a given image inside. */
const kinds: readonly (readonly [type: string, to: string, holding: (reference: string) => Properties])[] = [
  ["kubernetes:core/v1:Pod", "", (one) => ({ spec: podSpec(one) })],
  ["kubernetes:apps/v1:Deployment", "spec.template.", workload],
  ["kubernetes:apps/v1:StatefulSet", "spec.template.", workload],
  ["kubernetes:apps/v1:DaemonSet", "spec.template.", workload],
  ["kubernetes:apps/v1:ReplicaSet", "spec.template.", workload],
  ["kubernetes:core/v1:ReplicationController", "spec.template.", workload],
  ["kubernetes:batch/v1:Job", "spec.template.", workload],
  [
    "kubernetes:batch/v1:CronJob",
    "spec.jobTemplate.spec.template.",
    (one) => ({ spec: { schedule: "0 4 * * *", jobTemplate: workload(one) } }),
  ],
  ["kubernetes:core/v1:PodTemplate", "template.", (one) => ({ template: template(one) })],
  ["kubernetes:argoproj.io/v1alpha1:Rollout", "spec.template.", workload],
];

const everyKind: Case[] = kinds.flatMap(([type, to, holding]) => {
  const kind = type.split(":").pop()!;
  return [
    refused(
      { [byDigest]: `${to}spec.containers[0].image` },
      "prod",
      `${kind} by tag`,
      resource(type, holding(tagged)),
    ),
    passes("prod", `${kind} by digest from its own registry`, resource(type, holding(image("prod")))),
    passes("staging", `${kind} by digest in staging`, resource(type, holding(image("staging")))),
  ];
});

const pod = (spec: Properties) => resource("kubernetes:core/v1:Pod", { spec });

const insidePods: Case[] = [
  refused(
    { [byDigest]: "spec.initContainers[0].image" },
    "prod",
    "the init container alone by tag",
    pod({ ...podSpec(image("prod")), initContainers: [container(tagged)] }),
  ),
  refused(
    { [byDigest]: "spec.ephemeralContainers[0].image" },
    "prod",
    "an ephemeral container by tag",
    pod({ ...podSpec(image("prod")), ephemeralContainers: [container(tagged)] }),
  ),
  refused(
    { [byDigest]: "spec.volumes[0].image.reference" },
    "prod",
    "an image volume by tag",
    pod({ ...podSpec(image("prod")), volumes: [{ name: "model", image: { reference: tagged } }] }),
  ),
  passes(
    "prod",
    "an image volume, init and ephemeral containers by digest",
    pod({
      ...podSpec(image("prod")),
      initContainers: [container(image("prod", "iam/migrations"))],
      ephemeralContainers: [container(image("prod", "utility/debugger"))],
      volumes: [{ name: "model", image: { reference: image("prod", "aisg/model") } }],
    }),
  ),
  refused(
    { [byDigest]: "spec.containers[1].image" },
    "prod",
    "a second container by tag, behind one by digest",
    pod({ containers: [container(image("prod")), container(tagged)] }),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image" },
    "prod",
    "latest, implied",
    pod(podSpec("contosoprod.azurecr.io/iam/auth-service")),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a digest of 63 digits",
    pod(podSpec(image("prod").slice(0, -1))),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a digest in upper case",
    pod(podSpec(image("prod").replace(digest, digest.toUpperCase()))),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a digest in the place of a tag",
    pod(podSpec(image("prod").replace("@", ":"))),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a digest by another algorithm",
    pod(podSpec(`contosoprod.azurecr.io/iam/auth-service@sha512:${"a1".repeat(64)}`)),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "two digests",
    pod(podSpec(`${image("prod")}@${digest}`)),
  ),
  refused(
    { [byDigest]: "spec.containers[0].image", [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a line break after the digest",
    pod(podSpec(`${image("prod")}\n`)),
  ),
  refused(
    { [byDigest]: "items[0].spec.containers[0].image" },
    "prod",
    "a List that holds a pod by tag",
    resource("kubernetes:core/v1:List", {
      items: [{ apiVersion: "v1", kind: "Pod", spec: podSpec(tagged) }],
    }),
  ),
  refused(
    { [byDigest]: "spec.template.spec.containers[0].image" },
    "prod",
    "a patch that moves a Deployment to a tag",
    resource("kubernetes:apps/v1:DeploymentPatch", workload(tagged)),
  ),
  passes(
    "prod",
    "a tag beside the digest, which plays no part",
    pod(podSpec(image("prod").replace("@", ":1.2.3@"))),
  ),
  refused(
    { [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "by digest, from staging's registry",
    pod(podSpec(image("staging"))),
  ),
  refused(
    { [ownRegistry]: "spec.containers[0].image", [byDigest]: "spec.containers[0].image" },
    "prod",
    "by digest, from Docker Hub",
    pod(podSpec(`nginx@${digest}`)),
  ),
  refused(
    { [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a host that begins like the own one",
    pod(podSpec(`contosoprod.azurecr.io.example.com/iam/auth-service@${digest}`)),
  ),
  refused(
    { [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "a host that ends like the own one",
    pod(podSpec(`evilcontosoprod.azurecr.io/iam/auth-service@${digest}`)),
  ),
  refused(
    { [ownRegistry]: "spec.containers[0].image" },
    "prod",
    "another port of the own host",
    pod(podSpec(`contosoprod.azurecr.io:8443/iam/auth-service@${digest}`)),
  ),
  passes("dev", "dev runs what was built there, by digest", pod(podSpec(image("dev")))),
  refused(
    { [byDigest]: "spec.containers[0].image" },
    "dev",
    "by tag in dev too",
    pod(podSpec("contosodev.azurecr.io/iam/auth-service:main")),
  ),
];

const operators: Case[] = [
  refused(
    { [byDigest]: "spec.template.spec.containers[0].image" },
    "prod",
    "a Knative service by tag",
    resource("kubernetes:serving.knative.dev/v1:Service", { spec: { template: { spec: podSpec(tagged) } } }),
  ),
  passes(
    "prod",
    "a Knative service by digest",
    resource("kubernetes:serving.knative.dev/v1:Service", {
      spec: { template: { spec: podSpec(image("prod")) } },
    }),
  ),
  refused(
    { [byDigest]: "spec.imageName", [ownRegistry]: "spec.imageName" },
    "prod",
    "an operator's image by tag",
    resource("kubernetes:postgresql.cnpg.io/v1:Cluster", {
      spec: { imageName: "ghcr.io/cloudnative-pg/postgresql:16" },
    }),
  ),
  refused(
    { [byDigest]: "spec.image" },
    "prod",
    "an operator's image in parts, without a digest",
    resource("kubernetes:example.com/v1:Database", {
      spec: { image: { registry: "contosoprod.azurecr.io", repository: "iam/db", tag: "16" } },
    }),
  ),
  passes(
    "prod",
    "an operator's image in parts, with its digest",
    resource("kubernetes:example.com/v1:Database", {
      spec: { image: { registry: "contosoprod.azurecr.io", repository: "iam/db", tag: "16", digest } },
    }),
  ),
  refused(
    { [byDigest]: "spec.templates[0].container.image" },
    "prod",
    "an Argo workflow by tag",
    resource("kubernetes:argoproj.io/v1alpha1:WorkflowTemplate", {
      spec: { templates: [{ name: "main", container: container(tagged) }] },
    }),
  ),
  passes(
    "prod",
    "an Argo workflow by digest",
    resource("kubernetes:argoproj.io/v1alpha1:WorkflowTemplate", {
      spec: { templates: [{ name: "main", container: container(image("prod")) }] },
    }),
  ),
  refused(
    { [byDigest]: "spec.jobTargetRef.template.spec.containers[0].image" },
    "prod",
    "a scaled job by tag",
    resource("kubernetes:keda.sh/v1alpha1:ScaledJob", {
      spec: { jobTargetRef: { template: { spec: podSpec(tagged) } } },
    }),
  ),
  refused(
    { [byDigest]: "spec.metrics[0].provider.job.spec.template.spec.containers[0].image" },
    "prod",
    "a job metric of an analysis by tag",
    resource("kubernetes:argoproj.io/v1alpha1:AnalysisTemplate", {
      spec: {
        metrics: [{ name: "smoke", provider: { job: { spec: { template: { spec: podSpec(tagged) } } } } }],
      },
    }),
  ),
  refused(
    { [unknownType]: "kind" },
    "prod",
    "a Helm release, which renders what nobody sees",
    resource("kubernetes:helm.sh/v3:Release", { chart: "nginx", version: "1.0.0" }),
  ),
  refused(
    { [unknownType]: "kind" },
    "prod",
    "an Argo CD application, which fetches what nobody sees",
    resource("kubernetes:argoproj.io/v1alpha1:Application", {
      spec: { source: { repoURL: "https://example.com/manifests" } },
    }),
  ),
  passes(
    "prod",
    "objects that run nothing",
    resource("kubernetes:core/v1:ConfigMap", { data: { image: "nginx:latest" } }),
    resource("kubernetes:core/v1:Service", { spec: { selector: { app: "api" } } }),
  ),
  passes(
    "prod",
    "an annotation that speaks of an image",
    resource("kubernetes:core/v1:Namespace", {
      metadata: { name: "iam", annotations: { image: "nginx:latest" } },
    }),
  ),
];

const app = (reference: string): Properties => ({
  resourceGroupName: "contoso-prod-rg",
  containerAppName: "api",
  tags: tags("prod"),
  template: { containers: [container(reference)] },
});
const site = (fx: string): Properties => ({
  resourceGroupName: "contoso-prod-rg",
  name: "api",
  tags: tags("prod"),
  siteConfig: { linuxFxVersion: fx },
});
const instances = (reference: string): Properties => ({
  resourceGroupName: "contoso-prod-rg",
  containerGroupName: "api",
  tags: tags("prod"),
  containers: [container(reference, { resources: { requests: { cpu: 1, memoryInGB: 1 } } })],
});

const azure: Case[] = [
  refused(
    { [byDigest]: "template.containers[0].image" },
    "prod",
    "a Container App by tag",
    resource("azure-native:app:ContainerApp", app(tagged)),
  ),
  passes("prod", "a Container App by digest", resource("azure-native:app:ContainerApp", app(image("prod")))),
  refused(
    { [byDigest]: "template.containers[0].image" },
    "prod",
    "a Container App of another API version by tag",
    resource("azure-native:app/v20240301:ContainerApp", app(tagged)),
  ),
  refused(
    { [byDigest]: "template.containers[0].image" },
    "prod",
    "a Container Apps job by tag",
    resource("azure-native:app:Job", { ...app(tagged), jobName: "nightly" }),
  ),
  passes(
    "prod",
    "a Container Apps job by digest",
    resource("azure-native:app:Job", { ...app(image("prod")), jobName: "nightly" }),
  ),
  refused(
    { [byDigest]: "containers[0].image" },
    "prod",
    "a container group by tag",
    resource("azure-native:containerinstance:ContainerGroup", instances(tagged)),
  ),
  passes(
    "prod",
    "a container group by digest",
    resource("azure-native:containerinstance:ContainerGroup", instances(image("prod"))),
  ),
  refused(
    { [byDigest]: "siteConfig.linuxFxVersion" },
    "prod",
    "a Web App by tag",
    resource("azure-native:web:WebApp", site(`DOCKER|${tagged}`)),
  ),
  passes("prod", "a Web App by digest", resource("azure-native:web:WebApp", site(`DOCKER|${image("prod")}`))),
  passes("prod", "a Web App that runs code", resource("azure-native:web:WebApp", site("NODE|22-lts"))),
  refused(
    { [unknownType]: "siteConfig.linuxFxVersion" },
    "prod",
    "a Web App's compose file",
    resource("azure-native:web:WebApp", site("COMPOSE|dmVyc2lvbjogJzMn")),
  ),
  refused(
    { [byDigest]: "image" },
    "prod",
    "a sidecar of a Web App by tag",
    resource("azure-native:web:WebAppSiteContainer", {
      name: "api",
      containerName: "log",
      image: tagged,
      isMain: false,
    }),
  ),
  refused(
    { [byDigest]: "properties.template.containers[0].image", "resource-require-tags": "tags" },
    "prod",
    "a generic Container App by tag",
    generic("Microsoft.App", "containerApps", { template: { containers: [container(tagged)] } }),
  ),
  refused(
    { [byDigest]: "properties.template.containers[0].image", "resource-require-tags": "tags" },
    "prod",
    "a generic type with part of it hidden in its parent",
    generic(
      "Microsoft.App",
      "",
      { template: { containers: [container(tagged)] } },
      { resourceType: "containerApps", parentResourcePath: "/" },
    ),
  ),
  refused(
    { [byDigest]: "containers[0].image", "resource-require-tags": "tags" },
    "prod",
    "a classic container group by tag",
    resource("azure:containerservice/group:Group", { name: "api", containers: [container(tagged)] }),
  ),
  passes(
    "prod",
    "AKS itself",
    resource("azure-native:containerservice:ManagedCluster", {
      resourceGroupName: "contoso-prod-rg",
      resourceName: "contoso-prod",
      tags: tags("prod"),
      agentPoolProfiles: [{ name: "system", mode: "System", count: 2 }],
      ...hardenedCluster,
    }),
  ),
];

export const images: readonly Case[] = [...everyKind, ...insidePods, ...operators, ...azure];
