import { normalizeScope, scopeCovers } from "./scopes";
import type {
  AccessGraph,
  Credential,
  Principal,
  Registry,
  RegistryToken,
  RoleAssignment,
  RoleDefinition,
} from "./types";

/** Whoever asks without signing in. */
export const anonymous: Principal = {
  id: "anonymous",
  name: "anyone, without signing in",
  kind: "anonymous",
};

/** The principal id of a registry's admin user. */
export function adminUserOf(registry: Registry): string {
  return `admin:${registry.name}`;
}

/** A role assignment as it reaches one principal. */
export interface HeldRole {
  readonly assignment: RoleAssignment;
  /** Undefined when the graph does not know the role definition. */
  readonly role: RoleDefinition | undefined;
  /** Object ids of the groups it came through, nearest first; empty when assigned directly. */
  readonly via: readonly string[];
}

/** Look-up tables over one graph. A graph is never changed once it was asked about. */
export class GraphIndex {
  private readonly roles = new Map<string, RoleDefinition>();
  private readonly principals: Map<string, Principal>;
  private readonly registries: Map<string, Registry>;
  private readonly tokens: Map<string, RegistryToken>;
  private readonly groupsOf = new Map<string, string[]>();
  private readonly assignmentsOf = new Map<string, RoleAssignment[]>();
  private readonly owners = new Map<string, string[]>();
  private readonly credentials = new Map<string, Credential[]>();
  private readonly held = new Map<string, HeldRole[]>();
  private readonly heldAt = new Map<string, HeldRole[]>();
  private readonly registriesAt = new Map<string, Registry | undefined>();

  constructor(readonly graph: AccessGraph) {
    // Two definitions of one GUID add up: whichever Azure keeps, its holders are not shown with less.
    for (const role of graph.roles) {
      const guid = role.guid.toLowerCase();
      const other = this.roles.get(guid);
      this.roles.set(
        guid,
        other ? { ...other, permissions: [...other.permissions, ...role.permissions] } : role,
      );
    }
    this.principals = new Map(graph.principals.map((principal) => [principal.id.toLowerCase(), principal]));
    this.registries = new Map(graph.registries.map((registry) => [normalizeScope(registry.id), registry]));
    this.tokens = new Map(graph.tokens.map((token) => [this.tokenPrincipal(token).id.toLowerCase(), token]));
    for (const { group, member } of graph.memberships) {
      append(this.groupsOf, member.toLowerCase(), group);
    }
    for (const assignment of graph.assignments) {
      append(this.assignmentsOf, assignment.principalId.toLowerCase(), assignment);
    }
    for (const { owner, of } of graph.owners ?? []) {
      append(this.owners, of.toLowerCase(), owner);
    }
    for (const credential of graph.credentials ?? []) {
      append(this.credentials, credential.principalId.toLowerCase(), credential);
    }
  }

  /** How a principal signs in. */
  credentialsOf(id: string): readonly Credential[] {
    return this.credentials.get(id.toLowerCase()) ?? [];
  }

  /** Object ids of who owns a service principal or group. */
  ownersOf(id: string): readonly string[] {
    return this.owners.get(id.toLowerCase()) ?? [];
  }

  principal(id: string): Principal {
    const declared = this.principals.get(id.toLowerCase());
    const token = declared ? undefined : this.token(id);
    return declared ?? (token ? this.tokenPrincipal(token) : this.undeclared(id));
  }

  private undeclared(id: string): Principal {
    if (id === anonymous.id) {
      return anonymous;
    }
    return id.startsWith("admin:")
      ? { id, name: `admin user of ${id.slice("admin:".length)}`, kind: "admin" }
      : { id, name: id, kind: "unknown" };
  }

  role(guid: string): RoleDefinition | undefined {
    return this.roles.get(guid.toLowerCase());
  }

  /** Each role definition once. */
  allRoles(): RoleDefinition[] {
    return [...this.roles.values()];
  }

  registry(id: string): Registry | undefined {
    return this.registries.get(normalizeScope(id));
  }

  /** The registry that a scope is, or is part of. */
  registryAt(scope: string): Registry | undefined {
    if (!this.registriesAt.has(scope)) {
      const parts = normalizeScope(scope).split("/");
      this.registriesAt.set(scope, this.registries.get(parts.slice(0, 9).join("/")));
    }
    return this.registriesAt.get(scope);
  }

  token(principalId: string): RegistryToken | undefined {
    return this.tokens.get(principalId.toLowerCase());
  }

  tokenPrincipal(token: RegistryToken): Principal {
    const registry = this.registry(token.registryId)?.name ?? token.registryId.split("/").at(-1) ?? "";
    return {
      id: `token:${registry}/${token.name}`,
      name: `token ${token.name} of ${registry}`,
      kind: "token",
    };
  }

  /** Every principal that is declared, holds an assignment, is a member or owns one, and every token. */
  everyone(): Principal[] {
    const known = new Map(this.principals);
    const add = (principal: Principal): void => {
      if (!known.has(principal.id.toLowerCase())) {
        known.set(principal.id.toLowerCase(), principal);
      }
    };
    this.graph.assignments.forEach(({ principalId }) => add(this.principal(principalId)));
    this.graph.memberships.forEach(({ group, member }) => {
      add(this.principal(group));
      add(this.principal(member));
    });
    this.graph.owners?.forEach(({ owner, of }) => {
      add(this.principal(owner));
      add(this.principal(of));
    });
    this.graph.tokens.forEach((token) => add(this.tokenPrincipal(token)));
    return [...known.values()];
  }

  /** Assignments that reach a scope: on it and above; with `below`, those on its parts too. */
  heldOn(principalId: string, scope: string, below = false): readonly HeldRole[] {
    const key = `${principalId.toLowerCase()} ${below ? "below" : "on"} ${scope}`;
    let found = this.heldAt.get(key);
    if (!found) {
      found = this.heldBy(principalId).filter(
        ({ assignment }) =>
          scopeCovers(assignment.scope, scope, this.graph.managementGroups) ||
          (below && scopeCovers(scope, assignment.scope)),
      );
      this.heldAt.set(key, found);
    }
    return found;
  }

  private heldBy(principalId: string): readonly HeldRole[] {
    const id = principalId.toLowerCase();
    let found = this.held.get(id);
    if (!found) {
      found = [];
      for (const [holder, via] of this.selfAndGroups(id)) {
        for (const assignment of this.assignmentsOf.get(holder) ?? []) {
          found.push({ assignment, role: this.role(assignment.roleGuid), via });
        }
      }
      this.held.set(id, found);
    }
    return found;
  }

  // Breadth first, so that the shortest chain of groups is the one that is told.
  private selfAndGroups(id: string): Map<string, readonly string[]> {
    const chains = new Map<string, readonly string[]>([[id, []]]);
    for (const [holder, via] of chains) {
      for (const group of this.groupsOf.get(holder) ?? []) {
        if (!chains.has(group.toLowerCase())) {
          chains.set(group.toLowerCase(), [...via, group]);
        }
      }
    }
    return chains;
  }
}

function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) {
    list.push(value);
  } else {
    map.set(key, [value]);
  }
}

const indexes = new WeakMap<AccessGraph, GraphIndex>();

/** The index of a graph, made once per graph object. */
export function indexOf(graph: AccessGraph): GraphIndex {
  let index = indexes.get(graph);
  if (!index) {
    index = new GraphIndex(graph);
    indexes.set(graph, index);
  }
  return index;
}
