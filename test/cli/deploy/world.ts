import { digestReference } from "../../../model/image-reference";
import type { Rejection } from "../../../model/config/rejected";
import type { DeployedWorkload, Version } from "../../../model/delivery/deployed";
import type { Cluster } from "../../../cli/deploy/cluster";
import type { Delivery } from "../../../cli/deploy/deploy";

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
export const referenceTo = (letter: string) =>
  digestReference("contosostaging.azurecr.io", "iam/auth-service", digest(letter));

const versionOf = (letter: string): Version => ({ version: `1.${letter}`, digest: digest(letter) });

/** Whoever kills the process does so here. */
export class Killed extends Error {}

/**
 * A delivery stack, its file and a cluster with Argo, as a model: what outlives a kill is a field, and each step of `deploy`
 * that can be the last is counted.
 */
export class World {
  /** What the file rejects. */
  rejected: string[] = [];
  /** What the stack declared with its last update. */
  declared?: string;
  /** The digest that Argo last brought to the end. */
  stable?: string;
  /** Digests whose canary fails. */
  bad: readonly string[] = [];
  /** Digests whose canary nobody can measure. */
  unmeasured: readonly string[] = [];
  readonly told: string[] = [];
  readonly events: object[] = [];
  /** What each `pulumi up` declared. */
  readonly ups: string[] = [];
  steps = 0;
  health = 200;
  /** Nodes that run nothing. */
  played = false;
  /** A pod that runs something of its own. */
  stray?: object;

  private time = Date.parse("2026-11-21T20:00:00Z");
  private generation = 0;
  private observed = 0;
  private looksAtCanary = 0;
  private killAt = Infinity;

  /** @param promoted letters of the digests that were promoted, the newest first */
  constructor(
    private readonly promoted: readonly string[],
    private readonly kind: DeployedWorkload["kind"] = "Rollout",
  ) {}

  /** Kills whatever runs next before its step of this number. */
  killBefore(step: number): this {
    this.killAt = this.steps + step;
    return this;
  }

  get delivery(): Delivery {
    return {
      up: async (held) => {
        this.step();
        this.up(held);
        this.step();
      },
      workloads: async (held) => {
        this.step();
        return [this.workload(held)];
      },
      instead: async ({ digest: present }, held) => {
        this.step();
        const [left] = this.left(held).filter((letter) => digest(letter) !== present);
        return left === undefined ? undefined : versionOf(left);
      },
      reject: async (rejections: readonly Rejection[]) => {
        this.step();
        this.rejected.push(...rejections.map((one) => one.digest));
        this.step();
        return `+ ${rejections.map((one) => one.digest).join()}\n`;
      },
      watch: {
        cluster: this.cluster,
        clock: { now: () => this.time, pause: async (milliseconds) => this.passes(milliseconds) },
        environment: "staging",
        seconds: 300,
        injected: {},
        played: this.played,
        tell: (text) => void this.told.push(text),
      },
    };
  }

  private readonly cluster: Cluster = {
    read: async (path) => {
      this.step();
      if (path.includes("/pods?")) return { items: this.pods() };
      if (path.includes("/analysisruns/")) {
        expect(path).toBe(`/apis/argoproj.io/v1alpha1/namespaces/iam/analysisruns/${this.analysis()}`);
        return this.analysisRun();
      }
      return this.declared === undefined ? undefined : this.controller();
    },
    ask: async (path) => {
      this.step();
      expect(path).toBe("/api/v1/namespaces/iam/services/http:auth-service:8080/proxy/health");
      return this.health;
    },
    create: async (_, object) => {
      this.step();
      const { name } = (object as { metadata: { name: string } }).metadata;
      if (
        this.events.some(
          (event) => (event as typeof object & { metadata: { name: string } }).metadata.name === name,
        )
      )
        return;
      this.events.push(object);
    },
  };

  private step(): void {
    this.steps++;
    if (this.steps < this.killAt) return;
    this.killAt = Infinity;
    throw new Killed();
  }

  /** What was promoted, and is neither rejected nor held. */
  private left(held: readonly Rejection[]): string[] {
    const not = [...this.rejected, ...held.map((one) => one.digest)];
    return this.promoted.filter((letter) => !not.includes(digest(letter)));
  }

  private up(held: readonly Rejection[]): void {
    const [chosen] = this.left(held);
    if (chosen === undefined) throw new Error("nothing is left");
    this.ups.push(chosen);
    if (this.declared === chosen) return;
    this.declared = chosen;
    this.generation++;
  }

  private workload(held: readonly Rejection[]): DeployedWorkload {
    const [newest] = this.left(held);
    return {
      name: "auth-service",
      namespace: "iam",
      kind: this.kind,
      repository: "iam/auth-service",
      ...versionOf(newest),
      reference: referenceTo(newest),
      port: 8080,
      health: "/health",
      canarySeconds: this.kind === "Rollout" ? 900 : 0,
    };
  }

  private passes(milliseconds: number): void {
    this.time += milliseconds;
    if (this.observed < this.generation) {
      this.observed = this.generation;
      this.looksAtCanary = 0;
      // The first version, and the stable one, need no canary.
      if (this.stable === undefined) this.stable = this.declared;
      return;
    }
    this.looksAtCanary++;
    const fails = [...this.bad, ...this.unmeasured];
    if (this.looksAtCanary >= 3 && this.declared !== undefined && !fails.includes(this.declared))
      this.stable = this.declared;
  }

  private controller(): object {
    const healthy = this.stable === this.declared;
    const aborted = !healthy && this.looksAtCanary >= 3;
    const rollout = {
      phase: healthy ? "Healthy" : aborted ? "Degraded" : "Progressing",
      ...(aborted && {
        abort: true,
        message: `RolloutAborted: metric "errors" of 1.${this.declared}`,
        canary: { currentStepAnalysisRunStatus: { name: this.analysis() } },
      }),
    };
    const updated = healthy ? 2 : 1;
    const deployment = { replicas: 2, updatedReplicas: updated, availableReplicas: 2 };
    return {
      metadata: { uid: "uid-1", generation: this.generation },
      spec: { replicas: 2, template: { spec: { containers: [{ image: referenceTo(this.declared!) }] } } },
      status:
        this.kind === "Rollout"
          ? { observedGeneration: String(this.observed), ...rollout }
          : { observedGeneration: this.observed, ...deployment },
    };
  }

  private readonly analysis = () => `auth-service-${this.declared}-2`;

  private analysisRun(): object {
    const phase = this.unmeasured.includes(this.declared!) ? "Error" : "Failed";
    return {
      status: { metricResults: [{ name: "errors-per-minute", phase, message: "server error: 503\n" }] },
    };
  }

  private pods(): object[] {
    const image = this.stable === undefined ? "" : referenceTo(this.stable);
    const pod = (name: string) => ({
      metadata: { name },
      spec: { containers: [{ name: "auth-service", image }] },
      status: {
        containerStatuses: [{ name: "auth-service", image, imageID: image, state: { running: {} } }],
      },
    });
    return [pod("auth-1"), pod("auth-2"), ...(this.stray ? [this.stray] : [])];
  }
}
