import type { EnvironmentFacts, PathFacts, RegistryFacts } from "./facts";

/** What one check says of one thing. */
export type Verdict = Place & (Holds | Broken | Open);

/** What a verdict is about. */
export interface Place {
  /** Left out for what all environments share. */
  readonly environment?: string;
  /** Resource, or key of the configuration. */
  readonly where: string;
  /** Property of the resource, as ARM spells it below `properties`: `policies.exportPolicy.status`. */
  readonly property?: string;
}

interface Holds {
  readonly status: "holds";
}

interface Broken {
  /** A warning says what works today and soon won't. */
  readonly status: "problem" | "warning";
  /** What does not work, and why, without a full stop. */
  readonly what: string;
  /** What to do about it, without a full stop. */
  readonly fix: string;
}

interface Open {
  readonly status: "unproven";
  /** What is not known, without a full stop. */
  readonly what: string;
  /** A value of the resource itself that nobody knows before an update; else it stands elsewhere. */
  readonly hidden?: true;
}

/** One fact of Azure that a promotion or a pull depends on. */
export interface Check {
  /** kebab-case; stands in reports and in `--json`. */
  readonly id: string;
  /** What holds when it holds. */
  readonly title: string;
  /** What Azure does otherwise. */
  readonly why: string;
  /** Page that says so. */
  readonly source: string;
  /** One verdict for each thing that the facts name; none when the check has nothing to say. */
  readonly check: (facts: PathFacts) => readonly Verdict[];
}

export const holds = (place: Place): Verdict => ({ ...place, status: "holds" });
export const broken = (place: Place, what: string, fix: string): Verdict => ({
  ...place,
  status: "problem",
  what,
  fix,
});
export const open = (place: Place, what: string): Verdict => ({ ...place, status: "unproven", what });
export const hidden = (place: Place, what: string): Verdict => ({
  ...place,
  status: "unproven",
  what,
  hidden: true,
});

/** A check of every environment by itself. */
export function eachEnvironment(
  check: (environment: EnvironmentFacts) => readonly Verdict[],
): (facts: PathFacts) => readonly Verdict[] {
  return ({ environments = [] }) => environments.flatMap(check);
}

/** A check of every registry that is known. */
export function eachRegistry(
  check: (
    registry: RegistryFacts,
    environment: EnvironmentFacts,
    at: (property: string) => Place,
  ) => Verdict | undefined,
): (facts: PathFacts) => readonly Verdict[] {
  return eachEnvironment((environment) => {
    const { name, registry } = environment;
    if (registry === undefined) return [];
    const at = (property: string): Place => ({ environment: name, where: registry.where, property });
    const verdict = check(registry, environment, at);
    return verdict === undefined ? [] : [verdict];
  });
}
