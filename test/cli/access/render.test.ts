import { cellText, matrixMarkdown, matrixText, whoCanMarkdown, whoCanText } from "../../../cli/access/render";

test("capabilities of the same reach share a line; what could be granted stands apart", () => {
  expect(
    cellText({
      direct: [
        { capability: "pull", repositories: ["*"] },
        { capability: "push", repositories: ["iam/*", "utility/*"] },
        { capability: "import" },
      ],
      byChangingAccess: ["delete"],
    }),
  ).toBe("pull, import\npush iam/* utility/*\n(can grant: delete)");
  expect(cellText({ direct: [], byChangingAccess: [] })).toBe("-");
});

test("the matrix as Markdown", () => {
  const cells = {
    dev: { direct: [{ capability: "push" as const, repositories: ["iam/*"] }], byChangingAccess: [] },
  };
  expect(matrixMarkdown({ columns: ["dev"], rows: [{ identity: "iam_team", kind: "group", cells }] })).toBe(
    "| identity | dev |\n| --- | --- |\n| iam_team | push iam/\\* |\n",
  );
});

const report = {
  capability: "push" as const,
  column: "prod",
  direct: [],
  byChangingAccess: [
    { name: "sp-platform", kind: "application", reasons: ["it assigns roles", "it widens roles"] },
  ],
  byImport: [],
  unjudged: [],
};

test("the answers as text and as Markdown; a way that nobody can take has no heading", () => {
  expect(whoCanText(report)).toBe(
    [
      "Who can push in prod?",
      "  directly: nobody",
      "  by changing access:",
      "    sp-platform",
      "      it assigns roles",
      "      it widens roles",
      "",
    ].join("\n"),
  );
  expect(whoCanMarkdown(report)).toBe(
    [
      "### Who can push in prod?",
      "",
      "| how | who | why |",
      "| --- | --- | --- |",
      "| directly | nobody |  |",
      "| by changing access | sp-platform | it assigns roles<br>it widens roles |",
      "",
    ].join("\n"),
  );
});

test("nobody is nobody as far as could be judged, and what could not be is named", () => {
  const unjudged = [
    { type: "azure:containerservice/registry", name: "old", why: "its provider is not known" },
  ];
  expect(whoCanText({ ...report, byChangingAccess: [], unjudged })).toBe(
    [
      "Who can push in prod?",
      "  directly: nobody that could be judged",
      "",
      "Not judged, and may let more in:",
      "  old (azure:containerservice/registry): its provider is not known",
      "",
    ].join("\n"),
  );
  expect(whoCanMarkdown({ ...report, unjudged })).toContain(
    "#### Not judged, and may let more in\n\n| resource | type | why |\n| --- | --- | --- |\n| old |",
  );
});

test.each([false, true])("the matrix fits a terminal, boxes %s", (terminal) => {
  const everything = {
    direct: [
      { capability: "pull" as const, repositories: ["infrastructure/*", "onestream/*"] },
      { capability: "import" as const },
    ],
    byChangingAccess: ["push" as const, "delete" as const, "lock" as const, "import" as const],
  };
  const columns = ["dev", "staging", "prod", "signing"];
  const cells = Object.fromEntries(columns.map((column) => [column, everything]));
  const rows = [{ identity: "sp-onestream-staging-custodian", kind: "application" as const, cells }];
  const lines = matrixText({ columns, rows }, terminal).split("\n");
  // Colours take no room.
  const widths = lines.map((line) => line.replace(/\u001b\[\d+m/g, "").length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(120);
});
