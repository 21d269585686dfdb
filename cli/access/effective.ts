import { evaluate } from "../../model/access/evaluate";
import { readCondition, repositoryPatterns } from "../../model/access/condition";
import { adminUserOf, anonymous, indexOf } from "../../model/access/graph-index";
import { registryRequest, type RegistryOperation } from "../../model/access/operations";
import { clusterColumn, environmentsWithCluster, signingColumn } from "../../model/access/matrix";
import { whoCan } from "../../model/access/questions";
import { normalizeScope } from "../../model/access/scopes";
import { patternContains, tokenPatterns } from "../../model/access/tokens";
import type { AccessGraph, Capability, Principal, Resource } from "../../model/access/types";
import { clusterId, signingVaultId } from "../../model/physical-names";
import { environmentNamed } from "../../model/promotion-path";
import type { Settings } from "../../model/settings";

/** What one identity can do in one column, however it got there. */
export interface EffectiveCell {
  /**
   * Held now; `repositories` is `["*"]` for all of them, and left out where repositories play no part. Of `deploy` they are the
   * namespaces of the cluster.
   */
  readonly direct: readonly { readonly capability: Capability; readonly repositories?: readonly string[] }[];
  /** Not held, but within reach of somebody who may change access. */
  readonly byChangingAccess: readonly Capability[];
}

/** Rows identities, columns environments and the signing vault. */
export interface EffectiveMatrix {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly identity: string;
    readonly kind: Principal["kind"];
    readonly cells: Readonly<Record<string, EffectiveCell>>;
  }[];
}

/** A column of the matrix, and what it is asked about. */
export interface Column {
  readonly name: string;
  readonly resource: Resource;
  readonly capabilities: readonly Capability[];
}

const registryCapabilities: readonly Capability[] = [
  "pull",
  "push",
  "delete",
  "import",
  "lock",
  "read",
  "tidy",
];
/** What is asked of a vault, and of nothing else. */
export const vaultCapabilities: readonly Capability[] = ["sign", "verify"];

/** What is asked of a cluster, and of nothing else. */
export const clusterCapabilities: readonly Capability[] = ["cluster-user", "deploy"];

/** Columns in path order, then the clusters, the signing vault last. */
export function columnsOf(graph: AccessGraph, ofRegistries: readonly string[], settings: Settings): Column[] {
  const registries = ofRegistries.flatMap((name): Column[] => {
    const registry = graph.registries.find(({ environment }) => environment === name);
    return registry
      ? [{ name, resource: { kind: "registry", id: registry.id }, capabilities: registryCapabilities }]
      : [];
  });
  const clusters = environmentsWithCluster(settings).map((environment): Column => ({
    name: clusterColumn(environment),
    resource: { kind: "cluster", id: clusterId(settings, environmentNamed(settings.path, environment)) },
    capabilities: clusterCapabilities,
  }));
  const wanted = normalizeScope(signingVaultId(settings));
  const vaults = graph.vaults
    .filter(({ id }) => normalizeScope(id) === wanted)
    .map(({ id }): Column => ({
      name: signingColumn,
      resource: { kind: "vault", id },
      capabilities: vaultCapabilities,
    }));
  return [...registries, ...clusters, ...vaults.slice(0, 1)];
}

/**
 * The effective matrix: every principal of the graph, judged in the worst case as an auditor must.
 * @param first names of the rows that come first, in this order; the others follow by name.
 * @param strangers object ids of those who have a row only if they can do something.
 */
export function effectiveMatrix(
  graph: AccessGraph,
  columns: readonly Column[],
  first: readonly string[],
  strangers: ReadonlySet<string> = new Set(),
): EffectiveMatrix {
  const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  const principals = [...indexOf(graph).everyone(), ...openDoors(graph)].sort(
    (a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1),
  );
  const reachable = new Map(columns.map((column) => [column.name, reachableBy(graph, column)]));
  const patterns = new Map(columns.map(({ name, resource }) => [name, patternsOf([graph], resource.id)]));
  const cellsOf = (principal: Principal): Readonly<Record<string, EffectiveCell>> =>
    Object.fromEntries(
      columns.map((column) => {
        const direct = directCell(graph, principal.id, column, patterns.get(column.name)!);
        const held = direct.map(({ capability }) => capability);
        const reach = reachable.get(column.name)?.get(principal.id) ?? [];
        return [column.name, { direct, byChangingAccess: reach.filter((one) => !held.includes(one)) }];
      }),
    );
  const rows = principals.map((principal) => ({ principal, cells: cellsOf(principal) }));
  return {
    columns: columns.map(({ name }) => name),
    rows: rows
      .filter(({ principal, cells }) => !strangers.has(principal.id) || Object.values(cells).some(isFilled))
      .map(({ principal: { name, kind }, cells }) => ({ identity: name, kind, cells })),
  };
}

