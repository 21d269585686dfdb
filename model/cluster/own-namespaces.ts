/** Namespaces that Kubernetes itself makes. */
export const kubernetesNamespaces: readonly string[] = ["kube-node-lease", "kube-public", "kube-system"];

/** Namespaces that AKS makes, its Azure Policy and Istio add-ons included. */
export const clusterNamespaces: readonly string[] = [
  "aks-istio-system",
  "gatekeeper-system",
  ...kubernetesNamespaces,
];

/** Where an administrator puts parts of a cluster that AKS doesn't bring: canaries' controller, metrics, a mesh. */
const addedNamespaces: readonly string[] = ["argo-rollouts", "istio-system", "monitoring"];

/** All that are known by name. Azure Policy takes no patterns. */
export const ownNamespaces: readonly string[] = [...clusterNamespaces, ...addedNamespaces];

const ofAks = /^(?:kube|aks)-/;

/** Whether a namespace is for what runs a cluster: nobody deploys there, and its pods alone may be exempt from admission. */
export function isOwnNamespace(name: string): boolean {
  return ofAks.test(name) || ownNamespaces.includes(name);
}

/** As the messages name them. */
export const ownNamespacesText = `kube-*, aks-*, ${ownNamespaces.filter((name) => !ofAks.test(name)).join(", ")}`;
