import type { RegisteredResource } from "../../model/access/from-resources";
import { builtInRoles, roleGuidOf } from "../../model/access/roles";
import { registryId, resourceGroupName } from "../../model/physical-names";
import { type RegistryOfEnvironment, registriesOn } from "../../model/promotion-path";
import type { Unjudged } from "../../model/access/types";
import type { Settings } from "../../model/settings";
import type { Cloud, Entry } from "./cloud";
import { directoryOf } from "./read-directory";

const versions = {
  assignments: "2022-04-01",
  eligible: "2020-10-01",
  locks: "2020-05-01",
  registries: "2025-11-01",
  vaults: "2023-07-01",
} as const;

const authorization = "/providers/Microsoft.Authorization";

/**
 * Everything in the cloud that decides who can do what on the promotion path, in the form in which a program registers it:
 * the same reading of it then serves both.
 */
export async function readCloud(arm: Cloud, graph: Cloud, settings: Settings): Promise<Standing> {
  const areas = ["shared", ...settings.path.environments.map(({ name }) => name)];
  const adopted = registriesOn(settings.path).filter(({ existing }) => existing !== undefined);
  const parts = await Promise.all([
    ...areas.map((area) => resourceGroup(arm, settings, area)),
    ...adopted.map((registry) => adoptedRegistry(arm, settings, registry)),
  ]);
  const found = distinct(parts.flat());
  const roles = await rolesUsed(arm, settings, areas, found);
  const principals = found.filter(isAssignment).map(({ outputs }) => String(outputs.principalId));
  const directory = await directoryOf(graph, [...new Set(principals)]);
  return {
    resources: [...found, ...roles, ...directory.resources],
    unjudged: [...found.filter(hasAccessPolicies).map(accessPolicies), ...directory.unjudged],
  };
}

/** What stands, and what of it can't be judged. */
export interface Standing {
  readonly resources: readonly RegisteredResource[];
  readonly unjudged: readonly Unjudged[];
}

function hasAccessPolicies({ type, outputs }: RegisteredResource): boolean {
  return type === types.vault && outputs.enableRbacAuthorization !== true;
}

function accessPolicies({ name }: RegisteredResource): Unjudged {
  return { type: "vault", name, why: "it decides by access policies and not by roles" };
}

type List = (
  type: string,
  path: string,
  version: string,
  what: string,
  of: string,
) => Promise<RegisteredResource[]>;

/** Lists of one area, as resources. */
function listIn(arm: Cloud, area: string): List {
  return async (type, path, version, what, of) => {
    const entries = await arm.list(`${path}${path.includes("?") ? "&" : "?"}api-version=${version}`, {
      what,
      of,
      area,
    });
    return entries.map((entry) => resourceFrom(type, entry));
  };
}

function assigned(list: List, scope: string, of: string, filter = "") {
  return [
    list(
      types.assignment,
      `${scope}${authorization}/roleAssignments${filter}`,
      versions.assignments,
      "role assignments",
      of,
    ),
    list(
      types.eligible,
      `${scope}${authorization}/roleEligibilityScheduleInstances${filter}`,
      versions.eligible,
      "eligible role assignments",
      of,
    ),
  ];
}

function tokensIn(list: List, registry: string, of: string) {
  return [
    list(types.token, `${registry}/tokens`, versions.registries, "tokens", of),
    list(types.scopeMap, `${registry}/scopeMaps`, versions.registries, "scope maps", of),
  ];
}

/** A registry that stands in a group of somebody else's: of that group it alone is of interest, and what it inherits. */
async function adoptedRegistry(
  arm: Cloud,
  settings: Settings,
  registry: RegistryOfEnvironment,
): Promise<RegisteredResource[]> {
  const { column: area, registry: of } = registry;
  const id = registryId(settings, registry);
  const list = listIn(arm, area);
  const [found, ...parts] = await Promise.all([
    arm.get(`${id}?api-version=${versions.registries}`, { what: "the registry", of, area }),
    ...assigned(list, id, of, "?$filter=atScope()"),
    ...tokensIn(list, id, of),
  ]);
  return found === undefined ? [] : [resourceFrom(types.registry, found), ...parts.flat()];
}

