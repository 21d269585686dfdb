import { isRegistry, isScopeMap, isToken, isVault } from "../azure/kinds";
import { permissionsOf } from "../azure/role";
import { lastPart, type Properties, textOf, textsOf, unknown, type Value } from "../values";
import type { DeclaredAzure } from "./declared";
import { modeOf } from "./permission-mode";
import { normalizeScope, readScope } from "./scopes";
import type {
  Permission,
  Principal,
  Registry,
  RegistryToken,
  RoleAssignment,
  RoleDefinition,
  Vault,
} from "./types";

/** The assignment, unless nobody knows what it is on. Whatever else is not known counts as the worst. */
export function assignmentOf(
  declared: DeclaredAzure,
  roles: readonly RoleDefinition[],
): RoleAssignment | undefined {
  const { id, properties } = declared;
  const scope = scopeOf(declared);
  if (scope === undefined) return undefined;
  const condition = textOf(properties.condition) ?? "";
  return {
    id,
    principalId: principalOf(declared).id,
    roleGuid: roleGuidOf(properties, roles),
    scope,
    ...(condition === "" ? {} : { condition }),
  };
}

/** Whom an assignment is for; somebody without a name when the program does not say. */
export function principalOf({ properties, source }: DeclaredAzure): Principal {
  const id = textOf(properties.principalId) ?? "";
  if (id !== "") return { id, name: id, kind: "unknown" };
  const name = `the principal of ${source.name}, which is not known`;
  return { id: name, name, kind: "unknown" };
}

function scopeOf({ id, properties }: DeclaredAzure): string | undefined {
  const marker = id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/");
  const stated = textOf(properties.scope) ?? (marker < 0 ? "" : id.slice(0, marker) || "/");
  if (!/^(?:\/|subscriptions\/|providers\/)/i.test(stated)) return undefined;
  return readScope(stated);
}

// A role that nobody knows grants everything.
function roleGuidOf(
  { roleDefinitionId, roleDefinitionName }: Properties,
  roles: readonly RoleDefinition[],
): string {
  const id = textOf(roleDefinitionId) ?? "";
  if (id !== "") return lastPart(id).split("|")[0].toLowerCase();
  const name = textOf(roleDefinitionName) ?? "that is not known";
  return roles.find((role) => role.name.toLowerCase() === name.toLowerCase())?.guid ?? name;
}

export function roleOf({ id, properties }: DeclaredAzure): RoleDefinition {
  const guid = lastPart(textOf(properties.roleDefinitionId) || id)
    .split("|")[0]
    .toLowerCase();
  return {
    guid,
    name: textOf(properties.roleName) || guid,
    permissions: permissionsOf(properties.permissions) ?? [everything],
  };
}

const everything: Permission = { actions: ["*"], notActions: [], dataActions: ["*"], notDataActions: [] };

/** Each registry once: what any of its declarations opens is open. */
export function registriesOf(
  declared: readonly DeclaredAzure[],
  environments: Readonly<Record<string, string>>,
): Registry[] {
  const byId = new Map<string, DeclaredAzure[]>();
  for (const one of declared.filter(isRegistry)) {
    const key = normalizeScope(one.id || nameOf(one, "registryName"));
    byId.set(key, [...(byId.get(key) ?? []), one]);
  }
  return [...byId.values()].map((all): Registry => {
    const [first] = all;
    const name = nameOf(first, "registryName");
    const stated = all.filter(({ properties }) => !isUnset(properties.roleAssignmentMode));
    // Whoever doesn't state a mode gets rbac, Azure's default up to now, in which inherited roles count too.
    const abac =
      stated.length > 0 && stated.every(({ properties }) => modeOf(properties.roleAssignmentMode) === "abac");
    const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
    return {
      id: first.id,
      name,
      mode: abac ? "abac" : "rbac",
      adminUserEnabled: all.some(({ properties }) => isOn(properties.adminUserEnabled)),
      anonymousPullEnabled: all.some(({ properties }) => isOn(properties.anonymousPullEnabled)),
      ...(environment === undefined ? {} : { environment }),
    };
  });
}

export function tokensOf(declared: readonly DeclaredAzure[]): RegistryToken[] {
  const maps = declared.filter(isScopeMap);
  const registries = declared.filter(isRegistry);
  return declared.filter(isToken).map((token): RegistryToken => {
    const { status, enabled, scopeMapId, registryName } = token.properties;
    const wanted = normalizeScope(textOf(scopeMapId) ?? "");
    const map = maps.find(({ id }) => id !== "" && normalizeScope(id) === wanted);
    const actions = map ? textsOf(map.properties.actions) : unknown;
    const registry = registries.find((one) => nameOf(one, "registryName") === registryName);
    return {
      registryId: token.id === "" ? (registry?.id ?? "") : token.id.split("/").slice(0, -2).join("/"),
      name: nameOf(token, "tokenName"),
      enabled: status !== "disabled" && enabled !== false,
      // A scope map that is declared elsewhere, such as the built-in `_repositories_admin`, may hold anything.
      actions: actions === unknown ? everyTokenAction : actions,
    };
  });
}

const everyTokenAction = [
  "content/read",
  "content/write",
  "content/delete",
  "metadata/read",
  "metadata/write",
].map((action) => `repositories/*/${action}`);

export function vaultsOf(declared: readonly DeclaredAzure[]): Vault[] {
  return declared.filter(isVault).map((vault) => ({ id: vault.id, name: nameOf(vault, "vaultName") }));
}

function nameOf({ id, properties, source }: DeclaredAzure, key: string): string {
  return lastPart(id) || textOf(properties[key]) || source.name;
}

const isUnset = (value: Value): boolean => value === undefined || value === null;
// A switch that nobody knows is on.
const isOn = (value: Value): boolean =>
  !isUnset(value) && value !== false && !(typeof value === "string" && /^false$/i.test(value));
