import type { Claim, Findings, Table } from "./benchmark";
import type { Machine } from "./machine";
import { figure } from "./units";

/** What a run found, as a part of docs/performance.md. */
export interface Section {
  readonly title: string;
  readonly measures: string;
  readonly findings: Findings;
}

const begin = "<!-- measured: npm run bench -- --write -->";
const end = "<!-- /measured -->";

/** The targets that a run missed. */
export function missedClaims(sections: readonly Section[]): Claim[] {
  return sections.flatMap(({ findings }) => findings.claims ?? []).filter((claim) => !isMet(claim));
}

function isMet({ measured, limit }: Claim): boolean {
  return measured <= limit;
}

/** The measured part as Markdown: the machine, the targets, and a section for each benchmark. */
export function measuredPart(machine: Machine, sections: readonly Section[]): string {
  return [
    machineLine(machine),
    claimsTable(sections.flatMap(({ findings }) => findings.claims ?? [])),
    ...sections.map(sectionText),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The document with the measured part between its markers replaced. @throws Error without the markers */
export function withMeasured(document: string, part: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the document has no part between ${begin} and ${end}`);
  return `${document.slice(0, from)}${begin}\n\n${part}\n\n${document.slice(to)}`;
}

function machineLine({ cores, memoryBytes, system, node, engine, date }: Machine): string {
  const memory = `${Math.round(memoryBytes / 1024 ** 3)} GB of memory`;
  return `Measured on ${date}: ${cores} cores, ${memory}, ${system}, Node ${node}, Pulumi ${engine}.`;
}

function claimsTable(claims: readonly Claim[]): string {
  if (claims.length === 0) return "";
  const rows = claims.map((claim) => {
    const { what, measured, limit, unit } = claim;
    const amount = (value: number) => (unit === "×" ? `${value.toFixed(2)}×` : `${figure(value)} ${unit}`);
    return [
      what,
      amount(measured),
      `≤ ${limit}${unit === "×" ? "×" : ` ${unit}`}`,
      isMet(claim) ? "met" : "**missed**",
    ];
  });
  return tableText({ columns: ["", "measured", "target", ""], rows });
}

function sectionText({ title, measures, findings: { tables, notes = [] } }: Section): string {
  return [`## ${title}`, measures, ...tables.map(tableText), ...notes].join("\n\n");
}

function tableText({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns),
    line(columns.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...rows.map(line),
  ].join("\n");
}
