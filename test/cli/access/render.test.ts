import type { Column } from "../../../cli/access/effective";
import {
  cellText,
  matrixMarkdown,
  matrixText,
  whoCanMarkdown,
  whoCanReport,
  whoCanText,
} from "../../../cli/access/render";
import { accessGraph } from "../../../model/access/graph";
import { roleGuids } from "../../../model/access/roles";

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

test("of two registries, who can in either is told once, and what is not judged only where it may matter", () => {
  const settings = { adminUserEnabled: false, anonymousPullEnabled: false };
  const registry = (name: string) => ({
    id: `/subscriptions/2/resourceGroups/qa/providers/Microsoft.ContainerRegistry/registries/${name}`,
    name,
    mode: "abac" as const,
    ...settings,
  });
  const [secure, standard] = [registry("contososecure"), registry("contosostandard")];
  const column = (name: string, { id }: { id: string }): Column => ({
    name,
    resource: { kind: "registry", id },
    capabilities: ["pull", "push"],
  });
  const held = (principalId: string, { id }: { id: string }, roleGuid: string) => ({
    id: `${id}/${principalId}`,
    principalId,
    roleGuid,
    scope: id,
  });
  const subject = "repo:contoso/platform:environment:qa";
  const graph = accessGraph({
    principals: [
      { id: "1", name: "tester", kind: "group" },
      { id: "2", name: "pipeline", kind: "application" },
    ],
    registries: [secure, standard],
    assignments: [
      held("1", standard, roleGuids.repositoryWriter),
      held("2", secure, roleGuids.repositoryWriter),
      held("2", standard, roleGuids.repositoryWriter),
    ],
    credentials: [{ principalId: "2", kind: "federated", subject, issuer: "it", name: "it", stated: true }],
    unjudged: [
      { type: "registry", name: "old", why: "it was there before", column: "qa.standard" },
      { type: "script", name: "anything", why: "it may run anything" },
    ],
  });
  const columns = [column("qa", secure), column("qa.standard", standard)];
  const both = whoCanReport(graph, "push", columns);
  expect(both).toMatchObject({
    column: "qa",
    columns: ["qa", "qa.standard"],
    direct: [
      {
        name: "pipeline",
        reasons: [
          'pipeline holds "Container Registry Repository Writer" on …/registries/contososecure',
          'pipeline holds "Container Registry Repository Writer" on …/registries/contosostandard',
          `pipeline signs in from ${subject} (it)`,
        ],
      },
      {
        name: "tester",
        reasons: ['tester holds "Container Registry Repository Writer" on …/registries/contosostandard'],
      },
    ],
  });
  expect(whoCanText(both)).toMatch(/^Who can push in qa or qa\.standard\?\n/);
  expect(both.unjudged.map(({ name }) => name)).toEqual(["old", "anything"]);

  const own = whoCanReport(graph, "push", columns.slice(0, 1));
  expect(own).not.toHaveProperty("columns");
  expect(own.direct.map(({ name }) => name)).toEqual(["pipeline"]);
  expect(own.unjudged.map(({ name }) => name)).toEqual(["anything"]);
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
