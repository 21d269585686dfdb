import { markdownTable, table } from "../../../cli/output/table";

const heading = ["identity", "dev"];
const rows = [
  ["sre", "pull iam/*\nread"],
  ["a|b", "-"],
];

test("columns line up where there is no terminal, and a cell may have several lines", () => {
  expect(table({ terminal: false }, heading, rows)).toBe(
    ["identity  dev", "sre       pull iam/*", "          read", "a|b       -", ""].join("\n"),
  );
});

test("a terminal gets boxes", () => {
  expect(table({ terminal: true }, heading, rows)).toContain("┌");
});

test("Markdown escapes what would end a cell or start emphasis", () => {
  expect(markdownTable(heading, rows)).toBe(
    "| identity | dev |\n| --- | --- |\n| sre | pull iam/\\*<br>read |\n| a\\|b | - |\n",
  );
});
