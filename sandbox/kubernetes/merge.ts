import type { Properties } from "../azure/resource-type";

/** What stands, with what a program states: fields that it no longer states go, those of others stay. Lists are replaced whole. */
export function merged(standing: unknown, former: unknown, stated: unknown): unknown {
  if (!isMap(standing) || !isMap(stated)) return stated;
  const before = isMap(former) ? former : {};
  const kept = Object.entries(standing).filter(([name]) => !(name in before) || name in stated);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(
      Object.entries(stated).map(([name, value]) => [name, merged(standing[name], before[name], value)]),
    ),
  };
}

/** What a program states, with the fields it leaves to others as they stand. */
export function leavingToOthers<T>(stated: T, standing: unknown, ignored: readonly string[]): T {
  return ignored.reduce<unknown>((value, path) => withStanding(value, standing, stepsOf(path)), stated) as T;
}

function withStanding(stated: unknown, standing: unknown, [step, ...rest]: readonly string[]): unknown {
  if (standing === undefined) return stated;
  if (step === undefined) return standing;
  if (Array.isArray(stated)) {
    if (!Array.isArray(standing)) return stated;
    return stated.map((item: unknown, index) =>
      step === "*" || step === String(index) ? withStanding(item, standing[index], rest) : item,
    );
  }
  if (!isMap(stated) || !isMap(standing)) return stated;
  const names = step === "*" ? Object.keys(stated) : [step];
  return names.reduce<Properties>((value, name) => {
    if (!(name in value)) return value;
    return { ...value, [name]: withStanding(value[name], standing[name], rest) };
  }, stated);
}

/** Steps of a path of Pulumi: `spec.http[0].route[*].weight`, `metadata.labels["a.b"]`. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted?.replaceAll('\\"', '"') ?? index ?? name,
  );
}

function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
