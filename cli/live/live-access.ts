import { kubeletIn } from "../../model/access/from-directory";
import { graphFromResources } from "../../model/access/from-resources";
import { indexOf } from "../../model/access/graph-index";
import { clusterColumn, signingColumn } from "../../model/access/matrix";
import { normalizeScope, scopeCovers } from "../../model/access/scopes";
import { pathContext } from "../../model/access/path-context";
import type { AccessGraph, AdoptedCluster, Principal, Unjudged } from "../../model/access/types";
import { standardColumn } from "../../model/promotion-path";
import type { Properties } from "../../model/values";
import type { Settings } from "../../model/settings";
import { registryColumns, graphContext, type Asked, type DeclaredAccess } from "../access/declared";
import { accessDiff, touchedBy, type AccessDiff } from "../access/diff";
import { columnsOf } from "../access/effective";
import { Cloud, type Unread } from "./cloud";
import { readCloud, type Standing } from "./read-cloud";
import type { Tokens } from "./sign-in";

/** The cloud against the program: `gained` is what stands and no line declares, `lost` what is declared and doesn't stand. */
export interface LiveReport {
  readonly diff: AccessDiff;
  /** Columns that the program declares and that the cloud doesn't have. */
  readonly absent: readonly string[];
  readonly unread: readonly Unread[];
  readonly unjudged: readonly Unjudged[];
}

/** Reads the cloud and compares it with the program. @throws UserError (exit 3) when the cloud can't be asked at all */
export async function liveReport(
  declared: DeclaredAccess,
  tokens: Tokens,
  environment: NodeJS.ProcessEnv,
  administrators: readonly string[],
): Promise<LiveReport> {
  const arm = new Cloud({
    endpoint: environment.AIRLOCK_ARM_ENDPOINT || "https://management.azure.com",
    tokens,
  });
  const graph = new Cloud({
    endpoint: environment.AIRLOCK_GRAPH_ENDPOINT || "https://graph.microsoft.com",
    tokens,
  });
  const standing = await readCloud(arm, graph, declared.settings);
  return compareWithCloud(declared, standing, [...arm.unread, ...graph.unread], administrators);
}

/**
 * Compares what was read with what is declared.
 * @param administrators names or object ids of those who administer the subscription by hand: their roles on it and above are accounted for.
 */
export function compareWithCloud(
  declared: DeclaredAccess,
  { resources, unjudged }: Standing,
  unread: readonly Unread[],
  administrators: readonly string[],
): LiveReport {
  const { settings, releases } = declared;
  // What was there before either stands, and was read, or is absent.
  const context = { ...graphContext(settings, releases), adopted: [], clusters: [] };
  const read = resources.map(({ id = "" }) => normalizeScope(id));
  const graph = {
    ...withMakers(graphFromResources(resources, context), declared.graph),
    clusters: clustersFound(resources, settings),
  };
  const columns = columnsOf(graph, registryColumns(settings), settings).filter(
    ({ resource: { kind, id } }) => kind !== "cluster" || read.includes(normalizeScope(id)),
  );
  const cloud: Asked = { graph, columns, resources };
  const expected = {
    ...declared,
    graph: withAdministrators(withMembers(declared.graph, graph, settings), graph, settings, administrators),
  };
  const diff = accessDiff(expected, cloud);
  const names = declared.columns.map(({ name }) => name);
  const missing = names.filter((name) => !cloud.columns.some((column) => column.name === name));
  // What could not be read is not absent, and what isn't there is said once.
  const hidden = unreadColumns(unread, names);
  // An environment's stack makes the rights in its cluster: where it never ran, none of them is lost.
  const silent = new Set([...missing, ...missing.map(clusterColumn), ...hidden]);
  const changes = diff.changes.filter(({ change, column }) => change === "gained" || !silent.has(column));
  const directoryRead = !unread.some(({ area }) => area === "directory");
  const facts = diff.facts.filter(
    ({ change, columns }) =>
      change === "gained" ||
      (directoryRead && columns.length > 0 && !columns.every((name) => silent.has(name))),
  );
  return {
    diff: { changes, facts, columns: touchedBy(names, changes, facts) },
    absent: missing.filter((name) => !hidden.includes(name)),
    unread,
    unjudged: [...(graph.unjudged ?? []), ...unjudged],
  };
}

