import { suggestion } from "../config/nearest";
import { UserError } from "../errors";
import { isRepository } from "../image-reference";
import { namespaceRefusal } from "./cluster-roles";
import { capabilities, type Capability } from "./types";

/** How far a capability reaches: every repository, or the ones inside these patterns (`iam/*`, `iam/auth-service`), or a cluster's namespaces. */
export type Reach = "everywhere" | readonly string[];

/** The capabilities of one column for one identity. */
export type Reaches = ReadonlyMap<Capability, Reach>;

/** Who belongs to which team, and what the teams own. */
interface Teams {
  readonly identities: Readonly<Record<string, { readonly team?: string }>>;
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

const narrowable: readonly Capability[] = ["pull", "push", "delete"];
/** What is done to repositories: a team's would have to be narrowed to its namespaces. */
const ofRepositories: readonly Capability[] = [...narrowable, "import", "lock"];

/**
 * Reads the cells of one identity in one column: `pull`, `push iam/*`, `deploy iam`, or `none` alone.
 *
 * @param namespaces what bare cells of a team's identity are narrowed to
 * @param where names the cells in an error
 * @throws UserError (2) for what is no cell
 */
export function readCells(
  cells: readonly string[],
  namespaces: readonly string[] | undefined,
  where: string,
): Reaches {
  if (cells.includes("none")) {
    if (cells.length > 1) {
      throw wrong(
        `"none" stands beside ${cells.filter((cell) => cell !== "none").join(", ")}`,
        where,
        "Write it alone",
      );
    }
    return new Map();
  }
  const reaches = new Map<Capability, Reach>();
  for (const cell of cells) {
    const [capability, pattern] = readCell(cell, where);
    const reach = pattern !== undefined ? reachOf(pattern) : bareReach(capability, namespaces, where);
    reaches.set(capability, union(reaches.get(capability), reach));
  }
  return reaches;
}

/** Word and pattern of each cell, whatever they are worth: `push iam/*` → ["push", "iam/*"]. */
export function wordsOf(cells: readonly string[]): (readonly [word: string, pattern: string | undefined])[] {
  return cells.map((cell) => {
    const [word, pattern] = cell.split(" ");
    return [word, pattern];
  });
}

/** Namespaces of the team that an identity is, or belongs to: what its bare cells are narrowed to. Undefined without a team. */
export function namespacesOf({ identities, teams }: Teams, identity: string): readonly string[] | undefined {
  const team = teamOf({ identities, teams }, identity);
  return team === undefined || !Object.hasOwn(teams, team) ? undefined : teams[team];
}

/** The team that an identity is, or belongs to. */
export function teamOf({ identities, teams }: Teams, identity: string): string | undefined {
  return identities[identity]?.team ?? (Object.hasOwn(teams, identity) ? identity : undefined);
}

function readCell(cell: string, where: string): [Capability, string | undefined] {
  const [word, pattern, ...rest] = cell.split(" ");
  const capability = capabilities.find((known) => known === word);
  if (!capability || rest.length > 0) {
    throw wrong(`"${cell}" is no cell`, where, suggestion(word, [...capabilities, "none"], "capabilities"));
  }
  if (pattern === undefined) {
    return [capability, undefined];
  }
  if (capability === "deploy") {
    const refusal = namespaceRefusal(pattern);
    if (refusal) throw wrong(refusal.what, where, refusal.fix);
    return [capability, pattern];
  }
  if (!narrowable.includes(capability)) {
    throw wrong(`${capability} can't be narrowed to ${pattern}`, where, whyNotNarrowed(capability));
  }
  if (pattern !== "*" && !isRepository(pattern.endsWith("/*") ? pattern.slice(0, -2) : pattern)) {
    throw wrong(`"${pattern}" is no repository pattern`, where, "Write a repository, or prefix/*");
  }
  return [capability, pattern];
}

function bareReach(capability: Capability, namespaces: readonly string[] | undefined, where: string): Reach {
  if (capability === "deploy") {
    throw wrong(
      "deploy names no namespace",
      where,
      "Write deploy <namespace>, one for each: who deploys everywhere can become anybody in the cluster",
    );
  }
  if (namespaces === undefined || !ofRepositories.includes(capability)) return "everywhere";
  if (!narrowable.includes(capability)) {
    throw wrong(
      `${capability} of a team can't be narrowed to its namespaces`,
      where,
      whyNotNarrowed(capability),
    );
  }
  return namespaces;
}

function whyNotNarrowed(capability: Capability): string {
  switch (capability) {
    case "import":
      return "Azure imports into the whole registry; give it to an identity without a team, or use a registry of its own";
    case "lock":
      return "Azure honours no condition on the locker's role; give it to an identity without a team";
    default:
      return `Write ${capability} alone`;
  }
}

const reachOf = (pattern: string): Reach => (pattern === "*" ? "everywhere" : [pattern]);

function union(one: Reach | undefined, other: Reach): Reach {
  if (one === undefined || other === "everywhere") {
    return other;
  }
  return one === "everywhere" ? one : [...one, ...other.filter((pattern) => !contains(one, pattern))];
}

/** Whether everything inside `pattern` is inside the reach. */
export function contains(reach: Reach, pattern: string): boolean {
  return (
    reach === "everywhere" ||
    reach.some(
      (outer) => outer === pattern || (outer.endsWith("/*") && pattern.startsWith(outer.slice(0, -1))),
    )
  );
}

/** The part of `reach` that `covering` does not contain; undefined when nothing is left. */
export function beyond(reach: Reach | undefined, covering: Reach | undefined): Reach | undefined {
  if (reach === undefined || covering === undefined || reach === "everywhere") {
    return covering === "everywhere" ? undefined : reach;
  }
  const left = reach.filter((pattern) => !contains(covering, pattern));
  return left.length > 0 ? left : undefined;
}

function wrong(what: string, where: string, fix: string): UserError {
  return new UserError({ what, where, fix, exitCode: 2 });
}
