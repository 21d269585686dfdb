import type { Caller } from "../azure/resource-type";
import type { Notice } from "../pulumi/handler";
import type { KubernetesObject, ObjectReference } from "./object";

/** What a program changes in an object. */
export interface Change {
  /** The object as the program stated it before. */
  readonly former: KubernetesObject;
  /** The object as it states it now. */
  readonly object: KubernetesObject;
  /** Fields that the program leaves to others, as paths of Pulumi: what stands in the cluster stays. */
  readonly ignored: readonly string[];
}

/** The objects of one cluster. Everything is done as the caller, who may be refused. */
export interface Cluster {
  /** @throws KubernetesError */
  create(caller: Caller, object: KubernetesObject): Promise<KubernetesObject>;
  /** Undefined when there is none. @throws KubernetesError */
  read(caller: Caller, reference: ObjectReference): Promise<KubernetesObject | undefined>;
  /** @throws KubernetesError */
  update(caller: Caller, change: Change): Promise<KubernetesObject>;
  /** What is gone already is no error. @throws KubernetesError */
  remove(caller: Caller, reference: ObjectReference): Promise<void>;
  /** Finds out at preview what the cluster would refuse. @throws KubernetesError */
  plan?(caller: Caller, object: KubernetesObject): Promise<void>;
  /** What every run is told: whether anything runs here. */
  readonly notice: Notice;
}
