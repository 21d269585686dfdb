import { kindOf } from "../delivery/kubernetes-object";
import type { Resource, ResourceRule } from "../rule";

/** `<group>:<Kind>` of what AdmissionPolicy registers, and what it is called. */
const parts: ReadonlyMap<string, string> = new Map([
  ["admissionregistration.k8s.io:ValidatingAdmissionPolicy", "the policy"],
  ["admissionregistration.k8s.io:ValidatingAdmissionPolicyBinding", "its binding"],
  ["core:ConfigMap", "its parameters"],
]);

/** A program that leaves admission out takes it away: the engine deletes what is registered no more. */
export const deliveryRequireAdmission: ResourceRule = {
  name: "delivery-require-admission",
  displayName: "Nothing runs before admission stands",
  description: "Before a delivery stack registers a workload it has registered the admission policy, once.",
  severity: "critical",
  remediationSteps: "Register AdmissionPolicy, and let every workload depend on it (`dependsOn`).",
  looksAt: [
    "**Stacks with `kind: delivery`**: every Deployment and Rollout. The ValidatingAdmissionPolicy, its binding and its parameters come before it, each of them once. What they say is judged by [delivery-restrict-admission](delivery-restrict-admission.md).",
    "It refuses the workload, and the update with it, before the engine deletes what the program registers no more. A program without any workload is not judged, and `pulumi destroy` runs no policy: who may run it may also take admission away.",
  ],
  absolute: true,
  why: "A pull request that drops one component from the program looks like tidying up. The next update deletes the policy from the cluster, and every image may run there.",
  recalls: (resource) => parts.has(kindOf(resource) ?? ""),
  check: (resource, { settings: { delivery } }, earlier) => {
    const kind = kindOf(resource);
    if (delivery === undefined || (kind !== "apps:Deployment" && kind !== "argoproj.io:Rollout")) return [];
    return [...parts].flatMap(([part, called]) => {
      const standing = earlier.filter((one: Resource) => kindOf(one) === part).length;
      if (standing === 1) return [];
      const how = standing === 0 ? "without" : `with ${standing} times`;
      return [
        {
          what: `it runs in a cluster ${how} ${called} of what is admitted`,
          property: "dependsOn",
          fix: "Register AdmissionPolicy once, and let the workload depend on it",
        },
      ];
    });
  },
};
