import { whoCan } from "../../model/access/questions";
import type { AccessGraph, Answer, Capability, Unjudged } from "../../model/access/types";
import { markdownTable, table } from "../output/table";
import type { Column, EffectiveCell, EffectiveMatrix } from "./effective";
import { textWidth, wrap } from "./wrap";

/** One line of an answer: who, and why. */
export interface WhoItem {
  readonly name: string;
  readonly kind: string;
  readonly reasons: readonly string[];
}

/** Who can do something in a column, by the three ways; of an environment with two registries, in either. */
export interface WhoCanReport {
  readonly capability: Capability;
  readonly column: string;
  /** Both columns, where there are two. */
  readonly columns?: readonly string[];
  readonly direct: readonly WhoItem[];
  readonly byChangingAccess: readonly WhoItem[];
  readonly byImport: readonly WhoItem[];
  /** Resources that may let somebody in as well, and that nothing here can judge. */
  readonly unjudged: readonly Unjudged[];
}

/** Answers for any repository of the registries of these columns; items by name. */
export function whoCanReport(
  graph: AccessGraph,
  capability: Capability,
  columns: readonly Column[],
): WhoCanReport {
  const answers = columns.map(({ resource }) => whoCan(graph, capability, resource));
  const names = columns.map(({ name }) => name);
  return {
    capability,
    column: names[0],
    ...(names.length > 1 && { columns: names }),
    direct: items(answers.flatMap(({ direct }) => direct)),
    byChangingAccess: items(answers.flatMap(({ byChangingAccess }) => byChangingAccess)),
    byImport: items(answers.flatMap(({ byImport }) => byImport)),
    unjudged: (graph.unjudged ?? []).filter(({ column }) => column === undefined || names.includes(column)),
  };
}

function items(answers: readonly Answer[]): WhoItem[] {
  const byPrincipal = new Map<string, WhoItem>();
  for (const { principal, reasons } of answers) {
    const { name, kind } = principal;
    const earlier = byPrincipal.get(principal.id)?.reasons ?? [];
    const texts = [...new Set(reasons.map(({ text }) => text))];
    // What both registries have in common, such as how it signs in, closes the list.
    const others = earlier.filter((text) => !texts.includes(text));
    byPrincipal.set(principal.id, { name, kind, reasons: [...others, ...texts] });
  }
  return [...byPrincipal.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const ways = [
  ["direct", "directly"],
  ["byChangingAccess", "by changing access"],
  ["byImport", "by importing from anywhere"],
] as const;

// A way that nobody can take needs no line; that nobody does it directly is the answer itself.
function answered(report: WhoCanReport): (readonly [heading: string, found: readonly WhoItem[]])[] {
  return ways
    .map(([way, heading]) => [heading, report[way]] as const)
    .filter(([heading, found]) => heading === "directly" || found.length > 0);
}

function nobody({ unjudged }: WhoCanReport): string {
  return unjudged.length === 0 ? "nobody" : "nobody that could be judged";
}

function questionOf({ capability, column, columns = [column] }: WhoCanReport): string {
  return `Who can ${capability} in ${columns.join(" or ")}?`;
}

/** The answers as text. */
export function whoCanText(report: WhoCanReport): string {
  const lines = [questionOf(report)];
  for (const [heading, found] of answered(report)) {
    lines.push(`  ${heading}: ${found.length === 0 ? nobody(report) : ""}`.trimEnd());
    for (const { name, reasons } of found) {
      lines.push(`    ${name}`, ...reasons.map((reason) => `      ${reason}`));
    }
  }
  return `${lines.join("\n")}\n${unjudgedText(report.unjudged)}`;
}

/** The answers as Markdown. */
export function whoCanMarkdown(report: WhoCanReport): string {
  const rows = answered(report).flatMap(([heading, found]) =>
    found.length === 0
      ? [[heading, nobody(report), ""]]
      : found.map(({ name, reasons }) => [heading, name, reasons.join("\n")]),
  );
  const title = `### ${questionOf(report)}\n\n`;
  return title + markdownTable(["how", "who", "why"], rows) + unjudgedMarkdown(report.unjudged);
}

/** What the model can't judge, as a section; empty when there is nothing. */
export function unjudgedText(unjudged: readonly Unjudged[]): string {
  const lines = unjudged.map(({ type, name, why }) => `  ${name} (${type}): ${why}\n`);
  return lines.length === 0 ? "" : `\nNot judged, and may let more in:\n${lines.join("")}`;
}

/** The same as Markdown. */
export function unjudgedMarkdown(unjudged: readonly Unjudged[]): string {
  if (unjudged.length === 0) return "";
  const rows = unjudged.map(({ type, name, why }) => [name, type, why]);
  return `\n#### Not judged, and may let more in\n\n${markdownTable(["resource", "type", "why"], rows)}`;
}

/** The matrix as a table, in as many columns as a terminal usually has. */
export function matrixText(matrix: EffectiveMatrix, terminal: boolean): string {
  const rows = rowsOf(matrix);
  const first = Math.max("identity".length, ...rows.map(([identity]) => identity.length));
  // A box has a line and two spaces for each column.
  const between = terminal ? 3 : 2;
  const left = textWidth - first - (matrix.columns.length + 1) * between;
  const width = Math.max(16, Math.floor(left / Math.max(matrix.columns.length, 1)));
  const wrapped = rows.map(([identity, ...cells]) => [identity, ...cells.map((cell) => wrap(cell, width))]);
  return table({ terminal }, ["identity", ...matrix.columns], wrapped);
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
