import type { RegisteredResource } from "../../model/access/from-resources";
import { builtInRoles, roleGuidOf } from "../../model/access/roles";
import { clusterColumn } from "../../model/access/matrix";
import { normalizeScope } from "../../model/access/scopes";
import { clusterGroupId, clusterId, registryId, resourceGroupName } from "../../model/physical-names";
import { type RegistryOfEnvironment, registriesOn } from "../../model/promotion-path";
import type { Unjudged } from "../../model/access/types";
import type { Settings } from "../../model/settings";
import type { Cloud } from "./cloud";
import { existingCluster, openIn, policiesRead } from "./read-cluster";
import { directoryOf } from "./read-directory";
import { assigned, authorization, type List, listIn, resourceFrom, types, versions } from "./read-lists";

/**
 * Everything in the cloud that decides who can do what on the promotion path, in the form in which a program registers it:
 * the same reading of it then serves both.
 */
export async function readCloud(arm: Cloud, graph: Cloud, settings: Settings): Promise<Standing> {
  const areas = ["shared", ...settings.path.environments.map(({ name }) => name)];
  const adopted = registriesOn(settings.path).filter(({ existing }) => existing !== undefined);
  const clustered = settings.path.environments.filter(({ cluster }) => cluster !== undefined);
  const parts = await Promise.all([
    ...areas.map((area) => resourceGroup(arm, settings, area)),
    ...adopted.map((registry) => adoptedRegistry(arm, settings, registry)),
    ...clustered.map((environment) => existingCluster(arm, settings, environment)),
  ]);
  const found = distinct(parts.flat());
  const roles = await rolesUsed(arm, settings, areas, found);
  const principals = found.filter(isAssignment).map(({ outputs }) => String(outputs.principalId));
  const directory = await directoryOf(graph, [...new Set(principals)]);
  return {
    resources: [...found, ...roles, ...directory.resources],
    unjudged: [
      ...found.filter(hasAccessPolicies).map(accessPolicies),
      ...clustered.flatMap((environment) => {
        const id = normalizeScope(clusterId(settings, environment));
        const own = found.filter((one) => one.id !== undefined && normalizeScope(one.id) === id);
        const column = clusterColumn(environment.name);
        return own.flatMap((cluster) => openIn(cluster, column, policiesRead(arm, column, found)));
      }),
      ...directory.unjudged,
    ],
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
  const customSeenFrom = (path: string, of: string, seenFor: string) =>
    arm.list(`${path}?$filter=type%20eq%20'CustomRole'&api-version=${version}`, {
      what: "custom roles",
      of,
      area: seenFor,
    });
  // Those of clusters can be assigned in their groups alone, and are seen from nowhere else.
  const lists = await Promise.all([
    customSeenFrom(definitions, "the subscription", "shared"),
    ...settings.path.environments.flatMap(({ name, cluster }) =>
      cluster
        ? customSeenFrom(
            `${clusterGroupId(settings, cluster)}${authorization}/roleDefinitions`,
            cluster.resourceGroup,
            clusterColumn(name),
          )
        : [],
    ),
  ]);
  const custom = distinct(lists.flat().map((entry) => resourceFrom(types.role, entry)));
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
  return [
    ...custom,
    ...others.filter((entry) => entry !== undefined).map((entry) => resourceFrom(types.role, entry)),
  ];
}

// The same assignment comes in the list of everything below it.
function distinct(resources: readonly RegisteredResource[]): RegisteredResource[] {
  return [...new Map(resources.map((resource) => [resource.id?.toLowerCase(), resource])).values()];
}

const isAssignment = ({ type }: RegisteredResource): boolean =>
  type === types.assignment || type === types.eligible;