async function resourceGroup(arm: Cloud, settings: Settings, area: string): Promise<RegisteredResource[]> {
  const name = resourceGroupName(settings, area);
  const group = `/subscriptions/${settings.subscriptionId}/resourceGroups/${name}`;
  const list = listIn(arm, area);
  const [registries, vaults, ...others] = await Promise.all([
    list(
      types.registry,
      `${group}/providers/Microsoft.ContainerRegistry/registries`,
      versions.registries,
      "registries",
      name,
    ),
    list(types.vault, `${group}/providers/Microsoft.KeyVault/vaults`, versions.vaults, "vaults", name),
    // Without a filter: on the group, below it, and what it inherits.
    ...assigned(list, group, name),
    list(types.lock, `${group}${authorization}/locks`, versions.locks, "locks", name),
  ]);
  const parts = await Promise.all([
    ...registries.flatMap(({ id = "", name: registry }) => tokensIn(list, id, registry)),
    // Asked once more where it counts, since what a list of the group leaves out differs from service to service.
    ...[...registries, ...vaults].flatMap(({ id = "", name: own }) =>
      assigned(list, id, own, "?$filter=atScope()"),
    ),
  ]);
  return [...registries, ...vaults, ...others.flat(), ...parts.flat()];
}

// Custom roles all, since somebody may be able to assign them; of Azure's own those that are held and not known here.
async function rolesUsed(
  arm: Cloud,
  settings: Settings,
  areas: readonly string[],
  found: readonly RegisteredResource[],
): Promise<RegisteredResource[]> {
  const version = versions.assignments;
  // From any group that may be read: a definition is seen from all of its scopes.
  const [area] = areas.filter((one) =>
    found.some(({ id }) => id?.includes(`/${resourceGroupName(settings, one)}/`)),
  );
  if (area === undefined) return [];
  const group = `/subscriptions/${settings.subscriptionId}/resourceGroups/${resourceGroupName(settings, area)}`;
  const definitions = `${group}${authorization}/roleDefinitions`;
  const custom = await arm.list(`${definitions}?$filter=type%20eq%20'CustomRole'&api-version=${version}`, {
    what: "custom roles",
    of: "the subscription",
    area: "shared",
  });
  const known = new Set([
    ...builtInRoles.map(({ guid }) => guid),
    ...custom.map(({ name }) => String(name).toLowerCase()),
  ]);
  const used = found.filter(isAssignment).map(({ outputs }) => roleGuidOf(String(outputs.roleDefinitionId)));
  const others = await Promise.all(
    [...new Set(used)]
      .filter((guid) => !known.has(guid))
      .map((guid) =>
        arm.get(`${definitions}/${guid}?api-version=${version}`, {
          what: `role ${guid}`,
          of: "the subscription",
          area: "shared",
        }),
      ),
  );
  return [...custom, ...others.filter((entry) => entry !== undefined)].map((entry) =>
    resourceFrom(types.role, entry),
  );
}

const types = {
  assignment: "azure-native:authorization:RoleAssignment",
  // Who may activate a role counts as who holds it.
  eligible: "azure-native:authorization:RoleEligibilityScheduleRequest",
  role: "azure-native:authorization:RoleDefinition",
  lock: "azure-native:authorization:ManagementLockByScope",
  registry: "azure-native:containerregistry:Registry",
  scopeMap: "azure-native:containerregistry:ScopeMap",
  token: "azure-native:containerregistry:Token",
  vault: "azure-native:keyvault:Vault",
} as const;

function resourceFrom(type: string, entry: Entry): RegisteredResource {
  const properties = Object.fromEntries(
    Object.entries((entry.properties ?? {}) as Entry).filter(([, value]) => value !== null),
  );
  return { type, name: String(entry.name), id: String(entry.id), inputs: {}, outputs: properties };
}

// The same assignment comes in the list of everything below it.
function distinct(resources: readonly RegisteredResource[]): RegisteredResource[] {
  return [...new Map(resources.map((resource) => [resource.id?.toLowerCase(), resource])).values()];
}

const isAssignment = ({ type }: RegisteredResource): boolean =>
  type === types.assignment || type === types.eligible;
