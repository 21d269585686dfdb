import type { Resource } from "../rule";
import type { StackFacts, StackGrant } from "../stack-facts";
import { textOf, type Value } from "../values";
import { type Assignment, assignmentIn } from "./assignment";
import { cellsOn, statedCondition, targetsAt } from "./matrix-cells";

/** An assignment that cells account for, and who gets it. */
export interface Holding extends Assignment {
  readonly guid: string;
  readonly cells: readonly StackGrant[];
  /** Object id in lower case; while it is not known yet, the name of the resource in words. */
  readonly holder: string;
  readonly known: boolean;
}

/** The assignments of a stack that cells account for, in the order of the program. */
export function holdingsOf(
  resources: readonly Resource[],
  stack: StackFacts,
  earlier: readonly Resource[],
): Holding[] {
  return resources.flatMap((resource) => holdingOf(resource, stack, earlier) ?? []);
}

// Every assignment is held against all before it. A role that cells give is the pack's own: no later definition changes it.
const known = new WeakMap<Resource, { readonly stack: StackFacts; readonly holding: Holding }>();

function holdingOf(resource: Resource, stack: StackFacts, earlier: readonly Resource[]): Holding | undefined {
  const before = known.get(resource);
  if (before?.stack === stack) return before.holding;
  const assignment = assignmentIn(resource, stack, earlier);
  if (assignment?.guid === undefined) return undefined;
  const { guid, properties } = assignment;
  const cells = cellsOn(targetsAt(properties.scope, stack), properties, guid, stack);
  if (cells.length === 0) return undefined;
  const principal = textOf(properties.principalId)?.toLowerCase();
  const holder = principal ?? `the principal of ${resource.name}`;
  const holding = { ...assignment, guid, cells, holder, known: principal !== undefined };
  known.set(resource, { stack, holding });
  return holding;
}

/** Who holds the same as `holding` does: its role under its condition, on a target that may be its own. */
export function holdersOf(
  { guid, properties }: Holding,
  all: readonly Holding[],
  principalType?: Value,
): string[] {
  const same = all.filter(
    (other) =>
      other.guid === guid &&
      statedCondition(other.properties.condition) === statedCondition(properties.condition) &&
      mayBeSame(other.properties.scope, properties.scope) &&
      (principalType === undefined || other.properties.principalType === principalType),
  );
  return [...new Set(same.map(({ holder }) => holder))];
}

function mayBeSame(one: Value, other: Value): boolean {
  const [a, b] = [textOf(one), textOf(other)];
  return a === undefined || b === undefined || a.toLowerCase() === b.toLowerCase();
}

/** Principal → the identities that all of its assignments have a cell for. Only principals whose id is known. */
export function possibleIdentities(all: readonly Holding[]): ReadonlyMap<string, readonly string[]> {
  const possible = new Map<string, readonly string[]>();
  for (const { holder, cells } of all.filter(({ known }) => known)) {
    const these = cells.map(({ identity }) => identity);
    possible.set(holder, possible.get(holder)?.filter((identity) => these.includes(identity)) ?? these);
  }
  return possible;
}

/** Whether every principal can be an identity of its own. */
export function areDistinct(possible: ReadonlyMap<string, readonly string[]>): boolean {
  const taken = new Map<string, string>();
  const place = (principal: string, tried: Set<string>): boolean =>
    possible.get(principal)!.some((identity) => {
      if (tried.has(identity)) return false;
      tried.add(identity);
      const other = taken.get(identity);
      if (other !== undefined && !place(other, tried)) return false;
      taken.set(identity, principal);
      return true;
    });
  return [...possible.keys()].every((principal) => place(principal, new Set()));
}
