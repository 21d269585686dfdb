import { managedClusters } from "./kubernetes";
import type { Permission } from "./types";

type BuiltIn = Partial<Permission> & { readonly guid: string; readonly name: string };

const signIn = `${managedClusters}/listClusterUserCredential/action`;
const read = `${managedClusters}/read`;
const inCluster = (actions: readonly string[]): string[] =>
  actions.map((action) => `${managedClusters}/${action}`);

// What every role inside of clusters may see of Azure.
const around = [
  "Microsoft.Authorization/*/read",
  "Microsoft.Resources/subscriptions/operationresults/read",
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
];

const readByWriters = [
  "apps/controllerrevisions",
  "discovery.k8s.io/endpointslices",
  "events.k8s.io/events",
  "limitranges",
  "metrics.k8s.io/pods",
  "metrics.k8s.io/nodes",
  "namespaces",
  "resourcequotas",
];
const written = [
  "apps/daemonsets",
  "apps/deployments",
  "apps/replicasets",
  "apps/statefulsets",
  "autoscaling/horizontalpodautoscalers",
  "batch/cronjobs",
  "batch/jobs",
  "configmaps",
  "endpoints",
  "events",
  "extensions/daemonsets",
  "extensions/deployments",
  "extensions/ingresses",
  "extensions/networkpolicies",
  "extensions/replicasets",
  "networking.k8s.io/ingresses",
  "networking.k8s.io/networkpolicies",
  "persistentvolumeclaims",
  "pods",
  "policy/poddisruptionbudgets",
  "replicationcontrollers",
  "secrets",
  "serviceaccounts",
  "services",
];

// Whoever only reads sees all that, but for secrets.
const shown = [...readByWriters, ...written.filter((type) => type !== "secrets")];

/** Azure's roles on clusters: what they may do with them, and, where Azure RBAC decides there, inside. */
export const builtInClusterRoles: readonly BuiltIn[] = [
  {
    guid: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    name: "Azure Kubernetes Service Cluster User Role",
    actions: [signIn, read],
  },
  {
    guid: "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
    name: "Azure Kubernetes Service Cluster Admin Role",
    actions: [
      `${managedClusters}/listClusterAdminCredential/action`,
      `${managedClusters}/accessProfiles/listCredential/action`,
      read,
      `${managedClusters}/runcommand/action`,
    ],
  },
  {
    guid: "1afdec4b-e479-420e-99e7-f82237c7c5e6",
    name: "Azure Kubernetes Service Cluster Monitoring User",
    actions: [`${managedClusters}/listClusterMonitoringUserCredential/action`, read],
  },
  {
    guid: "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8",
    name: "Azure Kubernetes Service Contributor Role",
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.ContainerService/locations/*",
      `${managedClusters}/*`,
      "Microsoft.ContainerService/managedclustersnapshots/*",
      "Microsoft.ContainerService/snapshots/*",
      "Microsoft.Insights/alertRules/*",
      "Microsoft.Resources/deployments/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
    ],
  },
  {
    guid: "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
    name: "Azure Kubernetes Service RBAC Reader",
    actions: around,
    dataActions: inCluster(shown.map((type) => `${type}/read`)),
  },
  {
    guid: "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb",
    name: "Azure Kubernetes Service RBAC Writer",
    actions: around,
    dataActions: inCluster([
      ...readByWriters.map((type) => `${type}/read`),
      ...["read", "write", "delete"].map((verb) => `coordination.k8s.io/leases/${verb}`),
      ...written.map((type) => `${type}/*`),
    ]),
  },
  {
    guid: "3498e952-d568-435e-9b2c-8d77e338d7f7",
    name: "Azure Kubernetes Service RBAC Admin",
    actions: [...around, signIn],
    dataActions: inCluster(["*"]),
    notDataActions: inCluster(
      ["resourcequotas", "namespaces"].flatMap((type) => [`${type}/write`, `${type}/delete`]),
    ),
  },
  {
    guid: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    name: "Azure Kubernetes Service RBAC Cluster Admin",
    actions: [...around, signIn],
    dataActions: inCluster(["*"]),
  },
];
