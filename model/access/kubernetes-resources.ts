/**
 * What AKS has data actions of its own for, by API group: Microsoft.ContainerService in Azure's list of permissions. Its
 * authorizer takes whatever is not among them for a custom resource, parts of Kubernetes that are younger included.
 */
const known: Readonly<Record<string, string>> = {
  "": "bindings componentstatuses configmaps endpoints events groups limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services users",
  "admissionregistration.k8s.io":
    "initializerconfigurations mutatingwebhookconfigurations validatingwebhookconfigurations",
  "apiextensions.k8s.io": "customresourcedefinitions",
  "apiregistration.k8s.io": "apiservices",
  apps: "controllerrevisions daemonsets deployments replicasets statefulsets",
  "authentication.k8s.io": "tokenreviews userextras",
  "authorization.k8s.io":
    "localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews",
  autoscaling: "horizontalpodautoscalers",
  batch: "cronjobs jobs",
  "certificates.k8s.io": "certificatesigningrequests",
  "coordination.k8s.io": "leases",
  "discovery.k8s.io": "endpointslices",
  "events.k8s.io": "events",
  extensions: "daemonsets deployments ingresses networkpolicies podsecuritypolicies replicasets",
  "flowcontrol.apiserver.k8s.io": "flowschemas prioritylevelconfigurations",
  "metrics.k8s.io": "nodes pods",
  "networking.k8s.io": "ingressclasses ingresses networkpolicies",
  "node.k8s.io": "runtimeclasses",
  policy: "poddisruptionbudgets podsecuritypolicies",
  "rbac.authorization.k8s.io": "clusterrolebindings clusterroles rolebindings roles",
  "scheduling.k8s.io": "priorityclasses",
  "storage.k8s.io": "csidrivers csinodes csistoragecapacities storageclasses volumeattachments",
};

/** Whether AKS authorizes a resource as a custom one. The core group has none. */
export function isCustomResource(group: string, resource: string): boolean {
  if (group === "") return false;
  return !Object.hasOwn(known, group) || !known[group].split(" ").includes(resource);
}