const isFilled = ({ direct, byChangingAccess }: EffectiveCell): boolean =>
  direct.length + byChangingAccess.length > 0;

// Nobody declares them: a registry's setting makes them.
function openDoors(graph: AccessGraph): Principal[] {
  const administrators = graph.registries.filter(({ adminUserEnabled }) => adminUserEnabled);
  return [
    ...administrators.map((registry) => indexOf(graph).principal(adminUserOf(registry))),
    ...(graph.registries.some(({ anonymousPullEnabled }) => anonymousPullEnabled) ? [anonymous] : []),
  ];
}

function reachableBy(graph: AccessGraph, column: Column): Map<string, Capability[]> {
  const reachable = new Map<string, Capability[]>();
  for (const capability of column.capabilities) {
    for (const { principal } of whoCan(graph, capability, column.resource).byChangingAccess) {
      reachable.set(principal.id, [...(reachable.get(principal.id) ?? []), capability]);
    }
  }
  return reachable;
}

function directCell(
  graph: AccessGraph,
  principalId: string,
  column: Column,
  patterns: Patterns,
): EffectiveCell["direct"] {
  return column.capabilities.flatMap((capability) => {
    const repositories = reachOf(graph, principalId, capability, column, patterns);
    if (repositories === undefined) return [];
    return [{ capability, ...(repositories === "all" ? {} : { repositories }) }];
  });
}

/** Repository patterns, each with one repository inside it. */
export type Patterns = ReadonlyMap<string, string>;

/**
 * Repositories in which a principal has a capability now: `["*"]` for every one, `all` where repositories play no part,
 * undefined when it hasn't.
 */
export function reachOf(
  graph: AccessGraph,
  principalId: string,
  capability: Capability,
  { resource }: Column,
  patterns: Patterns,
): readonly string[] | "all" | undefined {
  if (!evaluate(graph, principalId, capability, resource, "worstCase").allowed) return undefined;
  if (capability === "deploy" && resource.kind === "cluster") {
    const probe = (namespace: string) =>
      evaluate(graph, principalId, capability, { ...resource, namespace }, "worstCase").allowed;
    return probe(anyNamespace) ? ["*"] : namespacesOf(graph, resource.id).filter(probe);
  }
  const narrowable = resource.kind === "registry" && ["pull", "push", "delete", "lock"].includes(capability);
  if (!narrowable) return "all";
  const probe = (repository: string) =>
    evaluate(graph, principalId, capability, { ...resource, repository }, "worstCase").allowed;
  return reachedRepositories(patterns, probe);
}

// A namespace that no assignment names: whoever reaches it reaches all. Kubernetes takes no capitals in names.
const anyNamespace = "Any";

/** Namespaces of a cluster that something is assigned on. */
function namespacesOf({ assignments }: AccessGraph, clusterId: string): string[] {
  const prefix = `${normalizeScope(clusterId)}/namespaces/`;
  const scopes = assignments.map(({ scope }) => normalizeScope(scope));
  const names = scopes.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));
  return [...new Set(names)].sort();
}

// A repository that no pattern names: whoever reaches it reaches all.
const elsewhere = "elsewhere/any-repository";

function reachedRepositories(patterns: Patterns, probe: (repository: string) => boolean): string[] {
  if (probe(elsewhere)) return ["*"];
  const reached = [...patterns].filter(([, sample]) => probe(sample)).sort();
  return reached
    .filter(
      ([pattern, sample]) => !reached.some(([other]) => other !== pattern && patternContains(other, sample)),
    )
    .map(([pattern]) => pattern);
}

const operations: readonly RegistryOperation[] = [
  "content/read",
  "content/write",
  "content/delete",
  "metadata/write",
];

/** Every repository pattern that a condition or scope map of the graphs speaks of. */
export function patternsOf(graphs: readonly AccessGraph[], registryId: string): Patterns {
  const patterns = new Map<string, string>();
  for (const graph of graphs) {
    const registry = graph.registries.find(({ id }) => normalizeScope(id) === normalizeScope(registryId));
    if (registry === undefined) continue;
    for (const operation of operations) {
      const request = registryRequest(registry, operation);
      for (const { condition } of graph.assignments) {
        const parsed = condition === undefined ? undefined : readCondition(condition);
        for (const { pattern, sample } of parsed ? repositoryPatterns(parsed, request) : [])
          patterns.set(pattern, sample);
      }
      for (const token of graph.tokens) {
        for (const text of tokenPatterns(token.actions, operation)) {
          patterns.set(text, text.replace(/\*$/, "any-repository"));
        }
      }
    }
  }
  patterns.delete("*");
  return patterns;
}
