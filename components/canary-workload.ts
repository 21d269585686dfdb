import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import {
  analysisTemplateSpec,
  canaryService,
  destinationRuleSpec,
  rolloutSpec,
  virtualServiceSpec,
} from "../model/delivery/canary";
import { metadataOf, serviceSpec } from "../model/delivery/workload";
import { refusing } from "./refusing";
import { alsoKnownAs, planOf, type WorkloadArgs } from "./workload-args";

export interface CanaryArgs {
  /** Address of the Prometheus that has the mesh's metrics, as Argo's controller reaches it, e.g. `http://prometheus.monitoring:9090`. */
  prometheus: string;
  /** First share of the requests, in percent. Default: 10. */
  weight?: number;
  /** Further shares in percent, ascending; each is analysed as the first. Default: none, and after the first all requests. */
  steps?: number[];
  /** Time between two measurements, in seconds. Default: 30. */
  intervalSeconds?: number;
  /** How long each share is analysed, in seconds. Default: 900. */
  durationSeconds?: number;
  /** Failed measurements that are put up with: one more aborts. Default: 3. */
  failureLimit?: number;
  /** Errors (5xx) a minute at which a measurement fails. Default: 5. */
  errorsPerMinute?: number;
  /** Share of requests without error below which a measurement fails, in percent. Default: 95. */
  successPercent?: number;
}

export interface CanaryWorkloadArgs extends WorkloadArgs {
  /** How a new version proves itself. */
  canary: CanaryArgs;
}

/** What Argo's controller writes while a canary goes on is not drift. Each is one value to the API server: its lists are atomic. */
const writtenByArgo = {
  weightsAndHeaderRoute: ["spec.http"],
  labelsOfSubsets: ["spec.subsets"],
  selector: ["spec.selector"],
};

/** Argo's controller writes the Rollout back as it reads it, and owns from then on the steps, which each version states anew. */
function forced<T extends { readonly annotations: object }>(metadata: T) {
  return { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/patchForce": "true" } };
}

/**
 * One service whose new version first gets a share of the requests, and those with the header `x-canary: true`. It goes on while
 * the mesh's metrics and its health are good, and is taken back when they are not. Argo Rollouts does it, in a mesh of Istio.
 */
export class CanaryWorkload extends pulumi.ComponentResource {
  /** What it runs, or is to run: `<login server>/<repository>@sha256:…`. */
  public readonly reference: string;
  /** Namespace and name of its Rollout. */
  public readonly rollout: pulumi.Output<string>;

  constructor(name: string, args: CanaryWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:CanaryWorkload", name, args, alsoKnownAs("airlock:index:Workload", opts));
    const { canary, ...workload } = args;
    const { plan, metadata, spec, analysis } = refusing(this, `CanaryWorkload "${name}"`, () => {
      const plan = planOf(name, workload, canary);
      return {
        plan,
        metadata: metadataOf(plan),
        spec: rolloutSpec(plan, canary),
        analysis: analysisTemplateSpec(plan, canary),
      };
    });
    const account = new ServiceAccount(
      name,
      { metadata, automountServiceAccountToken: false },
      { parent: this },
    );
    // Pods come from the Rollout, so nobody waits for those of a service.
    const unawaited = (service: string) => {
      const own = metadataOf(plan, service);
      return { ...own, annotations: { ...own.annotations, "pulumi.com/skipAwait": "true" } };
    };
    const service = new Service(
      name,
      { metadata: unawaited(plan.name), spec: serviceSpec(plan) },
      { parent: this },
    );
    const ofCanary = new Service(
      `${name}-canary`,
      { metadata: unawaited(canaryService(plan)), spec: serviceSpec(plan) },
      { parent: this, ignoreChanges: writtenByArgo.selector },
    );
    const template = new CustomResource(
      `${name}-analysis`,
      { apiVersion: "argoproj.io/v1alpha1", kind: "AnalysisTemplate", metadata, spec: analysis },
      { parent: this },
    );
    const rule = new CustomResource(
      `${name}-subsets`,
      {
        apiVersion: "networking.istio.io/v1",
        kind: "DestinationRule",
        metadata,
        spec: destinationRuleSpec(plan),
      },
      { parent: this, ignoreChanges: writtenByArgo.labelsOfSubsets },
    );
    const route = new CustomResource(
      `${name}-routes`,
      {
        apiVersion: "networking.istio.io/v1",
        kind: "VirtualService",
        metadata,
        spec: virtualServiceSpec(plan),
      },
      { parent: this, dependsOn: rule, ignoreChanges: writtenByArgo.weightsAndHeaderRoute },
    );
    const rollout = new CustomResource(
      name,
      { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: forced(metadata), spec },
      { parent: this, dependsOn: [account, service, ofCanary, template, rule, route] },
    );
    this.reference = plan.image;
    this.rollout = pulumi.interpolate`${rollout.metadata.namespace}/${rollout.metadata.name}`;
    this.registerOutputs({ reference: this.reference, rollout: this.rollout });
  }
}
