import type { KubernetesObject } from "../../sandbox/kubernetes/control-plane/objects";

export const host = "onestreamprod.azurecr.io";
const hex = (digit: string) => digit.repeat(64);
/** Promoted to prod. */
export const promoted = `${host}/iam/auth-service@sha256:${hex("a")}`;
export const other = `${host}/iam/login@sha256:${hex("b")}`;
/** Of the environment's registry, and never promoted. */
export const unpromoted = `${host}/iam/auth-service@sha256:${hex("c")}`;
export const sidecar = "mcr.microsoft.com/oss/v2/istio/proxyv2";

type Spec = Record<string, unknown>;

const container = (image: string, name = "app") => ({ name, image });
const podSpec = (image: string, more: Spec = {}): Spec => ({ containers: [container(image)], ...more });

/** A pod that pod security takes at its level `restricted`. */
export const restricted = (image: string): Spec => ({
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      ...container(image),
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
});

export const pod = (spec: Spec, namespace = "iam"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "it", namespace },
  spec,
});
const labels = { app: "it" };
const template = (spec: Spec) => ({ metadata: { labels }, spec });
const workload = (apiVersion: string, kind: string, spec: Spec): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "it", namespace: "iam" },
  spec,
});
const selected = (spec: Spec) => ({ selector: { matchLabels: labels }, template: template(spec) });

/** One object of every kind that runs containers, with this pod in it. */
export const kinds: Readonly<Record<string, (spec: Spec) => KubernetesObject>> = {
  Deployment: (spec) => workload("apps/v1", "Deployment", selected(spec)),
  StatefulSet: (spec) => workload("apps/v1", "StatefulSet", { ...selected(spec), serviceName: "it" }),
  DaemonSet: (spec) => workload("apps/v1", "DaemonSet", selected(spec)),
  ReplicaSet: (spec) => workload("apps/v1", "ReplicaSet", selected(spec)),
  ReplicationController: (spec) =>
    workload("v1", "ReplicationController", { selector: labels, template: template(spec) }),
  Job: (spec) => workload("batch/v1", "Job", { template: template({ ...spec, restartPolicy: "Never" }) }),
  CronJob: (spec) =>
    workload("batch/v1", "CronJob", {
      schedule: "0 3 * * *",
      jobTemplate: { spec: { template: template({ ...spec, restartPolicy: "Never" }) } },
    }),
  PodTemplate: (spec) => ({
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name: "it", namespace: "iam" },
    template: template(spec),
  }),
  Rollout: (spec) => workload("argoproj.io/v1alpha1", "Rollout", selected(spec)),
};

const noDigest = (image: string) =>
  `no digest: ${image}. Write <registry>/<repository>@sha256:<64 hex digits>, as the output running of the stack that promotes to prod names it`;
const foreign = (image: string) => `not of this environment: ${image}. prod runs images of ${host} alone`;
const notPromoted = (image: string) => `not promoted to prod: ${image}. Promote it there first`;
const byTag = `${host}/iam/auth-service:1.0.0`;
const elsewhere = `docker.io/library/nginx@sha256:${hex("a")}`;

