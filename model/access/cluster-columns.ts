import type { PromotionPath } from "../promotion-path";

/** Column of an environment's cluster. */
export function clusterColumn(environment: string): string {
  return `${environment}.cluster`;
}

/** Environments that have a cluster: those for which a proof of concept makes one, or those whose own the path names. */
export function environmentsWithCluster({
  path,
  clusters = {},
}: {
  readonly path: PromotionPath;
  readonly clusters?: Readonly<Record<string, unknown>>;
}): string[] {
  const named = path.environments.filter(({ cluster }) => cluster !== undefined);
  return [...Object.keys(clusters), ...named.map(({ name }) => name)];
}
