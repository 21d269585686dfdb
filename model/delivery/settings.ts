/** What one environment's cluster runs, and how it is reached. */
export interface DeliverySettings {
  /** Stack whose output `running` names what was promoted: the environment's own, or that of the proof of concept. */
  readonly stack: string;
  /** Context of the deployer's kubeconfig. */
  readonly context: string;
  /** Revision of the mesh that its namespaces belong to. */
  readonly istioRevision: string;
  /** Namespaces of the cluster's own parts, by name: nobody judges their pods, and no workload runs there. */
  readonly exemptNamespaces: readonly string[];
  /** Containers that a mesh puts into pods, with the repository of their image. */
  readonly injected: Readonly<Record<string, string>>;
  readonly workloads: Readonly<Record<string, WorkloadSettings>>;
}

/** One service, and the repository whose promoted image it runs. */
export interface WorkloadSettings {
  readonly repository: string;
  readonly namespace: string;
  /** Port on which its container listens. */
  readonly port: number;
  readonly replicas: number;
  /** Path that answers 200 while it works. */
  readonly health: string;
  readonly resources: WorkloadResources;
  /** How a new version proves itself first; left out, it replaces the present one pod by pod. */
  readonly canary?: CanarySettings;
  /** Digests that a canary aborted: they never run again here. */
  readonly rejected: readonly string[];
}

/** What the container asks for, in Kubernetes' quantities, and what it may use: the same, unless `limits` says otherwise. */
export interface WorkloadResources {
  readonly cpu: string;
  readonly memory: string;
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}

/** How a canary goes on, and what ends it. */
export interface CanarySettings {
  /** Address of the Prometheus that has the mesh's metrics, as the controller reaches it. */
  readonly prometheus: string;
  /** First share of the requests, in percent. */
  readonly weight: number;
  /** Further shares in percent, ascending; each is analysed as the first. */
  readonly steps: readonly number[];
  /** Time between two measurements, in seconds. */
  readonly intervalSeconds: number;
  /** How long each share is analysed, in seconds. */
  readonly durationSeconds: number;
  /** Failed measurements that are put up with: one more aborts. */
  readonly failureLimit: number;
  /** Errors (5xx) a minute at which a measurement fails. */
  readonly errorsPerMinute: number;
  /** Share of requests without error below which a measurement fails, in percent. */
  readonly successPercent: number;
}

/** Taken where a configuration says nothing: 10 % for 15 minutes, measured every 30 seconds. */
export const canaryDefaults: Omit<CanarySettings, "prometheus"> = {
  weight: 10,
  steps: [],
  intervalSeconds: 30,
  durationSeconds: 900,
  failureLimit: 3,
  errorsPerMinute: 5,
  successPercent: 95,
};

/** Taken where a configuration says nothing. */
export const workloadDefaults = {
  replicas: 2,
  health: "/health",
  resources: { cpu: "100m", memory: "128Mi" },
} as const;

/** Name of the stack that runs an environment's workloads. */
export function deliveryStack(environment: string, ofPoc = false): string {
  return `${ofPoc ? "poc-" : ""}${environment}-delivery`;
}
