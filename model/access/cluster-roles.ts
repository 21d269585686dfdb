import { admissionNamespace } from "../admission/rules";
import { isOwnNamespace } from "../cluster/own-namespaces";
import { type CustomResources, customResourceCondition } from "./condition";
import type { CustomRole } from "./custom-roles";
import { managedClusters } from "./kubernetes";
import type { RoleGrant } from "./role-grants";

const verbs = (type: string, names = ["read", "write", "delete"]): string[] =>
  names.map((verb) => `${managedClusters}/${type}/${verb}`);

/** The roles that a cluster brings with it, beside those of the path. */
export function clusterRoles(organization: string): CustomRole[] {
  return [nodeJoiner, clusterReader, workloadDeployer, admissionKeeper, admittedKeeper].map((role) =>
    role(organization),
  );
}

/** What a cluster's own identity does in the network: no built-in role stops there. */
export function nodeJoiner(organization: string): CustomRole {
  const subnets = "Microsoft.Network/virtualNetworks/subnets";
  return {
    key: "nodeJoiner",
    displayName: `${organization} node joiner`,
    description: "Puts a cluster's nodes and load balancers into a subnet; can't change it.",
    actions: [`${subnets}/read`, `${subnets}/join/action`],
    dataActions: [],
  };
}

/**
 * What a refresh reads of the roles and the policy that a stack assigns in a cluster's group, and `airlock access --live` of the
 * cluster. Reader would also pull from a registry that somebody has there, and query what a workspace logs.
 */
export function clusterReader(organization: string): CustomRole {
  const authorization = [
    "roleAssignments",
    "roleEligibilityScheduleInstances",
    "roleDefinitions",
    "policyAssignments",
  ];
  return {
    key: "clusterReader",
    displayName: `${organization} cluster reader`,
    description:
      "Reads who may do what in a cluster's resource group, what Azure Policy refuses there, and how clusters are set.",
    actions: [
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      `${managedClusters}/read`,
      ...authorization.map((type) => `Microsoft.Authorization/${type}/read`),
    ],
    dataActions: [],
  };
}

/**
 * What a delivery stack applies in a namespace, and reads to wait until it runs. AKS RBAC Writer has secrets, pods, exec
 * and impersonation as well. No configmaps: one that is mounted beside a promoted image is a program that nobody signed.
 */
export function workloadDeployer(organization: string): CustomRole {
  return {
    key: "workloadDeployer",
    displayName: `${organization} workload deployer`,
    description: "Applies workloads in a namespace; no secrets, no configmaps, no pods of its own, no roles.",
    actions: [],
    dataActions: [
      ...["namespaces", "serviceaccounts", "services", "apps/deployments"].flatMap((type) => verbs(type)),
      ...verbs("events", ["read", "write"]),
      ...[
        "apps/replicasets",
        "discovery.k8s.io/endpointslices",
        "endpoints",
        "events.k8s.io/events",
        "persistentvolumeclaims",
        "pods",
      ].flatMap((type) => verbs(type, ["read"])),
      ...verbs("customresources"),
    ],
  };
}

/** What stands in no namespace: the admission policies. Who makes one has to be able to read its parameters everywhere. */
export function admissionKeeper(organization: string): CustomRole {
  return {
    key: "admissionKeeper",
    displayName: `${organization} admission keeper`,
    description: "Applies admission policies in a cluster, and reads their parameters.",
    actions: [],
    dataActions: [...verbs("configmaps", ["read"]), ...verbs("customresources")],
  };
}

/** What stands in the namespace of the admission's parameters: nothing runs there, so it is no place to deploy. */
export function admittedKeeper(organization: string): CustomRole {
  return {
    key: "admittedKeeper",
    displayName: `${organization} admitted keeper`,
    description:
      "Applies the list of what a cluster admits, and the namespace in which it stands; nothing that runs.",
    actions: [],
    dataActions: ["namespaces", "configmaps"].flatMap((type) => verbs(type)),
  };
}

const routing: CustomResources = {
  group: "networking.istio.io",
  kinds: ["virtualservices", "destinationrules"],
};
const applied: readonly CustomResources[] = [
  { group: "argoproj.io", kinds: ["rollouts", "analysistemplates"] },
  routing,
];
// How an analysis went is read; the controller alone writes it.
const shown: readonly CustomResources[] = [
  { group: "argoproj.io", kinds: ["rollouts", "analysistemplates", "analysisruns"] },
  routing,
];
// AKS has no data action of their own for them, and takes them for custom resources.
const admission: readonly CustomResources[] = [
  {
    group: "admissionregistration.k8s.io",
    kinds: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
  },
];

/** A role that `deploy` asks for, in a namespace or in the cluster as a whole. */
export interface DeployGrant extends RoleGrant {
  readonly namespace?: string;
}

/** What `deploy` of these namespaces takes. What is admitted there stands in a namespace of its own, under a role of its own. */
export function deployGrants(namespaces: readonly string[]): DeployGrant[] {
  return [
    {
      role: { kind: "custom", key: "admissionKeeper" },
      condition: customResourceCondition(["read", "write", "delete"], admission),
    },
    { role: { kind: "custom", key: "admittedKeeper" }, namespace: admissionNamespace },
    ...namespaces.map((namespace): DeployGrant => ({
      role: { kind: "custom", key: "workloadDeployer" },
      condition: [
        customResourceCondition(["write", "delete"], applied),
        customResourceCondition(["read"], shown),
      ].join(" AND "),
      namespace,
    })),
  ];
}

/** Why a text is no namespace to deploy in; undefined when it is one. */
export function namespaceRefusal(name: string): { readonly what: string; readonly fix: string } | undefined {
  if (!/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    return { what: `"${name}" is no namespace`, fix: "Write small letters, digits and dashes, such as iam" };
  }
  if (name === admissionNamespace) {
    return {
      what: `nobody deploys in ${name}`,
      fix: "What is admitted stands there, and deploy of another namespace has it",
    };
  }
  if (!isOwnNamespace(name)) return undefined;
  return {
    what: `nobody deploys in ${name}`,
    fix: "It is the cluster's own: who runs something there can become anybody in the cluster",
  };
}
