import Table from "cli-table3";
import type { Stream } from "./io";

/** Rows under a heading; boxes on a terminal, aligned columns elsewhere. Ends with a line break. */
export function table(stream: Pick<Stream, "terminal">, heading: string[], rows: string[][]): string {
  return stream.terminal ? boxed(heading, rows) : plain(heading, rows);
}

/** The same rows as a Markdown table. */
export function markdownTable(heading: string[], rows: string[][]): string {
  const row = (cells: string[]) => `| ${cells.map(escapeCell).join(" | ")} |\n`;
  return row(heading) + row(heading.map(() => "---")) + rows.map(row).join("");
}

function boxed(heading: string[], rows: string[][]): string {
  const boxes = new Table({ head: heading, style: { head: ["bold"], border: ["gray"] } });
  boxes.push(...rows);
  return `${boxes.toString()}\n`;
}

function plain(heading: string[], rows: string[][]): string {
  const lines = [heading, ...rows].flatMap((cells) => spread(cells));
  const widths = heading.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

// A cell with several lines takes several rows.
function spread(cells: string[]): string[][] {
  const parts = cells.map((cell) => cell.split("\n"));
  const height = Math.max(...parts.map((part) => part.length));
  return Array.from({ length: height }, (_, index) => parts.map((part) => part[index] ?? ""));
}

// `*` would start emphasis in `iam/*, tools/*`.
function escapeCell(cell: string): string {
  return cell.replace(/[\\|*]/g, "\\$&").replace(/\n/g, "<br>");
}
