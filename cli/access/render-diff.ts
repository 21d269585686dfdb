import { listed } from "../../model/sentence";
import { markdownTable, table } from "../output/table";
import type { AccessChange, AccessDiff } from "./diff";
import { wrap, textWidth } from "./wrap";

/** What is compared, and what the reader is told about it. */
export interface DiffHeading {
  /** `Who can do what: from 1a2b3c4 to the working tree`, without a full stop. */
  readonly title: string;
  /** Said in place of a table when there is no difference. */
  readonly none: string;
  /** Environments that nobody may push to. */
  readonly protectedEnvironments: readonly string[];
}

const marks = { gained: "+", lost: "-" } as const;
const heading = ["", "identity", "where", "can", "because"];
const reachWidth = 26;

/** The difference as a table for a terminal of 120 columns. */
export function diffText(diff: AccessDiff, { title, none, protectedEnvironments }: DiffHeading): string {
  if (isEmpty(diff)) return `${none}\n`;
  const touched = protectedLine(diff, protectedEnvironments);
  const rows = diff.changes.map(cellsOf);
  const others = untold(diff);
  const widest = (column: number) =>
    Math.max(heading[column].length, ...rows.map((cells) => cells[column].length));
  const left = textWidth - 1 - widest(1) - widest(2) - Math.min(widest(3), reachWidth) - 4 * 2;
  const wrapped = rows.map(([mark, identity, where, can, because]) => [
    mark,
    identity,
    where,
    wrap(can, reachWidth),
    wrap(because, Math.max(left, reachWidth)),
  ]);
  return [
    `${title}\n`,
    ...(touched === undefined ? [] : [`${touched}\n`]),
    "\n",
    rows.length === 0 ? `${noChange}\n` : table({ terminal: false }, heading, wrapped),
    ...(others.length === 0
      ? []
      : ["\nWhat else differs:\n", ...others.map(({ change, text }) => `${marks[change]} ${text}\n`)]),
  ].join("");
}

/** The same as Markdown, for a comment on a pull request. */
export function diffMarkdown(diff: AccessDiff, { title, none, protectedEnvironments }: DiffHeading): string {
  const head = `### ${title}\n\n`;
  if (isEmpty(diff)) return `${head}${none}\n`;
  const touched = protectedLine(diff, protectedEnvironments);
  const rows = diff.changes.map(cellsOf);
  const others = untold(diff);
  return [
    head,
    ...(touched === undefined ? [] : [`**${touched}**\n\n`]),
    rows.length === 0 ? `${noChange}\n` : markdownTable(heading, rows),
    ...(others.length === 0
      ? []
      : [
          "\nWhat else differs:\n\n",
          markdownTable(
            ["", "what"],
            others.map(({ change, text }) => [marks[change], text]),
          ),
        ]),
  ].join("");
}

const noChange = "Nobody can do more or less by it.";

/** Whether nothing differs. */
function isEmpty({ changes, facts }: AccessDiff): boolean {
  return changes.length === 0 && facts.length === 0;
}

// Most of what stands is the reason of a change, and was told as such.
function untold({ changes, facts }: AccessDiff): AccessDiff["facts"] {
  const told = new Set(changes.flatMap(({ because }) => because));
  return facts.filter(({ text }) => !told.has(text));
}

function protectedLine(diff: AccessDiff, names: readonly string[]): string | undefined {
  const touched = diff.columns.filter((column) => names.includes(column));
  if (touched.length === 0) return undefined;
  return `Protected ${touched.length === 1 ? "environment" : "environments"} touched: ${listed(touched)}`;
}

function cellsOf(change: AccessChange): string[] {
  const { identity, column } = change;
  // The row names the identity already.
  const because = change.because.map((reason) =>
    reason.startsWith(`${identity} `) ? reason.slice(identity.length + 1) : reason,
  );
  return [marks[change.change], identity, column, canText(change), because.join("\n")];
}

/** `push, lock iam/*`, `grant: push` or `by import: push`. */
function canText({ way, capabilities, repositories }: AccessChange): string {
  const names = capabilities.join(", ");
  if (way === "byChangingAccess") return `grant: ${names}`;
  if (way === "byImport") return `by import: ${names}`;
  return repositories === undefined || repositories.includes("*")
    ? names
    : `${names} ${repositories.join(" ")}`;
}
