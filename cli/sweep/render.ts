import { shortDigest } from "../../model/image-reference";
import { markdownTable, table } from "../output/table";
import { summaryLines, unreadLine, verdictOf } from "./outcome";
import { tallyOf, type RegistryReport, type SweepReport } from "./report";
import type { SweptArtifact } from "./sweep";

const heading = ["artifact", "tags", "days", "verdict", "why"];

/** The report as a terminal shows it. */
export function sweepText(report: SweepReport, terminal: boolean): string {
  const parts = report.registries.map((registry) => {
    const { artifacts } = registry;
    const rows = artifacts.map(cells);
    return `${titleOf(registry, report)}\n${rows.length > 0 ? table({ terminal }, heading, rows) : "It holds nothing.\n"}${unreadOf(registry).join("")}`;
  });
  return `${parts.join("\n")}\n${summary(report).join("\n")}\n`;
}

/** The same as Markdown. */
export function sweepMarkdown(report: SweepReport): string {
  const parts = report.registries.map((registry) => {
    const { artifacts } = registry;
    const rows = artifacts.map(cells);
    return `### ${titleOf(registry, report)}\n\n${rows.length > 0 ? markdownTable(heading, rows) : "It holds nothing.\n"}${unreadOf(
      registry,
    )
      .map((line) => `\n${line}`)
      .join("")}`;
  });
  return `## Sweep of ${report.environment}\n\n${parts.join("\n")}\n${summary(report).join("\n\n")}\n`;
}

function titleOf({ registry, host }: RegistryReport, { retentionDays }: SweepReport): string {
  return `${registry} (${host}), kept for ${retentionDays} ${retentionDays === 1 ? "day" : "days"}`;
}

function unreadOf({ unread }: RegistryReport): string[] {
  return unread.map((one) => `${unreadLine(one)}\n`);
}

function cells(artifact: SweptArtifact): string[] {
  const { repository, digest, tags, age, reasons, problem } = artifact;
  const why = [...reasons.map(({ text }) => text), ...(problem === undefined ? [] : [problem])];
  return [
    `${repository}@${shortDigest(digest)}`,
    tags.map(shortTag).join("\n"),
    age === undefined ? "?" : String(age),
    verdictOf(artifact),
    why.join("\n"),
  ];
}

// A companion's tag is its image's digest.
function shortTag(tag: string): string {
  return tag.replace(/^(sha256-[0-9a-f]{12})[0-9a-f]{52}/, "$1…");
}

function summary(report: SweepReport): string[] {
  const { deletes, environment } = report;
  const { artifacts: all, ...counted } = tallyOf(report);
  const command = `airlock sweep --env ${environment} --yes`;
  return summaryLines({ all, noun: "artifact", tally: counted, deletes, command });
}
