import * as authorization from "@pulumi/azure-native/authorization";
import type * as pulumi from "@pulumi/pulumi";
import { ownNamespaces } from "../model/cluster/own-namespaces";

/**
 * "Kubernetes cluster pod security baseline standards for Linux-based workloads". The restricted ones also ask for a group of each
 * pod, which an image alone can't know.
 */
const baseline =
  "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d";

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
      scope,
      policyAssignmentName: assignmentName,
      displayName: "Pods that can do nothing to their node",
      policyDefinitionId: baseline,
      enforcementMode: "Default",
      parameters: { effect: { value: "Deny" }, excludedNamespaces: { value: [...ownNamespaces] } },
    },
    opts,
  );
}
