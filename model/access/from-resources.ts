import { accessGraph } from "./graph";
import { normalizeScope } from "./scopes";
import type {
  AccessGraph,
  Permission,
  Principal,
  Registry,
  RegistryToken,
  RoleAssignment,
  RoleDefinition,
} from "./types";

type Properties = Record<string, unknown>;

/** One resource that a program registered, or that a stack's state holds; secrets and unknowns already resolved. */
export interface RegisteredResource {
  /** Pulumi type token, of any version: `azure-native:authorization/v20220401:RoleAssignment`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Provider's id; for Azure resources the ARM id. */
  readonly id?: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What the resources alone don't say. */
export interface GraphContext {
  /** Name of a registry → its environment on the promotion path. */
  readonly environments?: Readonly<Record<string, string>>;
}

/** A resource with its Azure type in lower case and its properties flat. */
interface Declared {
  readonly type: string;
  readonly id: string;
  readonly properties: Properties;
}

/**
 * The access graph of everything that a program declares, whatever wrote it: a component, the matrix, or a hand.
 * Typed azure-native resources of any API version and the generic `resources:Resource` count alike.
 */
export function graphFromResources(
  resources: readonly RegisteredResource[],
  context: GraphContext = {},
): AccessGraph {
  const declared = resources.flatMap(declaredOf);
  const of = (type: string) => declared.filter((resource) => resource.type === type);
  const registries = of("containerregistry/registries").map((resource) => registryOf(resource, context));
  const tokens = of("containerregistry/registries/tokens").map((token) =>
    tokenOf(token, of("containerregistry/registries/scopemaps")),
  );
  return accessGraph({
    principals: directoryPrincipals(declared),
    memberships: [
      ...of("azuread/groupmember").map(({ properties }) => ({
        group: text(properties.groupObjectId),
        member: text(properties.memberObjectId),
      })),
      ...of("azuread/group").flatMap(({ properties }) =>
        strings(properties.members).map((member) => ({ group: text(properties.objectId), member })),
      ),
    ],
    roles: of("authorization/roledefinitions").map(roleOf),
    assignments: of("authorization/roleassignments").map(assignmentOf),
    registries,
    vaults: of("keyvault/vaults").map(({ id }) => ({ id, name: lastPart(id) })),
    tokens,
    directoryAdministrators: directoryAdministrators(declared),
  });
}

const assignments = "authorization/roleassignments";

// The types that decide about access, by module and class. Who may activate a role counts as who holds it.
const typed: Readonly<Record<string, string>> = {
  "authorization:RoleAssignment": assignments,
  "authorization:RoleAssignmentScheduleRequest": assignments,
  "authorization:RoleEligibilityScheduleRequest": assignments,
  "authorization:RoleDefinition": "authorization/roledefinitions",
  "containerregistry:Registry": "containerregistry/registries",
  "containerregistry:ScopeMap": "containerregistry/registries/scopemaps",
  "containerregistry:Token": "containerregistry/registries/tokens",
  "keyvault:Vault": "keyvault/vaults",
};

// The same of the classic provider.
const classic: Readonly<Record<string, string>> = {
  "authorization:Assignment": assignments,
  "role:Assignment": assignments,
  "pim:EligibleRoleAssignment": assignments,
  "pim:ActiveRoleAssignment": assignments,
  "authorization:RoleDefinition": "authorization/roledefinitions",
  "role:Definition": "authorization/roledefinitions",
};

function declaredOf(resource: RegisteredResource): Declared[] {
  const id = resource.id ?? text(resource.outputs.id);
  const all: Properties = { ...resource.inputs, ...defined(resource.outputs) };
  const [family, module, name] = typeParts(resource.type);
  if (family === "azuread") return [{ type: `azuread/${name.toLowerCase()}`, id, properties: all }];
  if (family === "azure") {
    const type = classic[`${module}:${name}`];
    return type === undefined ? [] : [{ type, id, properties: all }];
  }
  if (family !== "azure-native") return [];
  if (module === "resources" && name === "Resource") {
    const namespace = text(all.resourceProviderNamespace)
      .toLowerCase()
      .replace(/^microsoft\./, "");
    const parents = text(all.parentResourcePath).toLowerCase().split("/").filter(Boolean);
    // An assignment on a resource: its own provider stands within the path.
    if (/(?:^|\/)microsoft\.authorization(?:\/|$)/.test(parents.join("/"))) {
      const type = `authorization/${text(all.resourceType).toLowerCase()}`;
      return [{ type, id, properties: { ...(all.properties as Properties | undefined) } }];
    }
    const path = [
      namespace,
      ...parents.filter((_, index) => index % 2 === 0),
      text(all.resourceType).toLowerCase(),
    ];
    return [{ type: path.join("/"), id, properties: { ...(all.properties as Properties | undefined) } }];
  }
  const type = typed[`${module}:${name}`];
  return type === undefined ? [] : [{ type, id, properties: all }];
}

// `azure-native:keyvault/v20230701:Vault`, `azure-native_keyvault_v20230701:keyvault:Vault`, `azuread:index/group:Group`.
function typeParts(type: string): [family: string, module: string, name: string] {
  const [provider, module = "", name = ""] = type.split(":");
  return [provider.split("_")[0], module.split("/")[0].toLowerCase(), name];
}

function registryOf({ id, properties }: Declared, context: GraphContext): Registry {
  const name = lastPart(id);
  const environment = context.environments?.[name];
  return {
    id,
    name,
    mode: properties.roleAssignmentMode === "AbacRepositoryPermissions" ? "abac" : "rbac",
    adminUserEnabled: properties.adminUserEnabled === true,
    anonymousPullEnabled: properties.anonymousPullEnabled === true,
    ...(environment === undefined ? {} : { environment }),
  };
}

function tokenOf(token: Declared, scopeMaps: readonly Declared[]): RegistryToken {
  const wanted = normalizeScope(text(token.properties.scopeMapId));
  const map = scopeMaps.find(({ id }) => normalizeScope(id) === wanted);
  return {
    registryId: token.id.split("/").slice(0, -2).join("/"),
    name: lastPart(token.id),
    enabled: token.properties.status !== "disabled",
    // A scope map that is declared elsewhere, such as the built-in `_repositories_admin`, may hold anything.
    actions: map ? strings(map.properties.actions) : everyTokenAction,
  };
}

const everyTokenAction = [
  "content/read",
  "content/write",
  "content/delete",
  "metadata/read",
  "metadata/write",
].map((action) => `repositories/*/${action}`);

function assignmentOf({ id, properties }: Declared): RoleAssignment {
  const marker = id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/");
  const condition = text(properties.condition);
  return {
    id,
    principalId: text(properties.principalId),
    roleGuid: lastPart(text(properties.roleDefinitionId)).toLowerCase(),
    scope: text(properties.scope) || id.slice(0, Math.max(marker, 0)),
    ...(condition === "" ? {} : { condition }),
  };
}

function roleOf({ id, properties }: Declared): RoleDefinition {
  const guid = (text(properties.roleDefinitionId) || lastPart(id)).toLowerCase();
  const blocks = (properties.permissions ?? []) as Properties[];
  return {
    guid: lastPart(guid),
    name: text(properties.roleName) || guid,
    permissions: blocks.map((block): Permission => ({
      actions: strings(block.actions),
      notActions: strings(block.notActions),
      dataActions: strings(block.dataActions),
      notDataActions: strings(block.notDataActions),
    })),
  };
}

function directoryPrincipals(declared: readonly Declared[]): Principal[] {
  const applications = declared.filter(({ type }) => type === "azuread/application");
  return declared.flatMap(({ type, properties }): Principal[] => {
    const id = text(properties.objectId);
    const own = text(properties.displayName);
    switch (type) {
      case "azuread/serviceprincipal": {
        const application = applications.find(
          (candidate) => candidate.properties.clientId === properties.clientId,
        );
        const name = text(application?.properties.displayName) || own || id;
        return [{ id, name, kind: "application" }];
      }
      case "azuread/group":
        return [{ id, name: own || id, kind: "group" }];
      case "azuread/user":
        return [{ id, name: text(properties.userPrincipalName) || own || id, kind: "user" }];
      default:
        return [];
    }
  });
}

// Owners may add credentials or members, and a directory role may do so for everything: the graph counts the worst case.
function directoryAdministrators(declared: readonly Declared[]): string[] {
  const ids = declared.flatMap(({ type, properties }) => {
    switch (type) {
      case "azuread/application":
      case "azuread/serviceprincipal":
      case "azuread/group":
        return strings(properties.owners);
      case "azuread/directoryroleassignment":
        return [text(properties.principalObjectId)];
      case "azuread/directoryrolemember":
        return [text(properties.memberObjectId)];
      default:
        return [];
    }
  });
  return [...new Set(ids)].sort();
}

const defined = (values: Properties): Properties =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);
