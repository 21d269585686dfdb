import { checks, type PathFacts, provePath, type Problem, type Unproven } from "../../model/proof";
import { standardColumn } from "../../model/promotion-path";
import type { SetupRow } from "./setup";

/** What a check says of one environment: the worst of its verdicts; `undefined` when it has nothing to say there. */
export type Cell = "ok" | "problem" | "warning" | "not proven" | undefined;

/** The column of what all environments share. */
const sharedColumn = "shared";

/** What `airlock doctor --json` prints. */
export interface DoctorReport {
  readonly setup: readonly SetupRow[];
  /** Environments that were asked about, in path order, and `shared`. */
  readonly columns: readonly string[];
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly cells: readonly Cell[];
  }[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly unproven: readonly Unproven[];
}

/**
 * Judges the facts, for one environment or all.
 *
 * @param environment the only one that is asked about; what all share is judged too
 */
export function doctorReport(
  setup: readonly SetupRow[],
  facts: PathFacts,
  environment?: string,
): DoctorReport {
  const proof = provePath(facts);
  const names = (facts.environments ?? []).map(({ name }) => name);
  const columns = [
    ...names.filter(
      (name) => environment === undefined || [environment, standardColumn(environment)].includes(name),
    ),
    sharedColumn,
  ];
  const asked = <One extends { readonly environment?: string }>(all: readonly One[]): One[] =>
    all.filter((one) => columns.includes(one.environment ?? sharedColumn));
  const [problems, warnings, unproven, proven] = [
    asked(proof.problems),
    asked(proof.warnings),
    asked(proof.unproven),
    asked(proof.proven),
  ];
  const cell = (fact: string, column: string): Cell => {
    const speaks = (all: readonly { readonly fact: string; readonly environment?: string }[]) =>
      all.some((one) => one.fact === fact && (one.environment ?? sharedColumn) === column);
    if (speaks(problems)) return "problem";
    if (speaks(warnings)) return "warning";
    if (speaks(unproven)) return "not proven";
    return speaks(proven) ? "ok" : undefined;
  };
  return {
    setup,
    columns,
    checks: checks.map(({ id, title }) => ({ id, title, cells: columns.map((column) => cell(id, column)) })),
    problems,
    warnings,
    unproven,
  };
}

/** How many things have to be put right before anything is applied. */
export function problemCount({ setup, problems }: DoctorReport): number {
  return setup.filter(({ status }) => status === "problem").length + problems.length;
}
