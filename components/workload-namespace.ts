import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import * as pulumi from "@pulumi/pulumi";
import { namespaceLabels } from "../model/delivery/workload";

export interface WorkloadNamespaceArgs {
  /** Name of the namespace. Default: the component's name. */
  namespace?: string;
  /** Environment that the cluster belongs to. */
  environment: string;
  /** Revision of the Istio add-on whose proxies its pods get, e.g. `asm-1-30`. */
  istioRevision: string;
}

/** A namespace for services: in the mesh, and closed to pods that could do something to their node. */
export class WorkloadNamespace extends pulumi.ComponentResource {
  /** Its name, for what runs there. */
  public readonly namespace: string;

  constructor(name: string, args: WorkloadNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:WorkloadNamespace", name, args, opts);
    const labels = namespaceLabels(args.environment, args.istioRevision);
    this.namespace = args.namespace ?? name;
    new Namespace(name, { metadata: { name: this.namespace, labels } }, { parent: this });
    this.registerOutputs({ namespace: this.namespace });
  }
}
