import { markdownTable, table } from "../output/table";
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
  return unread.map(({ what, why }) => `Not read, and so nothing of it goes: ${what}: ${why}.\n`);
}

function cells(artifact: SweptArtifact): string[] {
  const { repository, digest, tags, age, reasons, problem } = artifact;
  const why = [...reasons.map(({ text }) => text), ...(problem === undefined ? [] : [problem])];
  return [
    `${repository}@${digest.slice(0, "sha256:".length + 12)}`,
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

const words = {
  deleted: "deleted",
  gone: "was gone",
  refused: "REFUSED",
  spared: "spared",
  unreached: "not reached",
} as const;

function verdictOf({ goes, outcome }: SweptArtifact): string {
  if (!goes) return "stays";
  return outcome === undefined ? "goes" : words[outcome];
}

function summary(report: SweepReport): string[] {
  const { artifacts, goes, deleted, refused, spared, unreached } = tallyOf(report);
  const stay = `${artifacts} ${artifacts === 1 ? "artifact" : "artifacts"}: ${artifacts - goes} stay`;
  if (!report.deletes) {
    const next = `Nothing was deleted. To delete what goes: airlock sweep --env ${report.environment} --yes`;
    return [`${stay}, ${goes} go.`, ...(goes > 0 ? [next] : [])];
  }
  const rest = [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(spared > 0 ? [`${spared} spared`] : []),
    ...(unreached > 0 ? [`${unreached} not reached`] : []),
  ];
  return [`${[stay, `${deleted} deleted`, ...rest].join(", ")}.`];
}
