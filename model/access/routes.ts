import { listed } from "../sentence";
import { roleGrants } from "./actions";
import { evaluateCondition, readCondition } from "./condition";
import type { GraphIndex, HeldRole } from "./graph-index";
import { managedClusters as clusters } from "./kubernetes";
import { actionFor, actionOf, countsOnParts, operationOf } from "./operations";
import { heldRoleReason } from "./reasons";
import { scopeCovers } from "./scopes";
import type { AccessRequest, Capability, Reason, Registry, Resource, RoleDefinition } from "./types";

/** A way to a capability by an ARM action that is not the capability itself. */
export interface Route {
  readonly action: string;
  /** What the holder can do with it, after "it can". */
  readonly way: string;
  /** Also open to who holds it on a part of the registry, such as one token. */
  readonly onParts?: true;
  /** A data action; left out, an action. */
  readonly plane?: "data";
}

const registries = "Microsoft.ContainerRegistry/registries";
/** What gets somebody into a cluster who is no user of it. */
const clusterRoutes: readonly Route[] = [
  { action: `${clusters}/write`, way: "turn on local accounts" },
  {
    action: `${clusters}/listClusterAdminCredential/action`,
    way: "read the local administrator's credential",
  },
  {
    action: `${clusters}/accessProfiles/listCredential/action`,
    way: "read the local administrator's credential",
  },
  { action: `${clusters}/runCommand/action`, way: "run commands in the cluster" },
];

/** What gets somebody's code into a cluster, or somebody else's rights, without applying a workload. */
const insideRoutes: readonly Route[] = [
  ...[
    "pods",
    "replicationcontrollers",
    "apps/daemonsets",
    "apps/replicasets",
    "apps/statefulsets",
    "batch/cronjobs",
    "batch/jobs",
    "extensions/daemonsets",
    "extensions/deployments",
    "extensions/replicasets",
    "customresources",
  ].map((type) => inside(`${type}/write`, "make pods in another way")),
  inside("pods/exec/action", "run commands in pods"),
  // A GET of nodes/proxy asks a node's kubelet, which runs commands too.
  inside("nodes/read", "run commands in pods by way of their nodes"),
  inside("namespaces/write", "take pod security off a namespace"),
  inside("persistentvolumes/write", "mount a node's disk"),
  inside("certificates.k8s.io/certificatesigningrequests/write", "get a certificate of somebody else"),
  ...["secrets/read", "serviceaccounts/write"].map((action) =>
    inside(action, "get the token of a service account"),
  ),
  ...["users", "groups", "serviceaccounts"].map((type) =>
    inside(`${type}/impersonate/action`, "act as somebody else"),
  ),
  ...["rolebindings", "clusterrolebindings", "roles", "clusterroles"].map((type) =>
    inside(`rbac.authorization.k8s.io/${type}/write`, "change the cluster's own roles"),
  ),
  ...["validatingwebhookconfigurations", "mutatingwebhookconfigurations"].map((type) =>
    inside(`admissionregistration.k8s.io/${type}/write`, "change what others apply"),
  ),
];

function inside(action: string, way: string): Route {
  return { action: `${clusters}/${action}`, way, onParts: true, plane: "data" };
}
const assignRoles = "Microsoft.Authorization/roleAssignments/write";

/**
 * Everything but role assignments that lets its holder reach a capability. Worst case: passwords of tokens that no
 * program declares, and settings that a second identity would have to use, count.
 */
export function accessChangingRoutes(capability: Capability, registry: Registry | undefined): Route[] {
  const routes: Route[] = [
    { action: "Microsoft.Authorization/roleDefinitions/write", way: "widen a custom role" },
  ];
  if (capability === "cluster-user") return [...routes, ...clusterRoutes];
  if (capability === "deploy") return [...routes, ...clusterRoutes, ...insideRoutes];
  if (!registry || !operationOf[capability]) {
    return routes;
  }
  const settings = [
    ...(registry.adminUserEnabled ? [] : ["enable the admin user"]),
    ...(capability === "pull" && !registry.anonymousPullEnabled ? ["turn on anonymous pull"] : []),
    "change the permission mode",
  ];
  const password = "read the password of the admin user";
  return [
    ...routes,
    { action: `${registries}/tokens/write`, way: "make or enable a registry token", onParts: true },
    {
      action: `${registries}/scopeMaps/write`,
      way: "widen the scope map of a registry token",
      onParts: true,
    },
    { action: `${registries}/generateCredentials/action`, way: "make itself a password of a registry token" },
    { action: `${registries}/write`, way: settings.join(" or ") },
    ...(registry.adminUserEnabled
      ? [
          { action: `${registries}/listCredentials/action`, way: password },
          { action: `${registries}/regenerateCredential/action`, way: password },
        ]
      : []),
    // In abac mode a task has no right to content of its own.
    ...(registry.mode === "rbac"
      ? ["tasks/write", "taskRuns/write", "scheduleRun/action"].map((verb) => ({
          action: `${registries}/${verb}`,
          way: "run a task with the registry's own rights",
        }))
      : []),
  ];
}

