import { namespacesOf, wordsOf } from "../access/cells";
import { resourceGroupName } from "../physical-names";
import { type Environment, predecessorOf, type PromotionPath, successorOf } from "../promotion-path";
import type { Settings } from "../settings";
import type { EnvironmentFacts, NameFacts, PathFacts, PromoterFacts, PullerFacts } from "./facts";

/**
 * What the configuration alone says of a path. It reads cells that no program could turn into roles too: those are what
 * has to be found.
 */
export function factsFromSettings(settings: Settings): PathFacts {
  const { environments } = settings.path;
  return {
    environments: environments.map((environment): EnvironmentFacts => ({
      ...placeOnPath(settings.path, environment),
      promoters: promotersOf(settings, environment.name),
      pullers: pullersOf(settings, environment.name),
    })),
    names: environments.flatMap(({ name, registry }): NameFacts[] => [
      { kind: "registry", name: registry, where: "path", environment: name },
      {
        kind: "resourceGroup",
        name: resourceGroupName(settings, name),
        where: "organization",
        environment: name,
      },
    ]),
  };
}

/** What an environment's place on the path says of it. */
export function placeOnPath(path: PromotionPath, environment: Environment): EnvironmentFacts {
  const { name, mode } = environment;
  return {
    name,
    imports: predecessorOf(path, name) !== undefined,
    isSource: successorOf(path, name) !== undefined,
    locks: environment.protected,
    mode,
  };
}

function cellsOf({ access }: Settings, identity: string, column: string) {
  return wordsOf((Object.hasOwn(access, identity) ? access[identity][column] : undefined) ?? []);
}

function promotersOf(settings: Settings, environment: string): PromoterFacts[] {
  const source = predecessorOf(settings.path, environment);
  return Object.keys(settings.access).flatMap((identity) => {
    const cells = cellsOf(settings, identity, environment);
    const imports = cells.filter(([word]) => word === "import");
    if (imports.length === 0) return [];
    const stated = imports.flatMap(([, pattern]) => pattern ?? []);
    const namespaces = stated.length > 0 ? stated : namespacesOf(settings, identity);
    const has = (...words: string[]) => cells.some(([word]) => words.includes(word));
    const denied = source && cellsOf(settings, identity, source.name).some(([word]) => word === "none");
    return [
      {
        identity,
        where: `access.${identity}.${environment}`,
        ...(namespaces !== undefined && { namespaces }),
        readsSource: !denied,
        pulls: has("pull", "push"),
        locks: has("lock"),
      },
    ];
  });
}

/** Who pulls by a cell. Identities that read the registry's settings run the tool; they deploy nothing. */
export function pullersOf(settings: Settings, environment: string): PullerFacts[] {
  return Object.keys(settings.access).flatMap((identity) => {
    const cells = cellsOf(settings, identity, environment);
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
