import { markdownTable, table } from "../output/table";
import { summaryLines, unreadLine, verdictOf } from "../sweep/outcome";
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

function notes({ tidies, environment, unread }: LeftoversReport): string[] {
  return [
    ...unread.map(unreadLine),
    ...(tidies
      ? []
      : [
          `The registries alone were looked through: nobody has tidy in ${environment} of the access matrix.`,
        ]),
  ];
}

function summary(report: LeftoversReport): string[] {
  const { deletes, environment } = report;
  const { leftovers: all, ...counted } = tallyOf(report);
  const command = `airlock release sweep --env ${environment} --yes`;
  return summaryLines({ all, noun: "leftover", tally: counted, deletes, command });
}
