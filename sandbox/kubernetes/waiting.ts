import { setTimeout as sleep } from "node:timers/promises";
import type { Properties } from "../azure/resource-type";
import { KubernetesError, NotReady } from "./kubernetes-error";
import { described, type KubernetesObject, type ObjectReference } from "./object";

/** Seconds that a Deployment has to become available, and that something has to go. */
const patience = 300;
const interval = 250;

/** How an object and what happened to it are read again. */
export interface Watch {
  object(): Promise<KubernetesObject>;
  events(): Promise<readonly Properties[]>;
}

/**
 * The object, once it is ready: a Deployment when its new pods are available. Everything else is ready at once, custom resources
 * too, and what `pulumi.com/skipAwait` marks.
 * @throws KubernetesError with what the cluster says about it, after `pulumi.com/timeoutSeconds` or 300 seconds
 */
export async function untilAvailable(reference: ObjectReference, watch: Watch): Promise<KubernetesObject> {
  const { annotations } = (await watch.object()).metadata;
  const seconds = Number(annotations?.["pulumi.com/timeoutSeconds"] ?? patience);
  const isAwaited = reference.kind === "Deployment" && annotations?.["pulumi.com/skipAwait"] !== "true";
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const object = await watch.object();
    if (!isAwaited || isAvailable(object)) return object;
    const given = conditionsOf(object).find(
      ({ type, status }) => type === "Progressing" && status === "False",
    );
    if (given !== undefined || Date.now() > deadline) {
      const reasons = reasonsOf(object, await watch.events());
      throw new NotReady(
        object,
        `${described(reference)} ${given ? "does not become available" : `is not available after ${seconds} seconds`}: ${reasons.join("; ")}`,
      );
    }
    await sleep(interval);
  }
}

/** @throws KubernetesError when it still stands after 300 seconds */
export async function untilGone(what: string, isGone: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patience * 1000; !(await isGone()); await sleep(interval)) {
    if (Date.now() > deadline)
      throw new KubernetesError(504, `${what} still stands after ${patience} seconds`);
  }
}

function isAvailable({ metadata, spec, status }: KubernetesObject): boolean {
  const { replicas = 1 } = (spec ?? {}) as { replicas?: number };
  const now = (status ?? {}) as Partial<
    Record<"observedGeneration" | "replicas" | "updatedReplicas" | "availableReplicas", number>
  >;
  return (
    (now.observedGeneration ?? 0) >= Number(metadata.generation) &&
    (now.updatedReplicas ?? 0) === replicas &&
    (now.replicas ?? 0) === replicas &&
    (now.availableReplicas ?? 0) === replicas
  );
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function conditionsOf({ status }: KubernetesObject): readonly Condition[] {
  return (status as { conditions?: readonly Condition[] } | undefined)?.conditions ?? [];
}

/** What the cluster says, of the object itself and of what it made, whose names begin with its. */
function reasonsOf(object: KubernetesObject, events: readonly Properties[]): string[] {
  const { name } = object.metadata;
  const conditions = conditionsOf(object)
    .filter(({ type, status }) => (type === "ReplicaFailure") === (status === "True"))
    .map(({ type, message, reason }) => `${type}: ${message ?? reason}`);
  const warnings = events
    .filter(({ type, involvedObject }) => {
      const { name: about = "" } = (involvedObject ?? {}) as { name?: string };
      return type === "Warning" && (about === name || about.startsWith(`${name}-`));
    })
    .map(({ reason, message }) => `${String(reason)}: ${String(message)}`);
  const all = [...new Set([...conditions, ...warnings])].map((text) => text.replace(/\s+/g, " "));
  return all.length > 0 ? all.slice(0, 3) : ["the cluster gives no reason"];
}
