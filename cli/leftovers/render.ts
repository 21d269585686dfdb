import { markdownTable, table } from "../output/table";
import { tallyOf, type Leftover, type LeftoversReport } from "./report";

const releaseHeading = ["release", "leftovers", "why"];
const heading = ["release", "kind", "leftover", "verdict", "why"];

/** The report as a terminal shows it. */
export function leftoversText(report: LeftoversReport, terminal: boolean): string {
  const parts = [
    report.releases.length > 0
      ? table({ terminal }, releaseHeading, releaseRows(report))
      : "There are no releases.\n",
    ...(report.leftovers.length > 0 ? [table({ terminal }, heading, report.leftovers.map(cells))] : []),
    [...notes(report), ...summary(report)].map((line) => `${line}\n`).join(""),
  ];
  return parts.join("\n");
}

/** The same as Markdown. */
export function leftoversMarkdown(report: LeftoversReport): string {
  const parts = [
    `## What releases left over in ${report.environment}\n`,
    report.releases.length > 0
      ? markdownTable(releaseHeading, releaseRows(report))
      : "There are no releases.\n",
    ...(report.leftovers.length > 0 ? [markdownTable(heading, report.leftovers.map(cells))] : []),
    ...[...notes(report), ...summary(report)].map((line) => `${line}\n`),
  ];
  return parts.join("\n");
}

function releaseRows({ releases }: LeftoversReport): string[][] {
  return releases.map(({ release, due, why }) => [release, due ? "go" : "stay", why]);
}

function cells(leftover: Leftover): string[] {
  const { release, kind, what, why, problem } = leftover;
  const reasons = [...why, ...(problem === undefined ? [] : [problem])];
  return [release, kind, what, verdictOf(leftover), reasons.join("\n")];
}

const words = {
  deleted: "deleted",
  gone: "was gone",
  refused: "REFUSED",
  spared: "spared",
  unreached: "not reached",
} as const;

function verdictOf({ goes, outcome }: Leftover): string {
  if (!goes) return "stays";
  return outcome === undefined ? "goes" : words[outcome];
}

function notes({ tidies, environment, unread }: LeftoversReport): string[] {
  return [
    ...unread.map(({ what, why }) => `Not read, and so nothing of it goes: ${what}: ${why}.`),
    ...(tidies
      ? []
      : [
          `The registries alone were looked through: nobody has tidy in ${environment} of the access matrix.`,
        ]),
  ];
}

function summary(report: LeftoversReport): string[] {
  const { leftovers, goes, deleted, refused, spared, unreached } = tallyOf(report);
  const stay = `${leftovers} ${leftovers === 1 ? "leftover" : "leftovers"}: ${leftovers - goes} stay`;
  if (!report.deletes) {
    const next = `Nothing was deleted. To delete what goes: airlock release sweep --env ${report.environment} --yes`;
    return [`${stay}, ${goes} go.`, ...(goes > 0 ? [next] : [])];
  }
  const rest = [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
    ...(unreached > 0 ? [`${unreached} not reached`] : []),
  ];
  return [`${[stay, `${deleted} deleted`, ...rest].join(", ")}.`];
}
