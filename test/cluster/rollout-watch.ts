import type { AnalysisRun } from "../../model/delivery/analysis";
import type { ControlPlane, KubernetesObject } from "../../sandbox/kubernetes/control-plane";

export interface RolloutStatus {
  readonly phase: string;
  readonly message?: string;
  readonly abort?: boolean;
  readonly abortedAt?: string;
  readonly observedGeneration: string;
  readonly canary?: { readonly currentStepAnalysisRunStatus: { readonly name: string } };
}

interface Route {
  readonly name: string;
  readonly match?: object[];
  readonly route: readonly { readonly destination: { readonly subset: string }; readonly weight: number }[];
}

interface Measurement {
  readonly phase: string;
  readonly startedAt: string;
}

/** Looks on while the controller rolls a service out. */
export class RolloutWatch {
  constructor(
    private readonly cluster: ControlPlane,
    private readonly name: string,
    private readonly namespace: string,
  ) {}

  async status(): Promise<RolloutStatus & { readonly isCurrent: boolean }> {
    const { status, metadata } = await this.read("apis/argoproj.io/v1alpha1", `rollouts/${this.name}`);
    const found = status as RolloutStatus | undefined;
    return {
      ...(found ?? { phase: "Unknown", observedGeneration: "0" }),
      isCurrent: found?.observedGeneration === String(metadata.generation),
    };
  }

  async routes(): Promise<readonly Route[]> {
    const { spec } = await this.read("apis/networking.istio.io/v1", `virtualservices/${this.name}`);
    return (spec as { http: Route[] }).http;
  }

  /** Each route as `name: subset weight, …`, in their order. */
  async shares(): Promise<string> {
    const to = ({ destination, weight }: Route["route"][number]) => `${destination.subset} ${weight}`;
    return (await this.routes()).map(({ name, route }) => `${name}: ${route.map(to).join(", ")}`).join("; ");
  }

  /** Images of the pods that are ready, sorted. */
  running(): Promise<string[]> {
    return this.images(isReady);
  }

  /** Images of the pods that are not. */
  waiting(): Promise<string[]> {
    return this.images((status) => !isReady(status));
  }

  /** Whether these run, and nothing else. */
  async runsOnly(images: readonly string[]): Promise<boolean> {
    return (await this.running()).join() === images.join();
  }

  /** Follows it until a phase that is an end. @returns the states of the routes in their order */
  async end(): Promise<{ seen: string[]; status: RolloutStatus }> {
    const seen: string[] = [];
    let status = await this.status();
    await this.cluster.until(async () => {
      const shares = await this.shares();
      if (seen.at(-1) !== shares) seen.push(shares);
      status = await this.status();
      return status.isCurrent && ["Healthy", "Degraded"].includes(status.phase);
    });
    return { seen, status };
  }

  /** The analysis that the rollout names. */
  async analysis(): Promise<KubernetesObject & AnalysisRun> {
    const { name } = (await this.status()).canary!.currentStepAnalysisRunStatus;
    return this.read("apis/argoproj.io/v1alpha1", `analysisruns/${name}`);
  }

  /** When a measurement first did not succeed, in milliseconds, in the last analysis. */
  async firstFailure(): Promise<number> {
    const { status } = await this.analysis();
    const times = (status as { metricResults: { measurements: Measurement[] }[] }).metricResults
      .flatMap(({ measurements }) => measurements)
      .filter(({ phase }) => phase !== "Successful")
      .map(({ startedAt }) => Date.parse(startedAt));
    return Math.min(...times);
  }

  private async images(which: (status: unknown) => boolean): Promise<string[]> {
    const { items } = await this.read("api/v1", "pods");
    return (items as KubernetesObject[])
      .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && which(status))
      .map(({ spec }) => (spec as { containers: { image: string }[] }).containers[0].image)
      .sort();
  }

  private async read(group: string, path: string): Promise<KubernetesObject> {
    return (await this.cluster.call("GET", `/${group}/namespaces/${this.namespace}/${path}`)).body;
  }
}

function isReady(status: unknown): boolean {
  const { conditions = [] } = status as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
