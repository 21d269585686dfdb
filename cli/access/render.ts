import { whoCan } from "../../model/access/questions";
import type { AccessGraph, Answer, Capability } from "../../model/access/types";
import { markdownTable, table } from "../output/table";
import type { Column, EffectiveCell, EffectiveMatrix } from "./effective";

/** One line of an answer: who, and why. */
export interface WhoItem {
  readonly name: string;
  readonly kind: string;
  readonly reasons: readonly string[];
}

/** Who can do something in a column, by the three ways. */
export interface WhoCanReport {
  readonly capability: Capability;
  readonly column: string;
  readonly direct: readonly WhoItem[];
  readonly byChangingAccess: readonly WhoItem[];
  readonly byImport: readonly WhoItem[];
}

/** Answers for any repository of the column's registry; items by name. */
export function whoCanReport(graph: AccessGraph, capability: Capability, column: Column): WhoCanReport {
  const { direct, byChangingAccess, byImport } = whoCan(graph, capability, column.resource);
  return {
    capability,
    column: column.name,
    direct: items(direct),
    byChangingAccess: items(byChangingAccess),
    byImport: items(byImport),
  };
}

function items(answers: readonly Answer[]): WhoItem[] {
  return answers
    .map(({ principal, reasons }) => ({
      name: principal.name,
      kind: principal.kind,
      reasons: [...new Set(reasons.map(({ text }) => text))],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const ways = [
  ["direct", "directly"],
  ["byChangingAccess", "by changing access"],
  ["byImport", "by importing from anywhere"],
] as const;

/** The three answers as text. */
export function whoCanText(report: WhoCanReport): string {
  const lines = [`Who can ${report.capability} in ${report.column}?`];
  for (const [way, heading] of ways) {
    const found = report[way];
    lines.push(`  ${heading}: ${found.length === 0 ? "nobody" : ""}`.trimEnd());
    for (const { name, reasons } of found) {
      lines.push(`    ${name}`, ...reasons.map((reason) => `      ${reason}`));
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The three answers as Markdown. */
export function whoCanMarkdown(report: WhoCanReport): string {
  const rows = ways.flatMap(([way, heading]) => {
    const found = report[way];
    return found.length === 0
      ? [[heading, "nobody", ""]]
      : found.map(({ name, reasons }) => [heading, name, reasons.join("\n")]);
  });
  return `### Who can ${report.capability} in ${report.column}?\n\n${markdownTable(["how", "who", "why"], rows)}`;
}

/** The matrix as a table. */
export function matrixText(matrix: EffectiveMatrix, terminal: boolean): string {
  return table({ terminal }, ["identity", ...matrix.columns], rowsOf(matrix));
}

/** The matrix as a Markdown table. */
export function matrixMarkdown(matrix: EffectiveMatrix): string {
  return markdownTable(["identity", ...matrix.columns], rowsOf(matrix));
}

function rowsOf(matrix: EffectiveMatrix): string[][] {
  return matrix.rows.map(({ identity, cells }) => [
    identity,
    ...matrix.columns.map((name) => cellText(cells[name])),
  ]);
}

/** `pull, push iam/*`, and on a line of its own what could be had by changing access; `-` for nothing. */
export function cellText({ direct, byChangingAccess }: EffectiveCell): string {
  const groups = new Map<string, string[]>();
  for (const { capability, repositories } of direct) {
    const where =
      repositories === undefined || repositories.includes("*") ? "" : ` ${repositories.join(" ")}`;
    groups.set(where, [...(groups.get(where) ?? []), capability]);
  }
  const held = [...groups].map(([where, names]) => names.join(", ") + where);
  const reach = byChangingAccess.length === 0 ? [] : [`(can grant: ${byChangingAccess.join(", ")})`];
  return [...held, ...reach].join("\n") || "-";
}