/** The path's clusters as they stand: whom their nodes act as, the cloud says. */
function clustersFound(resources: Standing["resources"], settings: Settings): AdoptedCluster[] {
  return pathContext(settings).clusters.flatMap((cluster) => {
    const found = resources.find(({ id = "" }) => normalizeScope(id) === normalizeScope(cluster.id));
    if (found === undefined) return [];
    return [
      {
        ...cluster,
        kubelet: kubeletIn(found.outputs as Properties)?.toLowerCase() ?? "somebody whom Azure does not name",
      },
    ];
  });
}

// The signing vault stands in the shared group.
function unreadColumns(unread: readonly Unread[], names: readonly string[]): string[] {
  const areas = new Set(unread.map(({ area }) => (area === "shared" ? signingColumn : area)));
  // The registry beside an environment's own stands in the same group.
  return names.filter((name) => areas.has(name) || [...areas].some((area) => standardColumn(area) === name));
}

// Graph shows who may change the directory by what they made, and so own; those whom the program counts as such keep their name.
function withMakers(cloud: AccessGraph, declared: AccessGraph): AccessGraph {
  const known = (declared.directoryAdministrators ?? []).map((id) => indexOf(declared).principal(id));
  const isMaker = (id: string) => {
    const { name, kind } = indexOf(cloud).principal(id);
    return known.some((one) => one.name === name && one.kind === kind);
  };
  const owners = cloud.owners ?? [];
  const makers = [...new Set(owners.map(({ owner }) => owner).filter(isMaker))];
  return {
    ...cloud,
    owners: owners.filter(({ owner }) => !isMaker(owner)),
    directoryAdministrators: [...(cloud.directoryAdministrators ?? []), ...makers],
  };
}

/** The members that the configuration states, as far as the cloud knows them: a program declares none. */
function withMembers(declared: AccessGraph, cloud: AccessGraph, { identities }: Settings): AccessGraph {
  const stated = Object.entries(identities).flatMap(([name, { members = [] }]) => {
    const group = declared.principals.find((one) => one.kind === "group" && one.name === name);
    return group ? namedIn(cloud, members).map((member) => ({ group: group.id, member })) : [];
  });
  return {
    ...declared,
    principals: [...declared.principals, ...stated.map(({ member }) => member)],
    memberships: [
      ...declared.memberships,
      ...stated.map(({ group, member }) => ({ group, member: member.id })),
    ],
  };
}

/** The principals of these names or object ids. Of two that are called the same nobody knows who was meant. */
function namedIn({ principals }: AccessGraph, names: readonly string[]): Principal[] {
  return names.flatMap((wish) => {
    const found = principals.filter(({ id, name }) =>
      [id, name].some((one) => one.toLowerCase() === wish.toLowerCase()),
    );
    return found.length === 1 ? found : [];
  });
}

function withAdministrators(
  declared: AccessGraph,
  cloud: AccessGraph,
  { subscriptionId }: Settings,
  names: readonly string[],
): AccessGraph {
  const people = namedIn(cloud, names);
  const ids = new Set(people.map(({ id }) => id.toLowerCase()));
  const subscription = `/subscriptions/${subscriptionId}`;
  const assignments = cloud.assignments.filter(
    ({ principalId, scope }) => ids.has(principalId.toLowerCase()) && scopeCovers(scope, subscription),
  );
  const owners = (cloud.owners ?? []).filter(({ owner }) => ids.has(owner.toLowerCase()));
  const administer = (cloud.directoryAdministrators ?? []).filter((id) => ids.has(id.toLowerCase()));
  return {
    ...declared,
    principals: [...declared.principals, ...people],
    assignments: [...declared.assignments, ...assignments],
    owners: [...(declared.owners ?? []), ...owners],
    directoryAdministrators: [...(declared.directoryAdministrators ?? []), ...administer],
  };
}
