import { grows } from "../access/diff";
import { unjudgedMarkdown, unjudgedText } from "../access/render";
import { diffMarkdown, diffText, type DiffHeading } from "../access/render-diff";
import { markdownTable } from "../output/table";
import { textWidth, wrap } from "../access/wrap";
import type { Unread } from "./cloud";
import type { LiveReport } from "./live-access";

/** The report as a table: `+` stands and is declared nowhere, `-` is declared and doesn't stand. */
export function liveText(report: LiveReport, protectedEnvironments: readonly string[]): string {
  const { diff, absent, unread, unjudged } = report;
  const lines = (title: string, items: readonly string[]) =>
    items.length === 0 ? "" : `\n${title}:\n${items.map((item) => `  ${item}\n`).join("")}`;
  return [
    diffText(diff, headingOf(report, protectedEnvironments)),
    lines("Declared, and not in the cloud at all", absent),
    lines(
      "Not read, so neither there nor absent",
      unreadParts(unread).map(([of, what, why]) =>
        wrap(`${of}: ${what} (${why})`, textWidth - 4).replaceAll("\n", "\n    "),
      ),
    ),
    unjudgedText(unjudged),
  ].join("");
}

/** The same as Markdown. */
export function liveMarkdown(report: LiveReport, protectedEnvironments: readonly string[]): string {
  const { diff, absent, unread, unjudged } = report;
  return [
    diffMarkdown(diff, headingOf(report, protectedEnvironments)),
    absent.length === 0 ? "" : `\nDeclared, and not in the cloud at all: ${absent.join(", ")}\n`,
    unread.length === 0
      ? ""
      : `\n#### Not read, so neither there nor absent\n\n${markdownTable(["of", "what", "why"], unreadParts(unread))}`,
    unjudgedMarkdown(unjudged),
  ].join("");
}

/** The same as data. */
export function liveData({ diff, absent, unread, unjudged }: LiveReport): object {
  const side = { gained: "cloud", lost: "program" } as const;
  return {
    violations: grows(diff),
    changes: diff.changes.map(({ change, ...rest }) => ({ only: side[change], ...rest })),
    facts: diff.facts.map(({ change, text, columns }) => ({ only: side[change], text, columns })),
    columns: diff.columns,
    absent,
    unread,
    unjudged,
  };
}

// One line for all that the same thing refuses for the same reason.
function unreadParts(unread: readonly Unread[]): string[][] {
  const parts = new Map<string, { of: string; what: Set<string>; why: string }>();
  for (const { of, what, why } of unread) {
    const key = `${of} ${why}`;
    const part = parts.get(key) ?? { of, what: new Set<string>(), why };
    parts.set(key, part);
    part.what.add(what);
  }
  return [...parts.values()]
    .map(({ of, what, why }) => [of, [...what].sort().join(", "), why])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function headingOf({ unread }: LiveReport, protectedEnvironments: readonly string[]): DiffHeading {
  return {
    title: "The cloud against the program: + stands and is declared nowhere, - is declared and doesn't stand",
    none:
      unread.length === 0
        ? "Nothing stands in the cloud that the program doesn't declare."
        : "Nothing that could be read stands in the cloud without the program declaring it.",
    protectedEnvironments,
  };
}
