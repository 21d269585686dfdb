import { managedClusters } from "../../model/access/kubernetes";
import type { GraphSource } from "../azure/access-graph";
import type { ResourceManager } from "../azure/resource-manager";
import type { Caller } from "../azure/resource-type";
import type { Hosts } from "../hosts";
import { JsonStore } from "../json-store";
import { authorizeInCluster } from "./authorize";
import { Clusters } from "./clusters";
import type { ClusterPrograms } from "./control-plane";
import { ControlPlanes, type Access } from "./control-planes";
import { KeptCluster, type Authorize, type KeptObject } from "./kept-cluster";
import { RealCluster } from "./real-cluster";

/** The clusters of the sandbox's ARM, in one of the two forms that they have here. */
export interface KubernetesSide {
  readonly clusters: Clusters;
  /** Starts the control plane of a cluster, where it has one; this is a first use of it too. */
  start(clusterId: string): Promise<void>;
  close(): Promise<void>;
}

/** Clusters whose objects are validated and kept in a folder. */
export function keptSide(folder: string, manager: ResourceManager, graph: GraphSource): KubernetesSide {
  const store = new JsonStore<KeptObject>(folder);
  const authorize: Authorize = ({ objectId }, id, asked) =>
    authorizeInCluster(graph.current(), objectId, id, asked);
  const open = (context: string, id: string) => new KeptCluster(context, id, store, authorize);
  onDeleted(manager, async (id) => open("", id).clear());
  return {
    clusters: new Clusters(manager, (context, id) => Promise.resolve(open(context, id))),
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** Clusters with a control plane each, started when something is first asked of it. */
export function realSide(
  folder: string,
  manager: ResourceManager,
  programs: ClusterPrograms,
  hosts: Hosts,
  access: Access,
  tokenOf: (caller: Caller) => Promise<string>,
): KubernetesSide {
  const planes = new ControlPlanes(folder, programs, hosts, access);
  onDeleted(manager, (id) => planes.remove(id));
  const open = async (context: string, id: string) => {
    const plane = await planes.of(id);
    const text = `${context}: a control plane of its own at ${plane.server}. Its nodes run nothing`;
    return new RealCluster(plane, tokenOf, { isWarning: false, text });
  };
  return {
    clusters: new Clusters(manager, open),
    start: async (id) => void (await planes.of(id)),
    close: () => planes.close(),
  };
}

function onDeleted(manager: ResourceManager, forget: (clusterId: string) => Promise<void>): void {
  manager.onEvent(async ({ kind, resource }) => {
    if (kind === "deleted" && resource.type.toLowerCase() === managedClusters.toLowerCase())
      await forget(resource.id);
  });
}
