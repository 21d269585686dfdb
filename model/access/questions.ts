import { listed } from "../sentence";
import { evaluateHeld } from "./evaluate";
import { adminUserOf, anonymous, type GraphIndex, indexOf } from "./graph-index";
import { operationOf } from "./operations";
import { accessChangingRoutes, delegationReasons, importRoutes, routeReasons } from "./routes";
import { describeScope } from "./scopes";
import { describeSignIn } from "./sign-ins";
import type { AccessGraph, Answer, Capability, Principal, Reason, Registry, Resource } from "./types";

/** Who can do it, by which of three doors. A principal may stand behind more than one. */
export interface Answers {
  /** By a right that it holds now. */
  readonly direct: Answer[];
  /** By giving itself or another the right: role assignments, custom roles, tokens, admin user, Entra. */
  readonly byChangingAccess: Answer[];
  /** By bringing in content from a registry that Azure can't restrict. */
  readonly byImport: Answer[];
}

/**
 * Answers "who can …?" for the worst case: a condition that can't be read, or that Azure does not honour on its role,
 * narrows nothing; a role that is not known grants everything. The reasons say so, and how an identity signs in. What
 * the graph has under `unjudged` is in no answer.
 */
export function whoCan(graph: AccessGraph, capability: Capability, resource: Resource): Answers {
  const index = indexOf(graph);
  const registry = resource.kind === "registry" ? index.registry(resource.id) : undefined;
  const signedIn = index
    .everyone()
    .filter(({ kind }) => kind !== "token" && kind !== "admin" && kind !== "anonymous");
  const direct = [
    ...openToAll(registry, capability),
    ...answers(candidates(index, registry), (principal) => {
      const decision = evaluateHeld(index, principal.id, capability, resource, "worstCase");
      return decision.allowed ? decision.reasons : [];
    }),
  ];
  const changing = accessChangingRoutes(capability, registry);
  const holders = new Set(direct.map(({ principal }) => principal.id));
  // What a holder may do inside of a cluster besides is no way to get there.
  const routesOf = (id: string) => (holders.has(id) ? changing.filter(({ plane }) => !plane) : changing);
  const byChangingAccess = answers(signedIn, ({ id }) => [
    ...delegationReasons(index, id, capability, resource),
    ...routeReasons(index, id, routesOf(id), resource),
  ]);
  const byImport = answers(signedIn, ({ id }) => routeReasons(index, id, importRoutes(capability), resource));
  const behindADoor = [...direct, ...byChangingAccess, ...byImport].map(({ principal }) => principal);
  const owners = ownerAnswers(index, behindADoor, capability, resource);
  const administrators = directoryAnswers(
    index,
    graph.directoryAdministrators ?? [],
    [...behindADoor, ...owners.map(({ principal }) => principal)],
    capability,
    resource,
  );
  const changed = merged([...byChangingAccess, ...owners, ...administrators]);
  const told = (found: Answer[]) => found.map((answer) => withSignIns(index, answer));
  return { direct: told(direct), byChangingAccess: told(changed), byImport: told(byImport) };
}

// Whoever has the credential is the identity.
function withSignIns(index: GraphIndex, { principal, reasons }: Answer): Answer {
  const texts = index
    .credentialsOf(principal.id)
    .map((credential) => `${principal.name} ${describeSignIn(credential)}`);
  return { principal, reasons: [...reasons, ...texts.map((text) => ({ text }))] };
}

function candidates(index: GraphIndex, registry: Registry | undefined): Principal[] {
  const everyone = index.everyone();
  return registry ? [...everyone, index.principal(adminUserOf(registry))] : everyone;
}

function openToAll(registry: Registry | undefined, capability: Capability): Answer[] {
  return registry?.anonymousPullEnabled && operationOf[capability] === "content/read"
    ? [{ principal: anonymous, reasons: [{ text: `anonymous pull is on in ${registry.name}` }] }]
    : [];
}

function answers(
  principals: readonly Principal[],
  reasonsOf: (principal: Principal) => readonly Reason[],
): Answer[] {
  return principals
    .map((principal) => ({ principal, reasons: reasonsOf(principal) }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((one, other) => compareText(one.principal.name, other.principal.name));
}

// An owner can become what it owns, and so can the owner of the owner.
function ownerAnswers(
  index: GraphIndex,
  behindADoor: readonly Principal[],
  capability: Capability,
  resource: Resource,
): Answer[] {
  const able = new Map(behindADoor.map((principal) => [principal.id.toLowerCase(), principal]));
  const found: Answer[] = [];
  // The loop meets the owners that it adds.
  for (const owned of able.values()) {
    for (const id of index.ownersOf(owned.id)) {
      const owner = index.principal(id);
      const way = `it can add a ${owned.kind === "group" ? "member" : "credential"}`;
      const text = `${owner.name} owns ${owned.name}: ${way} and so ${capability} on ${describeScope(resource.id)}`;
      found.push({ principal: owner, reasons: [{ text }] });
      if (!able.has(id.toLowerCase())) able.set(id.toLowerCase(), owner);
    }
  }
  return found;
}

// Whoever changes credentials and members in Entra can become any of the others; ARM does not show it.
function directoryAnswers(
  index: GraphIndex,
  administrators: readonly string[],
  behindADoor: readonly Principal[],
  capability: Capability,
  resource: Resource,
): Answer[] {
  return administrators.flatMap((id) => {
    const others = behindADoor.filter(
      (principal) => principal.id !== id && ["application", "group", "user"].includes(principal.kind),
    );
    const names = [...new Set(others.map(({ name }) => name))].sort(compareText);
    const principal = index.principal(id);
    const way = `it can add credentials or members to ${listed(names)}`;
    const text = `${principal.name} may change applications and groups in Entra: ${way} and so ${capability} on ${describeScope(resource.id)}`;
    return names.length > 0 ? [{ principal, reasons: [{ text }] }] : [];
  });
}

function merged(all: readonly Answer[]): Answer[] {
  const byId = new Map<string, Answer>();
  for (const { principal, reasons } of all) {
    const known = byId.get(principal.id);
    byId.set(principal.id, { principal, reasons: [...(known?.reasons ?? []), ...reasons] });
  }
  return [...byId.values()].sort((one, other) => compareText(one.principal.name, other.principal.name));
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
