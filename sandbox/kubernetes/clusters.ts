import { managedClusters } from "../../model/access/kubernetes";
import type { ResourceManager } from "../azure/resource-manager";
import type { Cluster } from "./cluster";
import { KubernetesError } from "./kubernetes-error";

/** Finds the cluster that a context of a kubeconfig leads to: the managed cluster of that name. */
export class Clusters {
  constructor(
    private readonly manager: ResourceManager,
    private readonly open: (context: string, id: string) => Promise<Cluster>,
  ) {}

  /** @throws KubernetesError for a context without a cluster, and for one with two */
  async named(context: string): Promise<Cluster> {
    const standing = this.manager.all(managedClusters);
    const found = standing.filter(({ name }) => name.toLowerCase() === context.toLowerCase());
    if (found.length === 1) return this.open(found[0].name, found[0].id);
    if (found.length > 1) {
      throw new KubernetesError(
        400,
        `there are ${found.length} clusters named "${context}"; give them names of their own`,
      );
    }
    const names = standing.map(({ name }) => name).sort();
    const known = names.length > 0 ? `it has ${names.join(", ")}` : "it has none yet";
    throw new KubernetesError(404, `context "${context}" names no cluster of the sandbox; ${known}`);
  }
}
