import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import * as pulumi from "@pulumi/pulumi";
import { admissionParameters } from "../model/admission/parameters";
import {
  admissionBindingSpec,
  admissionNamespace,
  admissionPolicyName,
  admissionPolicySpec,
  parametersLabel,
  parametersName,
} from "../model/admission/rules";
import { clusterNamespaces, isOwnNamespace, ownNamespacesText } from "../model/cluster/own-namespaces";
import { podSecurityLabels } from "../model/delivery/workload";
import { refusing } from "./refusing";

export interface AdmissionPolicyArgs {
  /** Environment that the cluster belongs to. */
  environment: string;
  /** Login servers of the environment's own registries: nothing runs from elsewhere. */
  registries: string[];
  /** What was promoted to the environment, each as `<login server>/<repository>@sha256:…`. */
  images: string[];
  /**
   * Namespaces of the cluster's own parts, by name, whose pods nobody judges: who may make a pod there runs what they like.
   * Default: those that Kubernetes and AKS make.
   */
  exemptNamespaces?: string[];
  /**
   * Containers that a mesh puts into pods, with the repository of their image: its tags are taken too, in a container of that name
   * alone. Default: none.
   */
  injected?: { [container: string]: string };
  /**
   * Whether the list changes in place, so that what was just promoted is admitted before it runs, in the same update. It needs a
   * provider with `enableConfigMapMutable`: others take the list away before they bring the new one. Default: false, and an image has
   * to be on the former list too until the update ends.
   */
  inPlace?: boolean;
}

/**
 * The cluster itself refuses what has no digest, comes from another registry, or was not promoted to this environment: at
 * admission, whoever applies it and by whatever tool.
 */
export class AdmissionPolicy extends pulumi.ComponentResource {
  /** Name of the ValidatingAdmissionPolicy and of its binding. */
  public readonly policyName: pulumi.Output<string>;
  /** Namespace and name of the ConfigMap with what is admitted. */
  public readonly parameters: pulumi.Output<string>;

  constructor(name: string, args: AdmissionPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:AdmissionPolicy", name, args, opts);
    const { environment } = args;
    const exempt = args.exemptNamespaces ?? clusterNamespaces;
    const policyName = admissionPolicyName(environment);
    const judged = exempt.find((one) => !isOwnNamespace(one));
    if (judged !== undefined)
      throw new pulumi.ResourceError(
        `AdmissionPolicy "${name}": exemptNamespaces names ${judged}. Name the cluster's own parts alone: ${ownNamespacesText}`,
        this,
      );
    const data = refusing(this, `AdmissionPolicy "${name}"`, () =>
      admissionParameters({
        registries: args.registries,
        images: args.images,
        injected: args.injected ?? {},
      }),
    );
    const namespace = new Namespace(
      `${name}-system`,
      // Nothing runs there, and what somebody runs there all the same does nothing to its node.
      { metadata: { name: admissionNamespace, labels: podSecurityLabels } },
      { parent: this },
    );
    const parameters = new ConfigMap(
      `${name}-parameters`,
      {
        metadata: {
          name: args.inPlace ? policyName : parametersName(environment, data),
          namespace: namespace.metadata.name,
          labels: parametersLabel(environment),
        },
        data,
        ...(args.inPlace ? {} : { immutable: true }),
      },
      { parent: this },
    );
    const policy = new ValidatingAdmissionPolicy(
      name,
      { metadata: { name: policyName }, spec: admissionPolicySpec(environment) },
      { parent: this },
    );
    new ValidatingAdmissionPolicyBinding(
      `${name}-binding`,
      {
        metadata: { name: policyName },
        // Its id, which nobody knows before it is made: asked beforehand about a binding of a policy that isn't there, the API server
        // wants to see that whoever asks may read everything.
        spec: admissionBindingSpec(environment, policy.id, exempt),
      },
      // Bound before its parameters stand, it would refuse every pod.
      { parent: this, dependsOn: [policy, parameters] },
    );
    this.policyName = policy.metadata.name;
    this.parameters = pulumi.interpolate`${parameters.metadata.namespace}/${parameters.metadata.name}`;
    this.registerOutputs({ policyName: this.policyName, parameters: this.parameters });
  }
}
