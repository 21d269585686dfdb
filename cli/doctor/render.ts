import type { Problem, Unproven } from "../../model/proof";
import { table } from "../output/table";
import { type DoctorReport, problemCount } from "./report";
import type { SetupRow } from "./setup";

/** The report as people read it: set-up, the table of facts, and what is to be done. */
export function doctorText(report: DoctorReport, terminal: boolean): string {
  const { setup, columns, checks, problems, warnings, unproven } = report;
  const rows = checks
    .filter(({ cells }) => cells.some((cell) => cell !== undefined))
    .map(({ title, cells }) => [title, ...cells.map((cell) => marks[cell ?? "-"])]);
  return [
    table(
      { terminal },
      ["set-up", "", ""],
      setup.map(({ name, status, detail }) => [name, marks[status], detail]),
    ),
    "\n",
    table({ terminal }, ["promotion and pull", ...columns], rows),
    section("Problems", [
      ...setup
        .filter(({ status }) => status === "problem")
        .map(({ name, detail, fix }) => said(name, detail, fix)),
      ...problems.map(sentence),
    ]),
    section("Warnings", [
      ...setup
        .filter(({ status }) => status === "warning")
        .map(({ name, detail, fix }) => said(name, detail, fix)),
      ...warnings.map(sentence),
    ]),
    section("Not proven", unproven.map(unknownSentence)),
    `\n${conclusion(report)}\n`,
  ].join("");
}

/** What `airlock doctor --env poc` found. */
export function isolationText(rows: readonly SetupRow[], terminal: boolean): string {
  const wrong = rows.filter(({ status }) => status === "problem");
  return [
    table(
      { terminal },
      ["isolation", "", ""],
      rows.map(({ name, status, detail }) => [name, marks[status], status === "ok" ? detail : ""]),
    ),
    section(
      "Problems",
      wrong.map(({ name, detail, fix }) => said(name, detail, fix)),
    ),
  ].join("");
}

const marks = {
  ok: "ok",
  problem: "PROBLEM",
  warning: "warning",
  "not proven": "not proven",
  "-": "-",
} as const;

/** Whole projects repeat themselves: what is the same for many images is said for the first few. */
const shown = 5;

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const rest = lines.length - shown;
  // One more than fits is as short as saying so.
  const all =
    rest > 1 && title === "Not proven"
      ? [...lines.slice(0, shown), `and ${rest} more (--json lists them)`]
      : lines;
  return `\n${title}\n${all.map((text) => `  ${text}\n`).join("")}`;
}

function sentence({ environment, where, what, fix, why, fact }: Problem): string {
  return `${place(environment, where)}${what}. ${fix}. (${fact}: ${why}.)`;
}

function unknownSentence({ environment, where, what }: Unproven): string {
  return `${place(environment, where)}${what}`;
}

function place(environment: string | undefined, where: string): string {
  return environment === undefined ? `${where}: ` : `${environment}, ${where}: `;
}

function said(name: string, detail: string, fix: string | undefined): string {
  return `${name}: ${detail}.${fix === undefined ? "" : ` ${fix}.`}`;
}

function conclusion(report: DoctorReport): string {
  const count = problemCount(report);
  if (count > 0)
    return `${count} ${count === 1 ? "problem stands" : "problems stand"} in the way of promotion or pull.`;
  return report.unproven.length > 0
    ? "No problem in what is known; what is not proven can fail."
    : "Promotion and pull will work.";
}
