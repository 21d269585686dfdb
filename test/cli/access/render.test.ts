import { cellText, matrixMarkdown, whoCanMarkdown, whoCanText } from "../../../cli/access/render";

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
};

test("the three answers as text and as Markdown", () => {
  expect(whoCanText(report)).toBe(
    [
      "Who can push in prod?",
      "  directly: nobody",
      "  by changing access:",
      "    sp-platform",
      "      it assigns roles",
      "      it widens roles",
      "  by importing from anywhere: nobody",
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
      "| by importing from anywhere | nobody |  |",
      "",
    ].join("\n"),
  );
});
