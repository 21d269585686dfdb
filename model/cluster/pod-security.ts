import { ownNamespaces } from "./own-namespaces";

/**
 * "Kubernetes cluster pod security baseline standards for Linux-based workloads". The restricted ones also ask for a group of each
 * pod, which an image alone can't know.
 */
export const podBaseline =
  "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d";

/** Name of its assignment on a group that somebody else made: the group may hold clusters of several environments. */
export function podSecurityName(environment: string): string {
  return `pod-security-${environment}`;
}

/** Its assignment on a resource group: every pod that could do something to its node is refused, in every cluster there. */
export function podSecurityOn(scope: string, policyAssignmentName: string) {
  return {
    scope,
    policyAssignmentName,
    policyDefinitionId: podBaseline,
    enforcementMode: "Default",
    parameters: { effect: { value: "Deny" }, excludedNamespaces: { value: [...ownNamespaces] } },
  };
}