const anySource = "and Azure can't say from where";

/** What brings foreign content into a registry without pushing it. */
export function importRoutes(capability: Capability): Route[] {
  const others: Route[] = [
    { action: `${registries}/importPipelines/write`, way: `make an import pipeline, ${anySource}` },
    { action: `${registries}/pipelineRuns/write`, way: `run an import pipeline, ${anySource}` },
    { action: `${registries}/cacheRules/write`, way: `cache another registry's images, ${anySource}` },
  ];
  switch (capability) {
    case "push":
      return [
        { action: `${registries}/importImage/action`, way: `import any image, ${anySource}` },
        ...others,
      ];
    case "import":
      return others;
    default:
      return [];
  }
}

/** The reasons for which a principal can take one of the routes on a resource. */
export function routeReasons(
  index: GraphIndex,
  principalId: string,
  routes: readonly Route[],
  resource: Resource,
): Reason[] {
  return index.heldOn(principalId, resource.id, true).flatMap((held) => {
    const onWhole = scopeCovers(held.assignment.scope, resource.id, index.graph.managementGroups);
    const ways = routes
      .filter((route) => (onWhole || route.onParts) && mayHold(held, route.action, route.plane))
      .map(({ way }) => way);
    return ways.length > 0 ? [reached(index, principalId, held, resource, listed([...new Set(ways)]))] : [];
  });
}

/** The reasons for which a principal can assign a role (to itself or anyone) that leads to the capability. */
export function delegationReasons(
  index: GraphIndex,
  principalId: string,
  capability: Capability,
  resource: Resource,
): Reason[] {
  const registry = resource.kind === "registry" ? index.registry(resource.id) : undefined;
  const leading = index.allRoles().filter((role) => leadsTo(role, capability, registry));
  // One key of a vault is enough to sign, one namespace to deploy; a role on a part of a registry reaches no content.
  return index.heldOn(principalId, resource.id, countsOnParts(capability)).flatMap((held) => {
    if (!mayHold(held, assignRoles)) {
      return [];
    }
    if (held.assignment.condition === undefined) {
      return [reached(index, principalId, held, resource, "assign any role")];
    }
    const roles = leading.filter((role) => mayAssign(held.assignment.condition!, role, resource));
    const names = roles.map(({ name }) => `"${name}"`);
    return roles.length > 0 ? [reached(index, principalId, held, resource, `assign ${listed(names)}`)] : [];
  });
}

function mayAssign(text: string, role: RoleDefinition, resource: Resource): boolean {
  const condition = readCondition(text);
  const request = {
    plane: "control",
    action: assignRoles,
    scope: resource.id,
    roleAssignment: { roleGuid: role.guid },
  } as const;
  return !condition || evaluateCondition(condition, request) !== false;
}

// Directly, or by one more step.
function leadsTo(role: RoleDefinition, capability: Capability, registry: Registry | undefined): boolean {
  const operation = operationOf[capability];
  const direct = operation && registry ? actionFor(registry.mode, operation) : actionOf[capability];
  const next: readonly Pick<Route, "action" | "plane">[] = [
    { action: assignRoles },
    ...accessChangingRoutes(capability, registry),
  ];
  return (
    (direct !== undefined && roleGrants(role, direct.plane, direct.action)) ||
    next.some(({ action, plane }) => roleGrants(role, plane ?? "control", action))
  );
}

function mayHold({ role }: HeldRole, action: string, plane: AccessRequest["plane"] = "control"): boolean {
  return role === undefined || roleGrants(role, plane, action);
}

function reached(
  index: GraphIndex,
  principalId: string,
  held: HeldRole,
  resource: Resource,
  way: string,
): Reason {
  const unknown = held.role ? "" : ", counted as granting: its definition is not known";
  return heldRoleReason(index, principalId, held, resource.id, `${unknown}: it can ${way}`);
}
