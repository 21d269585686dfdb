/** A version of an image. */
export interface Version {
  readonly version: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest: string;
}

/** One workload that a delivery stack has declared, and what it is to run. */
export interface DeployedWorkload extends Version {
  readonly name: string;
  readonly namespace: string;
  /** A canary is a Rollout, which Argo's controller carries out. */
  readonly kind: "Deployment" | "Rollout";
  readonly repository: string;
  /** `<registry>/<repository>@<digest>`: the only image that its pods may run. */
  readonly reference: string;
  /** Of its Service, which has the workload's name. */
  readonly port: number;
  /** Path that answers 200 while it works. */
  readonly health: string;
  /** How long the analysis of a canary takes; 0 for a Deployment. */
  readonly canarySeconds: number;
}

/** Path of its Deployment or Rollout in the API. */
export function controllerPath({ kind, namespace, name }: DeployedWorkload): string {
  const { apiVersion, plural } = kinds[kind];
  return `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`;
}

/** Path of an analysis of its canary. */
export function analysisPath({ namespace }: DeployedWorkload, name: string): string {
  return `/apis/${kinds.Rollout.apiVersion}/namespaces/${namespace}/analysisruns/${encodeURIComponent(name)}`;
}

/** API version of its Deployment or Rollout. */
export function controllerVersion({ kind }: DeployedWorkload): string {
  return kinds[kind].apiVersion;
}

/** Path of the list of its pods. */
export function podsPath({ namespace, name }: DeployedWorkload): string {
  return `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(`app.kubernetes.io/name=${name}`)}`;
}

/** Path on which the API server passes a question on to its Service. */
export function healthPath({ namespace, name, port, health }: DeployedWorkload): string {
  return `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy${health}`;
}

const kinds = {
  Deployment: { apiVersion: "apps/v1", plural: "deployments" },
  Rollout: { apiVersion: "argoproj.io/v1alpha1", plural: "rollouts" },
} as const;
