import { type CellGrant, expandMatrix, registryColumn } from "../../../model/access/matrix";
import type { Environment, PathRegistry, StandardRegistry } from "../../../model/promotion-path";

const registry = (name: string): PathRegistry => ({
  registry: name,
  host: `${name}.azurecr.io`,
  mode: "abac",
  network: { access: "public", ipRules: [] },
});
const environment = (name: string, standard?: Partial<StandardRegistry>): Environment => ({
  ...registry(`contoso${name}`),
  name,
  retentionDays: 30,
  lockManifestWrites: false,
  protected: name === "prod",
  ...(standard && {
    standard: { ...registry(`contoso${name}standard`), promotions: false, ...standard },
  }),
});

function grants(
  row: Record<string, readonly string[]>,
  standard: Partial<StandardRegistry> = {},
  team?: string,
): string[] {
  return expandMatrix({
    path: { environments: [environment("dev", {}), environment("qa", standard), environment("prod", {})] },
    identities: { somebody: { kind: "application", ...(team !== undefined && { team }) } },
    teams: { payments: ["payments/*"] },
    access: { somebody: row },
  }).map(told);
}

function told({ target, role, patterns = [] }: CellGrant): string {
  const group = target.kind === "resourceGroup" ? `${target.environment}-rg` : "vault";
  const name = role.kind === "builtIn" ? role.name.replace("Container Registry ", "") : role.key;
  return [registryColumn(target) ?? group, name, ...patterns].join(" | ");
}

const existing = { resourceGroup: "legacy" };
const reading = (column: string) => [
  `${column} | Repository Reader`,
  `${column} | Repository Catalog Lister`,
];

test("an environment's column holds in both of its registries", () => {
  expect(grants({ qa: ["pull"] })).toEqual([...reading("qa"), ...reading("qa.standard")]);
  expect(grants({ prod: ["delete"] })).toEqual(["prod | custodian", "prod.standard | custodian"]);
  expect(grants({ qa: ["pull", "push"] }, {}, "payments")).toEqual([
    "qa | Repository Writer | payments/*",
    "qa.standard | Repository Writer | payments/*",
  ]);
  expect(grants({ qa: ["none"] })).toEqual([]);
});

test("the other registry's column takes its place there, and nowhere else", () => {
  expect(grants({ qa: ["pull"], "qa.standard": ["pull payments/*"] })).toEqual([
    ...reading("qa"),
    "qa.standard | Repository Reader | payments/*",
  ]);
  expect(grants({ qa: ["pull"], "qa.standard": ["none"] })).toEqual(reading("qa"));
  expect(grants({ qa: ["none"], "qa.standard": ["pull"] })).toEqual(reading("qa.standard"));
  expect(grants({ "dev.standard": ["pull", "push"] })).toEqual([
    "dev.standard | Repository Writer",
    "dev.standard | Repository Catalog Lister",
  ]);
});

test("tidy is of the environment's own group, and no column of the other registry says it", () => {
  expect(grants({ qa: ["tidy"] })).toEqual(["qa-rg | tidier"]);
  expect(grants({ qa: ["tidy"] }, { existing })).toEqual(["qa-rg | tidier"]);
  expect(() => grants({ "qa.standard": ["tidy"] })).toThrow(
    "tidy has no meaning in qa.standard (access.somebody.qa.standard). Write it in the column qa, whose resource group it is about",
  );
});

test("an import and its lock are the path's own, unless promotions go to the other registry too", () => {
  const promoter = { qa: ["import", "lock"] };
  const own = ["qa | importer", "qa | locker"];
  expect(grants(promoter)).toEqual([...own, "dev | sourceReader"]);
  expect(grants(promoter, { promotions: true })).toEqual([
    ...own,
    "dev | sourceReader",
    "qa.standard | importer",
    "qa.standard | locker",
  ]);
  // Nobody locks in the legacy mode but Owner and Contributor.
  expect(grants(promoter, { promotions: true, mode: "rbac" })).toEqual([
    ...own,
    "dev | sourceReader",
    "qa.standard | importer",
  ]);
});

test("whoever imports into the other registry alone reads the same source", () => {
  expect(grants({ "qa.standard": ["import"] }, { promotions: true })).toEqual([
    "qa.standard | importer",
    "dev | sourceReader",
  ]);
  expect(grants({ qa: ["import"], "qa.standard": ["import", "lock"] }, { promotions: true })).toEqual([
    "qa | importer",
    "dev | sourceReader",
    "qa.standard | importer",
    "qa.standard | locker",
  ]);
});

test("who reads the settings of the group reads those of both registries; another group's are read one by one", () => {
  expect(grants({ qa: ["read"] })).toEqual(["qa-rg | Reader"]);
  expect(grants({ qa: ["read"] }, { existing })).toEqual(["qa-rg | Reader", "qa.standard | Reader"]);
  expect(grants({ "qa.standard": ["read"] })).toEqual(["qa.standard | Reader"]);
  expect(grants({ qa: ["read"], "qa.standard": ["none"] }, { existing })).toEqual(["qa-rg | Reader"]);
});

test("a registry in the legacy mode gets the legacy roles", () => {
  expect(grants({ qa: ["pull", "delete"] }, { mode: "rbac", existing })).toEqual([
    ...reading("qa"),
    "qa | custodian",
    "qa.standard | AcrPull",
    "qa.standard | AcrDelete",
  ]);
});

test.each([
  [{ prod: ["push"] }, "nobody pushes to prod (access.somebody.prod)"],
  [{ "prod.standard": ["push"] }, "nobody pushes to prod.standard (access.somebody.prod.standard)"],
  [
    { "qa.standard": ["lock"] },
    "lock has no meaning in qa.standard, into which nothing is promoted (access.somebody.qa.standard)",
  ],
  [
    { "dev.standard": ["import"] },
    "nothing can be imported into dev.standard (access.somebody.dev.standard)",
  ],
])("%j is refused", (row, why) => {
  expect(() => grants(row)).toThrow(why);
});
