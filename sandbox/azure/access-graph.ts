import { builtInRoles } from "../../model/access/roles";
import type { AccessGraph, Permission, RoleDefinition } from "../../model/access/types";
import type { Directory } from "../entra/directory";
import { idKey } from "./arm-id";
import type { Properties, StoredResource } from "./resource-type";
import { textOf } from "../text";

/** Gives the graph as it stands now. */
export interface GraphSource {
  current(): AccessGraph;
}

interface Revisioned<T> {
  readonly revision: number;
  values(): T[];
}

/** Role assignments that don't count as yet, by ARM id in lower case. */
export interface LateRoles {
  readonly revision: number;
  held(id: string): true | undefined;
}

/** Builds the access graph from the sandbox's own state, again only when something changed. */
export function graphSource(
  resources: Revisioned<StoredResource>,
  directory: Directory,
  administrators: () => readonly string[],
  late: LateRoles,
): GraphSource {
  let built: { revision: string; graph: AccessGraph } | undefined;
  return {
    current() {
      const revision = `${resources.revision}/${directory.revision}/${late.revision}`;
      if (built?.revision !== revision) {
        const graph = buildGraph(
          resources.values().filter(({ id }) => !late.held(idKey(id))),
          directory,
        );
        built = { revision, graph: { ...graph, directoryAdministrators: administrators() } };
      }
      return built.graph;
    },
  };
}

function buildGraph(resources: readonly StoredResource[], directory: Directory): AccessGraph {
  const of = (type: string): StoredResource[] => resources.filter((resource) => resource.type === type);
  const registries = of("Microsoft.ContainerRegistry/registries");
  return {
    principals: directory.principals(),
    memberships: directory.memberships(),
    roles: [...builtInRoles, ...of("Microsoft.Authorization/roleDefinitions").map(customRole)],
    assignments: of("Microsoft.Authorization/roleAssignments").map((assignment) => ({
      id: assignment.id,
      principalId: text(assignment.properties.principalId),
      roleGuid: lastPart(text(assignment.properties.roleDefinitionId)),
      scope: assignment.id.slice(
        0,
        assignment.id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/"),
      ),
      ...(assignment.properties.condition ? { condition: text(assignment.properties.condition) } : {}),
    })),
    registries: registries.map((registry) => ({
      id: registry.id,
      name: registry.name,
      mode: registry.properties.roleAssignmentMode === "AbacRepositoryPermissions" ? "abac" : "rbac",
      adminUserEnabled: registry.properties.adminUserEnabled === true,
      anonymousPullEnabled: registry.properties.anonymousPullEnabled === true,
    })),
    vaults: of("Microsoft.KeyVault/vaults").map(({ id, name }) => ({ id, name })),
    tokens: of("Microsoft.ContainerRegistry/registries/tokens").map((token) => ({
      registryId: token.id.split("/").slice(0, -2).join("/"),
      name: token.name,
      enabled: token.properties.status !== "disabled",
      actions: scopeMapActions(resources, text(token.properties.scopeMapId)),
    })),
  };
}

function customRole(definition: StoredResource): RoleDefinition {
  const permissions = (definition.properties.permissions ?? []) as Properties[];
  return {
    guid: definition.name.toLowerCase(),
    name: text(definition.properties.roleName),
    permissions: permissions.map((permission): Permission => ({
      actions: strings(permission.actions),
      notActions: strings(permission.notActions),
      dataActions: strings(permission.dataActions),
      notDataActions: strings(permission.notDataActions),
    })),
  };
}

function scopeMapActions(resources: readonly StoredResource[], scopeMapId: string): string[] {
  const map = resources.find((resource) => resource.id.toLowerCase() === scopeMapId.toLowerCase());
  return strings(map?.properties.actions);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();
