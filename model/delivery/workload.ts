import { UserError } from "../errors";
import { digestStart, parseImageReference } from "../image-reference";
import { type WorkloadResources, workloadDefaults } from "./settings";

/** One service in a cluster, as its component was asked for it. */
export interface WorkloadPlan {
  /** Name of its objects, and of its host inside of the namespace. */
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  /** `<login server>/<repository>@sha256:…` */
  readonly image: string;
  /** Hosts of the environment's own registries. */
  readonly registries: readonly string[];
  readonly version: string;
  readonly port: number;
  readonly replicas?: number;
  readonly health?: string;
  readonly resources?: Partial<WorkloadResources>;
}

/** Longest that a new version may take until its pods are available. */
export const progressDeadlineSeconds = 300;

const nameLabel = "app.kubernetes.io/name";
/** By which the mesh's metrics tell one image from another. */
const revisionLabel = "service.istio.io/canonical-revision";

/**
 * Repository and digest of what it runs.
 * @throws UserError (2) for an image that a tag names, or of another registry
 */
export function imageOf({ image, registries, environment }: WorkloadPlan): {
  repository: string;
  digest: string;
} {
  const { registry, repository, tag, digest } = parseImageReference(image);
  if (digest === undefined || tag !== undefined) {
    throw new UserError({
      what: `${image} is not named by its digest alone`,
      fix: "Write <registry>/<repository>@sha256:…, as the stack's output running does",
      exitCode: 2,
    });
  }
  if (registries.includes(registry)) return { repository, digest };
  throw new UserError({
    what: `${image} comes from ${registry}, not from ${environment}'s own registry`,
    fix: `Promote it to ${environment}, whose registry is ${registries.join(" or ")}`,
    exitCode: 2,
  });
}

/** What the mesh's metrics call an image: a label takes no whole digest. */
export function revisionOf(plan: WorkloadPlan): string {
  return digestStart(imageOf(plan).digest);
}

/** Name, namespace, labels and annotations of one of its objects. */
export function metadataOf(plan: WorkloadPlan, name = plan.name) {
  return { name, namespace: plan.namespace, labels: labelsOf(plan), annotations: annotationsOf(plan) };
}

function labelsOf({ name, environment }: WorkloadPlan): { [label: string]: string } {
  return {
    [nameLabel]: name,
    "app.kubernetes.io/managed-by": "airlock",
    "airlock.dev/environment": environment,
  };
}

function annotationsOf(plan: WorkloadPlan): { [annotation: string]: string } {
  return { "airlock.dev/repository": imageOf(plan).repository, "airlock.dev/version": plan.version };
}

/** Labels by which everything finds its pods, of whichever version. */
export function selectorOf({ name }: WorkloadPlan): { [label: string]: string } {
  return { [nameLabel]: name };
}

/** What Deployment and Rollout have in common. */
export function replicasSpec(plan: WorkloadPlan) {
  return {
    replicas: plan.replicas ?? workloadDefaults.replicas,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds,
    selector: { matchLabels: selectorOf(plan) },
    template: {
      metadata: {
        labels: { ...labelsOf(plan), [revisionLabel]: revisionOf(plan) },
        annotations: annotationsOf(plan),
      },
      spec: podSpec(plan),
    },
  };
}

/** A service that every node can run, and that can do nothing to its node. */
function podSpec(plan: WorkloadPlan) {
  const { name, image, port, health = workloadDefaults.health } = plan;
  const httpGet = { path: health, port: "http" };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name,
        image,
        ports: [{ name: "http", containerPort: port }],
        // Two minutes to start; after that it takes requests while it answers, and begins anew when it doesn't.
        startupProbe: { httpGet, periodSeconds: 5, failureThreshold: 24 },
        readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 3 },
        livenessProbe: { httpGet, periodSeconds: 10, failureThreshold: 6 },
        resources: resourcesOf(plan),
        securityContext: {
          runAsNonRoot: true,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
      },
    ],
  };
}

function resourcesOf({ resources }: WorkloadPlan) {
  const { cpu, memory, limits } = { ...workloadDefaults.resources, ...resources };
  return {
    requests: { cpu, memory },
    limits: { cpu: limits?.cpu ?? cpu, memory: limits?.memory ?? memory },
  };
}

/** The host of the service inside of the cluster. */
export function serviceSpec(plan: WorkloadPlan) {
  return {
    selector: selectorOf(plan),
    ports: [{ name: "http", port: plan.port, targetPort: "http" }],
  };
}

/** Pod by pod, and never fewer of them than there should be. */
export function deploymentSpec(plan: WorkloadPlan) {
  return {
    ...replicasSpec(plan),
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  };
}

/** Labels of a namespace whose pods can do nothing to their node. */
export const podSecurityLabels: { [label: string]: string } = Object.fromEntries(
  ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
);

/** Labels of a namespace: the mesh's revision, and pods that can do nothing to their node. */
export function namespaceLabels(environment: string, istioRevision: string): { [label: string]: string } {
  return {
    "app.kubernetes.io/managed-by": "airlock",
    "airlock.dev/environment": environment,
    "istio.io/rev": istioRevision,
    ...podSecurityLabels,
  };
}
