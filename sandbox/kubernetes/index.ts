import { evaluate } from "../../model/access/evaluate";
import { idKey } from "../azure/arm-id";
import type { GraphSource } from "../azure/access-graph";
import type { ResourceManager } from "../azure/resource-manager";
import { JsonStore } from "../json-store";
import { Clusters, clusterType } from "./clusters";
import { KeptCluster, type Authorize, type KeptObject } from "./kept-cluster";

/** The clusters of the sandbox's ARM, whose objects are kept in a folder. */
export function keptClusters(folder: string, manager: ResourceManager, graph: GraphSource): Clusters {
  const store = new JsonStore<KeptObject>(folder);
  const authorize: Authorize = (caller, id) => {
    const { allowed, reasons } = evaluate(graph.current(), caller.objectId, "cluster-user", {
      kind: "cluster",
      id,
    });
    return { allowed, reason: reasons.map(({ text }) => text).join("; ") };
  };
  const open = (context: string, id: string) => new KeptCluster(context, id, store, authorize);
  manager.onEvent(({ kind, resource }) => {
    if (kind === "deleted" && resource.type.toLowerCase() === clusterType.toLowerCase())
      open(resource.name, idKey(resource.id)).clear();
  });
  return new Clusters(manager, open);
}
