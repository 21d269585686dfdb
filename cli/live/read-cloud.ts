import type { RegisteredResource } from "../../model/access/from-resources";
import { builtInRoles, roleGuidOf } from "../../model/access/roles";
import { resourceGroupName } from "../../model/physical-names";
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
  const groups = await Promise.all(areas.map((area) => resourceGroup(arm, settings, area)));
  const found = distinct(groups.flat());
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

async function resourceGroup(arm: Cloud, settings: Settings, area: string): Promise<RegisteredResource[]> {
  const name = resourceGroupName(settings, area);
  const group = `/subscriptions/${settings.subscriptionId}/resourceGroups/${name}`;
  const list = async (type: string, path: string, version: string, what: string, of = name) => {
    const entries = await arm.list(`${path}${path.includes("?") ? "&" : "?"}api-version=${version}`, {
      what,
      of,
      area,
    });
    return entries.map((entry) => resourceFrom(type, entry));
  };
  const assigned = (scope: string, of: string, filter = "") => [
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
  const [registries, vaults, ...others] = await Promise.all([
    list(
      types.registry,
      `${group}/providers/Microsoft.ContainerRegistry/registries`,
      versions.registries,
      "registries",
    ),
    list(types.vault, `${group}/providers/Microsoft.KeyVault/vaults`, versions.vaults, "vaults"),
    // Without a filter: on the group, below it, and what it inherits.
    ...assigned(group, name),
    list(types.lock, `${group}${authorization}/locks`, versions.locks, "locks"),
  ]);
  const parts = await Promise.all([
    ...registries.flatMap(({ id = "", name: registry }) => [
      list(types.token, `${id}/tokens`, versions.registries, "tokens", registry),
      list(types.scopeMap, `${id}/scopeMaps`, versions.registries, "scope maps", registry),
    ]),
    // Asked once more where it counts, since what a list of the group leaves out differs from service to service.
    ...[...registries, ...vaults].flatMap(({ id = "", name: own }) =>
      assigned(id, own, "?$filter=atScope()"),
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
