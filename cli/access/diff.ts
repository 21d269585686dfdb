import { contains } from "../../model/access/cells";
import type { Capability, Principal } from "../../model/access/types";
import type { Asked } from "./declared";
import { patternsOf } from "./effective";
import { factsOf, type Fact } from "./facts";
import { statementsOf, withDistinctNames, type Statement, type Way } from "./statements";

/** What one identity gains or loses in one column, by one way. */
export interface AccessChange {
  readonly change: "gained" | "lost";
  readonly identity: string;
  readonly kind: Principal["kind"];
  readonly column: string;
  readonly way: Way;
  readonly capabilities: readonly Capability[];
  /** Patterns that it reaches, `["*"]` for all; left out where repositories play no part. */
  readonly repositories?: readonly string[];
  readonly because: readonly string[];
}

/** Something that stands on one side alone. */
export interface FactChange {
  readonly change: "gained" | "lost";
  readonly text: string;
  /** Columns that it bears upon. */
  readonly columns: readonly string[];
  /** Whether anybody may do more because it stands. */
  readonly grants: boolean;
}

/** Two graphs compared by name. */
export interface AccessDiff {
  readonly changes: readonly AccessChange[];
  /** What stands on one side alone, even when nobody can do more or less by it. */
  readonly facts: readonly FactChange[];
  /** Columns that changes and facts bear upon, in path order. */
  readonly columns: readonly string[];
}

/** Who can do what after that they couldn't before, and the other way round. */
export function accessDiff(earlier: Asked, later: Asked): AccessDiff {
  const [before, after] = [withDistinctNames(earlier), withDistinctNames(later)];
  const names = [...new Set([...after.columns, ...before.columns].map(({ name }) => name))];
  const compared = names.map((name) => statementsOfBoth(before, after, name));
  const changes = compared.flatMap(([was, is]) => [...onlyIn(is, was, "gained"), ...onlyIn(was, is, "lost")]);
  const columnsOf = ({ columns, identity }: Fact): readonly string[] => {
    if (columns !== undefined) return columns;
    const own = compared.flat(2).filter((statement) => statement.identity === identity);
    return identity === undefined ? names : names.filter((name) => own.some(({ column }) => column === name));
  };
  const [wasThere, isThere] = [factsOf(before), factsOf(after)];
  const facts = [
    ...missingFrom(wasThere, isThere).map((fact) => ({ change: "gained" as const, fact })),
    ...missingFrom(isThere, wasThere).map((fact) => ({ change: "lost" as const, fact })),
  ].map(({ change, fact }) => ({ change, text: fact.text, columns: columnsOf(fact), grants: fact.grants }));
  return {
    changes: joined(changes).sort(byIdentity),
    facts,
    columns: touchedBy(names, changes, facts),
  };
}

/** Columns that changes and facts bear upon, in the order of `names`. */
export function touchedBy(
  names: readonly string[],
  changes: readonly Pick<AccessChange, "column">[],
  facts: readonly Pick<FactChange, "columns">[],
): string[] {
  const touched = new Set([
    ...changes.map(({ column }) => column),
    ...facts.flatMap(({ columns }) => columns),
  ]);
  return names.filter((name) => touched.has(name));
}

/** Whether anybody gains anything. */
export function grows({ changes, facts }: AccessDiff): boolean {
  return (
    changes.some(({ change }) => change === "gained") ||
    facts.some(({ change, grants }) => change === "gained" && grants)
  );
}

function statementsOfBoth(before: Asked, after: Asked, name: string): [was: Statement[], is: Statement[]] {
  const [was, is] = [before, after].map(({ columns }) => columns.find((column) => column.name === name));
  const { id } = (is ?? was)!.resource;
  const patterns = patternsOf([before.graph, after.graph], id);
  return [
    was ? statementsOf(before.graph, was, patterns) : [],
    is ? statementsOf(after.graph, is, patterns) : [],
  ];
}

type Single = Omit<AccessChange, "capabilities" | "because"> & Pick<Statement, "capability" | "because">;

function onlyIn(
  these: readonly Statement[],
  others: readonly Statement[],
  change: AccessChange["change"],
): Single[] {
  const known = new Map(others.map((other) => [keyOf(other), other]));
  return these.flatMap((statement) => {
    const other = known.get(keyOf(statement));
    const covering = other?.repositories ?? [];
    const left = statement.repositories?.filter((pattern) => !containedIn(covering, pattern));
    if (other !== undefined && (left === undefined || left.length === 0)) return [];
    const because = statement.because.filter(
      ({ text }) => !other?.because.some((reason) => reason.text === text),
    );
    return [
      {
        ...statement,
        change,
        ...(left === undefined ? {} : { repositories: left }),
        because: because.length > 0 ? because : statement.because,
      },
    ];
  });
}

const keyOf = ({ identity, kind, way, capability }: Statement): string =>
  JSON.stringify([identity, kind, way, capability]);

const containedIn = (patterns: readonly string[], pattern: string): boolean =>
  contains(patterns.includes("*") ? "everywhere" : patterns, pattern);

// One line for capabilities of the same identity, way and reach, with the fullest reason from each source.
function joined(changes: readonly Single[]): AccessChange[] {
  const rows = new Map<string, { first: Single; capabilities: Capability[]; because: Map<string, string> }>();
  for (const single of changes) {
    const { change, identity, kind, column, way, repositories = ["*"] } = single;
    const key = JSON.stringify([change, identity, kind, column, way, repositories]);
    const row = rows.get(key) ?? { first: single, capabilities: [], because: new Map<string, string>() };
    rows.set(key, row);
    row.capabilities.push(single.capability);
    for (const { source, text } of single.because) {
      const known = row.because.get(source);
      if (known === undefined || known.length < text.length) row.because.set(source, text);
    }
  }
  return [...rows.values()].map(({ first, capabilities, because }) => {
    const { change, identity, kind, column, way, repositories } = first;
    const reach = repositories === undefined ? {} : { repositories };
    return { change, identity, kind, column, way, capabilities, ...reach, because: [...because.values()] };
  });
}

// Gains first; the order of columns and ways stays.
function byIdentity(one: AccessChange, other: AccessChange): number {
  if (one.change !== other.change) return one.change === "gained" ? -1 : 1;
  return one.identity < other.identity ? -1 : one.identity > other.identity ? 1 : 0;
}

function missingFrom(others: readonly Fact[], these: readonly Fact[]): Fact[] {
  const known = new Set(others.map(({ key }) => key));
  const standing = new Set(others.map(({ of }) => of));
  const found = these.filter(({ key, of }) => !known.has(key) && (of === undefined || standing.has(of)));
  return [...new Map(found.map((fact) => [fact.key, fact])).values()];
}
