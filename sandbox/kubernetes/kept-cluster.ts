import { randomUUID } from "node:crypto";
import { idKey } from "../azure/arm-id";
import { kubernetesNamespaces } from "../../model/cluster/own-namespaces";
import type { Caller } from "../azure/resource-type";
import type { JsonStore } from "../json-store";
import type { Notice } from "../pulumi/handler";
import type { Change, Cluster } from "./cluster";
import { alreadyExists, forbidden, notFound } from "./kubernetes-error";
import { leavingToOthers, merged } from "./merge";
import { groupOf, pluralOf, referenceOf, type KubernetesObject, type ObjectReference } from "./object";
import { statusOf } from "./status";

/** An object of one cluster, as the store keeps it. */
export interface KeptObject {
  /** Key of the cluster's ARM id. */
  readonly cluster: string;
  readonly object: KubernetesObject;
}

/** What is asked of a cluster's authorizer. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Whether somebody may do something in a cluster, and why. */
export type Authorize = (
  caller: Caller,
  clusterId: string,
  asked: Asked,
) => { readonly allowed: boolean; readonly reason: string };

/** Namespaces that every cluster has. */
const ownNamespaces = ["default", ...kubernetesNamespaces];

/** A cluster that keeps what it is told, and runs nothing. */
export class KeptCluster implements Cluster {
  readonly notice: Notice;

  constructor(
    context: string,
    /** Of ARM. */
    private readonly id: string,
    private readonly store: JsonStore<KeptObject>,
    private readonly authorize: Authorize,
  ) {
    this.notice = {
      isWarning: true,
      text: `${context}: objects are validated and kept, and no pod runs. A real control plane: airlock sandbox start --cluster`,
    };
  }

  async create(caller: Caller, object: KubernetesObject): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    this.require(caller, "create", reference);
    const { namespace } = reference;
    if (namespace !== undefined && !this.hasNamespace(namespace)) throw notFound(namespaceNamed(namespace));
    if (this.standing(reference) || isOwn(reference)) throw alreadyExists(reference);
    const { metadata } = object;
    // The API server sets this label from the name.
    const labels = object.kind === "Namespace" && {
      labels: { ...metadata.labels, "kubernetes.io/metadata.name": metadata.name },
    };
    return this.keep(
      {
        ...object,
        metadata: { ...metadata, ...labels, uid: randomUUID(), creationTimestamp: new Date().toISOString() },
      },
      1,
    );
  }

  async read(caller: Caller, reference: ObjectReference): Promise<KubernetesObject | undefined> {
    this.require(caller, "get", reference);
    return this.standing(reference);
  }

  async update(caller: Caller, { former, object, ignored }: Change): Promise<KubernetesObject> {
    const reference = referenceOf(object);
    this.require(caller, "patch", reference);
    const standing = this.standing(reference);
    if (!standing) throw notFound(reference);
    const stated = leavingToOthers(object, standing, ignored);
    return this.keep(
      merged(standing, former, stated) as KubernetesObject,
      Number(standing.metadata.generation ?? 1) + 1,
    );
  }

  async remove(caller: Caller, reference: ObjectReference): Promise<void> {
    this.require(caller, "delete", reference);
    if (!this.standing(reference)) return;
    if (reference.kind === "Namespace") {
      for (const { object } of this.kept())
        if (object.metadata.namespace === reference.name) this.store.delete(this.keyOf(referenceOf(object)));
    }
    this.store.delete(this.keyOf(reference));
  }

  /** As a controller in the cluster would write it. */
  write(object: KubernetesObject): void {
    this.store.set(this.keyOf(referenceOf(object)), { cluster: idKey(this.id), object });
  }

  /** Forgets everything, as when the cluster is deleted. */
  clear(): void {
    for (const { object } of this.kept()) this.store.delete(this.keyOf(referenceOf(object)));
  }

  private kept(): KeptObject[] {
    return this.store.values().filter(({ cluster }) => cluster === idKey(this.id));
  }

  private keep(object: KubernetesObject, generation: number): KubernetesObject {
    const status = statusOf(object, generation);
    const kept = {
      ...object,
      metadata: { ...object.metadata, generation, resourceVersion: String(generation) },
      ...(status && { status }),
    };
    this.write(kept);
    return kept;
  }

  private standing(reference: ObjectReference): KubernetesObject | undefined {
    return this.store.get(this.keyOf(reference))?.object;
  }

  private hasNamespace(name: string): boolean {
    return ownNamespaces.includes(name) || this.standing(namespaceNamed(name)) !== undefined;
  }

  // Without the version: an object is the same in each of its group's.
  private keyOf({ apiVersion, kind, namespace, name }: ObjectReference): string {
    return [idKey(this.id), groupOf(apiVersion), kind, namespace ?? "", name].join("|");
  }

  private require(caller: Caller, verb: string, reference: ObjectReference): void {
    const { apiVersion, kind, namespace, name } = reference;
    const asked = { verb, group: groupOf(apiVersion), resource: pluralOf(kind), namespace, name };
    const { allowed, reason } = this.authorize(caller, this.id, asked);
    if (!allowed) throw forbidden(reference, verb, caller.name, reason);
  }
}

const namespaceNamed = (name: string): ObjectReference => ({ apiVersion: "v1", kind: "Namespace", name });

function isOwn({ kind, name }: ObjectReference): boolean {
  return kind === "Namespace" && ownNamespaces.includes(name);
}
