import { listed } from "../sentence";
import { roleGrants } from "./actions";
import { adminUserOf, anonymous, type GraphIndex, indexOf } from "./graph-index";
import { type Assumption, allowed, denied, judge } from "./judge";
import {
  actionFor,
  actionOf,
  askedOf,
  countsOnParts,
  operationOf,
  registryRequest,
  type RegistryOperation,
} from "./operations";
import { namespaceScope } from "./kubernetes";
import { heldRoleReason } from "./reasons";
import { describeScope } from "./scopes";
import { patternContains, tokenPatterns } from "./tokens";
import type { AccessGraph, AccessRequest, Capability, Decision, Registry, Resource } from "./types";

export type { Assumption } from "./judge";

/**
 * Whether a principal may do one action or data action on one scope, with the chain of reasons. This is what enforces:
 * an unreadable condition, an attribute the request does not state and an unknown role all count as no.
 */
export function can(
  graph: AccessGraph,
  principalId: string,
  request: AccessRequest,
  assumption: Assumption = "enforced",
): Decision {
  const index = indexOf(graph);
  return judge({ index, principalId, request, assumption, anyRepository: false, below: false });
}

/**
 * Whether a registry lets a principal do an operation: Azure RBAC in the registry's mode, and the doors beside it
 * (registry tokens, the admin user, anonymous pull).
 */
export function canInRegistry(
  graph: AccessGraph,
  principalId: string,
  registryId: string,
  operation: RegistryOperation,
  repository: string | undefined,
): Decision {
  const index = indexOf(graph);
  const registry = index.registry(registryId);
  if (!registry) {
    return denied(`no registry ${describeScope(registryId)} is known`);
  }
  return registry.anonymousPullEnabled && (operation === "content/read" || operation === "metadata/read")
    ? anonymousPull(registry)
    : operate(index, principalId, registry, operation, repository, "enforced", false);
}

/**
 * Whether a principal has a capability on a resource, right for the registry's permission mode. Without a repository
 * the answer is yes when there is any repository for which it is, and the reason names the pattern.
 */
export function evaluate(
  graph: AccessGraph,
  principalId: string,
  capability: Capability,
  resource: Resource,
  assumption: Assumption = "enforced",
): Decision {
  const index = indexOf(graph);
  const registry = resource.kind === "registry" ? index.registry(resource.id) : undefined;
  return registry?.anonymousPullEnabled && capability === "pull"
    ? anonymousPull(registry)
    : evaluateHeld(index, principalId, capability, resource, assumption);
}

/** As `evaluate`, but by what the principal itself holds: what anybody may do does not count. */
export function evaluateHeld(
  index: GraphIndex,
  principalId: string,
  capability: Capability,
  resource: Resource,
  assumption: Assumption,
): Decision {
  const kind = askedOf(capability);
  if (kind !== resource.kind) {
    return denied(`${capability} is asked of a ${kind}, not of a ${resource.kind}`);
  }
  const registry = resource.kind === "registry" ? index.registry(resource.id) : undefined;
  if (resource.kind === "registry" && !registry) {
    return denied(`no registry ${describeScope(resource.id)} is known`);
  }
  const operation = operationOf[capability];
  if (registry && operation) {
    const repository = resource.kind === "registry" ? resource.repository : undefined;
    return operate(index, principalId, registry, operation, repository, assumption, repository === undefined);
  }
  const namespace = resource.kind === "cluster" ? resource.namespace : undefined;
  const scope = namespace === undefined ? resource.id : namespaceScope(resource.id, namespace);
  const request = { ...actionOf[capability]!, scope };
  const below = countsOnParts(capability) && namespace === undefined;
  return judge({ index, principalId, request, assumption, anyRepository: false, below });
}

function operate(
  index: GraphIndex,
  principalId: string,
  registry: Registry,
  operation: RegistryOperation,
  repository: string | undefined,
  assumption: Assumption,
  anyRepository: boolean,
): Decision {
  const principal = index.principal(principalId);
  if (principal.kind === "admin") {
    return adminDecision(principalId, registry);
  }
  if (principal.kind === "token") {
    return tokenDecision(index, principalId, registry, operation, repository, anyRepository);
  }
  if (principalId === anonymous.id) {
    return denied(
      `${registry.name} asks for a sign-in: anonymous pull is off or does not cover ${operation}`,
    );
  }
  const request = registryRequest(registry, operation, repository);
  const decision = judge({ index, principalId, request, assumption, anyRepository, below: false });
  return decision.allowed ? decision : withOtherMode(index, principalId, registry, operation, decision);
}

function anonymousPull({ name }: Registry): Decision {
  return allowed([{ text: `${name} lets anyone pull every repository: anonymous pull is on` }]);
}

function adminDecision(principalId: string, registry: Registry): Decision {
  if (principalId.toLowerCase() !== adminUserOf(registry).toLowerCase()) {
    return denied(`${principalId.slice("admin:".length)}'s admin user is no user of ${registry.name}`);
  }
  return registry.adminUserEnabled
    ? allowed([{ text: `the admin user of ${registry.name} is enabled and may do everything in it` }])
    : denied(`the admin user of ${registry.name} is disabled`);
}

function tokenDecision(
  index: GraphIndex,
  principalId: string,
  registry: Registry,
  operation: RegistryOperation,
  repository: string | undefined,
  anyRepository: boolean,
): Decision {
  const { name } = index.principal(principalId);
  const token = index.token(principalId);
  if (!token || index.registry(token.registryId) !== registry) {
    return denied(`${name} is no token of ${registry.name}`);
  }
  if (!token.enabled) {
    return denied(`${name} is disabled`);
  }
  const patterns = tokenPatterns(token.actions, operation);
  const admitted = patterns.filter((pattern) =>
    repository === undefined ? anyRepository : patternContains(pattern, repository),
  );
  return admitted.length > 0
    ? allowed([{ text: `${name} has ${operation} on ${listed(admitted)} in its scope map` }])
    : denied(`the scope map of ${name} does not allow ${operation} on ${repository ?? "any repository"}`);
}

/** A refusal is easier to understand when it names the role that would do in the other permission mode. */
function withOtherMode(
  index: GraphIndex,
  principalId: string,
  registry: Registry,
  operation: RegistryOperation,
  refusal: Decision,
): Decision {
  const other = actionFor(registry.mode === "abac" ? "rbac" : "abac", operation);
  const remark = `, which does not count: ${registry.name} is in ${registry.mode} mode`;
  const ignored = index
    .heldOn(principalId, registry.id)
    .filter(({ role }) => role !== undefined && roleGrants(role, other.plane, other.action))
    .map((held) => heldRoleReason(index, principalId, held, registry.id, remark));
  return ignored.length > 0 ? { allowed: false, reasons: ignored } : refusal;
}