/** What the cluster has to refuse, asked by a dry run too, each with the words that it says. */
export const refused: readonly (readonly [string, KubernetesObject, string])[] = [
  ["a tag", pod(podSpec(byTag)), noDigest(byTag)],
  ["latest", pod(podSpec(`${host}/iam/auth-service:latest`)), noDigest(`${host}/iam/auth-service:latest`)],
  ["nothing behind the name", pod(podSpec(`${host}/iam/auth-service`)), noDigest(`${host}/iam/auth-service`)],
  ["a short name", pod(podSpec("nginx")), noDigest("nginx")],
  [
    "a tag beside the digest",
    pod(podSpec(promoted.replace("@", ":1.0.0@"))),
    noDigest(promoted.replace("@", ":1.0.0@")),
  ],
  [
    "a digest in capitals",
    pod(podSpec(`${host}/iam/auth-service@sha256:${hex("A")}`)),
    noDigest(`${host}/iam/auth-service@sha256:${hex("A")}`),
  ],
  ["a digest that is too short", pod(podSpec(promoted.slice(0, -1))), noDigest(promoted.slice(0, -1))],
  [
    "another algorithm",
    pod(podSpec(`${host}/iam/auth-service@sha512:${hex("a")}${hex("a")}`)),
    noDigest(`${host}/iam/auth-service@sha512:${hex("a")}${hex("a")}`),
  ],
  ["another registry", pod(podSpec(elsewhere)), foreign(elsewhere)],
  [
    "the registry of the environment before",
    pod(podSpec(promoted.replace("prod", "staging"))),
    foreign(promoted.replace("prod", "staging")),
  ],
  [
    "a host that begins alike",
    pod(podSpec(promoted.replace(".io/", ".io.example/"))),
    foreign(promoted.replace(".io/", ".io.example/")),
  ],
  [
    "an init container",
    pod(podSpec(promoted, { initContainers: [container(byTag, "init")] })),
    noDigest(byTag),
  ],
  [
    "a sidecar that restarts",
    pod(podSpec(promoted, { initContainers: [{ ...container(byTag, "side"), restartPolicy: "Always" }] })),
    noDigest(byTag),
  ],
  [
    "a second container",
    pod({ containers: [container(promoted), container(byTag, "second")] }),
    noDigest(byTag),
  ],
  [
    "a volume that is an image",
    pod(podSpec(promoted, { volumes: [{ name: "data", image: { reference: byTag } }] })),
    noDigest(byTag),
  ],
  [
    "the mesh's image in a container of another name",
    pod({ containers: [container(promoted), container(`${sidecar}:1.27`, "proxy")] }),
    noDigest(`${sidecar}:1.27`),
  ],
  [
    "another image in a container of the mesh's name",
    pod({ containers: [container(promoted), container(`${sidecar}-evil:1.27`, "istio-proxy")] }),
    noDigest(`${sidecar}-evil:1.27`),
  ],
  [
    "the mesh's container in a workload: it is injected into pods alone",
    kinds.Deployment({ containers: [container(promoted), container(`${sidecar}:1.27`, "istio-proxy")] }),
    noDigest(`${sidecar}:1.27`),
  ],
  [
    "a tag beside what is not on the list",
    pod({ containers: [container(unpromoted), container(byTag, "second")] }),
    noDigest(byTag),
  ],
  [
    "another registry beside what is not on the list",
    pod({ containers: [container(unpromoted), container(elsewhere, "second")] }),
    foreign(elsewhere),
  ],
  ["a pod of another namespace", pod(podSpec(byTag), "utility"), noDigest(byTag)],
  ["a pod of the default namespace", pod(podSpec(byTag), "default"), noDigest(byTag)],
  ["a pod beside the policy's parameters", pod(restricted(byTag), "airlock-system"), noDigest(byTag)],
  ...Object.entries(kinds).map(
    ([kind, make]) => [`a tag in a ${kind}`, make(podSpec(byTag)), noDigest(byTag)] as const,
  ),
];

/** What is not on the list, with the words that it is refused with; a dry run takes it. */
export const unlisted: readonly (readonly [string, KubernetesObject, string])[] = [
  [
    "a promoted digest in another repository",
    pod(podSpec(promoted.replace("auth-service", "login"))),
    notPromoted(promoted.replace("auth-service", "login")),
  ],
  [
    "a second container",
    pod({ containers: [container(promoted), container(unpromoted, "second")] }),
    notPromoted(unpromoted),
  ],
  [
    "an init container",
    pod(podSpec(promoted, { initContainers: [container(unpromoted, "init")] })),
    notPromoted(unpromoted),
  ],
  [
    "a volume that is an image",
    pod(podSpec(promoted, { volumes: [{ name: "data", image: { reference: unpromoted } }] })),
    notPromoted(unpromoted),
  ],
  [
    "a pod beside the policy's parameters",
    pod(restricted(unpromoted), "airlock-system"),
    notPromoted(unpromoted),
  ],
  ["a pod", pod(podSpec(unpromoted)), notPromoted(unpromoted)],
  ...Object.entries(kinds).map(
    ([kind, make]) => [`a ${kind}`, make(podSpec(unpromoted)), notPromoted(unpromoted)] as const,
  ),
];

/** What the cluster has to take. */
export const admitted: readonly (readonly [string, KubernetesObject])[] = [
  ["a promoted image", pod(podSpec(promoted))],
  ["another one", pod(podSpec(other))],
  ["two of them", pod({ containers: [container(promoted), container(other, "second")] })],
  ["one as init container", pod(podSpec(promoted, { initContainers: [container(other, "init")] }))],
  [
    "one as sidecar",
    pod(podSpec(promoted, { initContainers: [{ ...container(other, "side"), restartPolicy: "Always" }] })),
  ],
  ["one as volume", pod(podSpec(promoted, { volumes: [{ name: "data", image: { reference: other } }] }))],
  ["volumes that are no images", pod(podSpec(promoted, { volumes: [{ name: "tmp", emptyDir: {} }] }))],
  [
    "the mesh's container",
    pod({ containers: [container(promoted), container(`${sidecar}:1.27`, "istio-proxy")] }),
  ],
  [
    "the mesh's container by digest",
    pod({ containers: [container(promoted), container(`${sidecar}@sha256:${hex("d")}`, "istio-proxy")] }),
  ],
  ["another namespace", pod(podSpec(promoted), "utility")],
  [
    "the cluster's own parts",
    pod(podSpec("mcr.microsoft.com/oss/kubernetes/coredns:v1.12.1"), "kube-system"),
  ],
  [
    "objects that run nothing",
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "it", namespace: "iam" },
      data: { image: byTag },
    },
  ],
  [
    "a Rollout that names a Deployment",
    workload("argoproj.io/v1alpha1", "Rollout", {
      selector: { matchLabels: labels },
      workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "it" },
    }),
  ],
  ...Object.entries(kinds).map(
    ([kind, make]) => [`a promoted image in a ${kind}`, make(podSpec(promoted))] as const,
  ),
];
