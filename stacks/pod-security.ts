import * as authorization from "@pulumi/azure-native/authorization";
import type * as pulumi from "@pulumi/pulumi";
import { podSecurityOn } from "../model/cluster/pod-security";

/**
 * Has Azure Policy refuse pods that could do something to their node, in every cluster of a resource group. A deployer can take a
 * namespace's labels away, and has no right to this.
 */
export function refuseStrongPods(
  environment: string,
  scope: string,
  { assignmentName = "pod-security" }: { readonly assignmentName?: string } = {},
  opts?: pulumi.CustomResourceOptions,
): authorization.PolicyAssignment {
  return new authorization.PolicyAssignment(
    `${environment}-pod-security`,
    {
      ...podSecurityOn(scope, assignmentName),
      displayName: "Pods that can do nothing to their node",
    },
    opts,
  );
}
