import { printable } from "../printable";

/** What a workload's controller says of it. */
export type Verdict =
  | { readonly state: "waiting"; readonly reason: string }
  | { readonly state: "healthy" }
  /** The canary was taken back; the declared state still names what it tried. */
  | { readonly state: "aborted"; readonly reason: string; readonly unmeasured?: Unmeasured }
  | { readonly state: "failed"; readonly reason: string };

/** By what nobody could measure a canary, and what came in the place of an answer: that says nothing of its version. */
export interface Unmeasured {
  readonly metric: string;
  readonly error: string;
}

/** A Deployment or a Rollout as the API server sends it. */
export interface Controller {
  readonly metadata?: { readonly uid?: string; readonly generation?: number };
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } };
  };
  readonly status?: {
    /** A number of a Deployment, text of a Rollout. */
    readonly observedGeneration?: number | string;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly canary?: { readonly currentStepAnalysisRunStatus?: { readonly name?: string } };
  };
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Whether a Deployment has brought up what it was told to run. */
export function judgeDeployment(deployment: Controller, reference: string): Verdict {
  const early = notYet(deployment, reference);
  if (early) return early;
  const { spec, status = {} } = deployment;
  const conditions = status.conditions ?? [];
  const stuck = conditions.find(
    ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
  );
  const refused = conditions.find(({ type, status: is }) => type === "ReplicaFailure" && is === "True");
  if (stuck) return failed(refused?.message ?? stuck.message ?? "it made no progress in time");
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status;
  if (updated < wanted)
    return waiting(refused?.message ?? `${updated} of ${wanted} pods are of this version`);
  if (replicas > updated) return waiting(`${replicas - updated} pods of the version before still run`);
  if (available < wanted) return waiting(`${available} of ${wanted} pods are available`);
  return { state: "healthy" };
}

/** Whether a canary has passed. Argo takes an aborted one back by itself, and leaves what was declared as it is. */
export function judgeRollout(rollout: Controller, reference: string): Verdict {
  const early = notYet(rollout, reference);
  if (early) return early;
  const { phase = "", message = "", abort = false } = rollout.status ?? {};
  if (abort || message.startsWith("RolloutAborted")) return { state: "aborted", reason: worded(message) };
  if (phase === "Degraded") return failed(message || "it is degraded");
  if (phase === "Healthy") return { state: "healthy" };
  return waiting([phase || "Argo has not looked at it", message].filter((part) => part !== "").join(": "));
}

/** A status that is about something else than what is declared now says nothing: an abort of the version before would be taken for this one's. */
function notYet({ metadata, spec, status }: Controller, reference: string): Verdict | undefined {
  const images = (spec?.template?.spec?.containers ?? []).map(({ image }) => image);
  if (!images.includes(reference))
    return failed(`it is told to run ${images.join(", ") || "nothing"} instead of ${reference}`);
  const { generation } = metadata ?? {};
  if (generation === undefined || String(status?.observedGeneration) !== String(generation))
    return waiting("its controller has not seen the change");
  return undefined;
}

function waiting(reason: string): Verdict {
  return { state: "waiting", reason: worded(reason) };
}

function failed(reason: string): Verdict {
  return { state: "failed", reason: worded(reason) };
}

/** Somebody else's words, in one line. */
export function worded(text: string): string {
  return printable(text.trim().replace(/\s*\n\s*/g, "; ")).replace(/\.$/, "") || "no reason was given";
}
