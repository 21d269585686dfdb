import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import { deploymentSpec, metadataOf, serviceSpec } from "../model/delivery/workload";
import { refusing } from "./refusing";
import { alsoKnownAs, planOf, type WorkloadArgs } from "./workload-args";

/**
 * One service that runs a promoted image by its digest, with probes and limits, without rights on its node or its cluster. A new
 * version takes the place of the present one pod by pod.
 */
export class Workload extends pulumi.ComponentResource {
  /** What it runs: `<login server>/<repository>@sha256:…`. */
  public readonly reference: string;
  /** Namespace and name of its Deployment. */
  public readonly deployment: pulumi.Output<string>;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:Workload", name, args, alsoKnownAs("airlock:index:CanaryWorkload", opts));
    const { plan, metadata, spec } = refusing(this, `Workload "${name}"`, () => {
      const plan = planOf(name, args);
      return { plan, metadata: metadataOf(plan), spec: deploymentSpec(plan) };
    });
    const account = new ServiceAccount(
      name,
      { metadata, automountServiceAccountToken: false },
      { parent: this },
    );
    const deployment = new Deployment(name, { metadata, spec }, { parent: this, dependsOn: account });
    new Service(name, { metadata, spec: serviceSpec(plan) }, { parent: this });
    this.reference = plan.image;
    this.deployment = pulumi.interpolate`${deployment.metadata.namespace}/${deployment.metadata.name}`;
    this.registerOutputs({ reference: this.reference, deployment: this.deployment });
  }
}
