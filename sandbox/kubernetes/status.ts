import type { Properties } from "../azure/resource-type";
import type { KubernetesObject } from "./object";

/** The status that an object has where nothing runs: what was asked for counts as done. */
export function statusOf(object: KubernetesObject, generation: number): Properties | undefined {
  if (object.kind === "Namespace") return { phase: "Active" };
  const replicas = Number((object.spec as Properties | undefined)?.replicas ?? 1);
  const counts = {
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    updatedReplicas: replicas,
  };
  const available = { type: "Available", status: "True", reason: "MinimumReplicasAvailable" };
  switch (object.kind) {
    case "Deployment":
      return { observedGeneration: generation, ...counts, conditions: [available] };
    case "StatefulSet":
    case "ReplicaSet":
      return { observedGeneration: generation, ...counts };
    case "Rollout":
      return {
        observedGeneration: String(generation),
        ...counts,
        phase: "Healthy",
        conditions: [{ ...available, reason: "AvailableReason" }],
      };
    default:
      return undefined;
  }
}
