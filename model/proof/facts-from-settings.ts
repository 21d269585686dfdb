import { namespacesOf, wordsOf } from "../access/cells";
import { resourceGroupName } from "../physical-names";
import { predecessorOf, type RegistryOfEnvironment, registriesOn, successorOf } from "../promotion-path";
import type { Settings } from "../settings";
import type { EnvironmentFacts, NameFacts, PathFacts, PromoterFacts, PullerFacts } from "./facts";

/**
 * What the configuration alone says of a path. It reads cells that no program could turn into roles too: those are what
 * has to be found.
 */
export function factsFromSettings(settings: Settings): PathFacts {
  const registries = registriesOn(settings.path);
  return {
    environments: registries.map((registry): EnvironmentFacts => ({
      ...roleOnPath(settings, registry),
      promoters: promotersOf(settings, registry),
      pullers: pullersOf(settings, registry),
    })),
    names: registries.flatMap(({ name, column, registry }): NameFacts[] => [
      { kind: "registry", name: registry, where: "path", environment: column },
      ...(column === name
        ? [
            {
              kind: "resourceGroup" as const,
              name: resourceGroupName(settings, name),
              where: "organization",
              environment: name,
            },
          ]
        : []),
    ]),
  };
}

/** What a registry is for on the path. The one beside it gives nothing on, and takes what is promoted when that is stated. */
export function roleOnPath(
  { path }: Settings,
  { name, column, promotions, protected: guarded, mode }: RegistryOfEnvironment,
): EnvironmentFacts {
  return {
    name: column,
    imports: promotions && predecessorOf(path, name) !== undefined,
    isSource: column === name && successorOf(path, name) !== undefined,
    locks: promotions && guarded,
    mode,
  };
}

/** Words and patterns of the cells of one identity for one registry. */
function cellsOf(
  { access }: Settings,
  identity: string,
  { name, column }: Pick<RegistryOfEnvironment, "name" | "column">,
) {
  const row = Object.hasOwn(access, identity) ? access[identity] : {};
  return wordsOf(row[column] ?? row[name] ?? []);
}

function promotersOf(settings: Settings, registry: RegistryOfEnvironment): PromoterFacts[] {
  const source = predecessorOf(settings.path, registry.name);
  if (!registry.promotions) return [];
  return Object.keys(settings.access).flatMap((identity) => {
    const cells = cellsOf(settings, identity, registry);
    const imports = cells.filter(([word]) => word === "import");
    if (imports.length === 0) return [];
    const stated = imports.flatMap(([, pattern]) => pattern ?? []);
    const namespaces = stated.length > 0 ? stated : namespacesOf(settings, identity);
    const has = (...words: string[]) => cells.some(([word]) => words.includes(word));
    const denied =
      source &&
      cellsOf(settings, identity, { ...source, column: source.name }).some(([word]) => word === "none");
    return [
      {
        identity,
        where: `access.${identity}.${registry.column}`,
        ...(namespaces !== undefined && { namespaces }),
        readsSource: !denied,
        pulls: has("pull", "push"),
        locks: has("lock"),
      },
    ];
  });
}

/** Who pulls by a cell. Identities that read the registry's settings run the tool; they deploy nothing. */
export function pullersOf(settings: Settings, registry: RegistryOfEnvironment): PullerFacts[] {
  return Object.keys(settings.access).flatMap((identity) => {
    const cells = cellsOf(settings, identity, registry);
    const pulls = cells.filter(([word]) => word === "pull" || word === "push");
    if (pulls.length === 0 || cells.some(([word]) => word === "read")) return [];
    const bare = namespacesOf(settings, identity);
    const patterns = pulls.map(([, pattern]) => (pattern === undefined ? bare : [pattern]));
    return [
      {
        identity,
        patterns: patterns.some((reach) => reach === undefined || reach.includes("*"))
          ? ("everywhere" as const)
          : patterns.flatMap((reach) => reach ?? []),
      },
    ];
  });
}
