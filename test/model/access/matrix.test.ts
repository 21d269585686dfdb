import { repositoryCondition } from "../../../model/access/condition";
import { evaluate } from "../../../model/access/evaluate";
import { assignmentsOf } from "../../../model/access/graph";
import { type CellGrant, expandMatrix, type MatrixSettings, rolesFor } from "../../../model/access/matrix";
import { builtInRoles } from "../../../model/access/roles";
import { capabilities, type Capability } from "../../../model/access/types";
import type { Environment } from "../../../model/promotion-path";
import { organization, registry, registryId, subscriptionId, vault, world } from "./world";

const environment = (name: string, settings: Partial<Environment> = {}): Environment => ({
  name,
  registry: `onestream${name}`,
  host: `onestream${name}.azurecr.io`,
  retentionDays: 30,
  network: { access: "public", ipRules: [] },
  lockManifestWrites: false,
  protected: false,
  mode: "abac",
  ...settings,
});

const path = {
  environments: [environment("dev"), environment("staging"), environment("prod", { protected: true })],
};

function settings(access: MatrixSettings["access"], changes: Partial<MatrixSettings> = {}): MatrixSettings {
  return {
    path,
    identities: {
      iam_team: { kind: "group" },
      "sp-iam": { kind: "application", team: "iam_team" },
      "sp-pipeline": { kind: "application" },
    },
    teams: { iam_team: ["iam/*", "identity/login"], utility_team: ["utility/*"] },
    access,
    ...changes,
  };
}

const told = ({ identity, column, target, role, patterns }: CellGrant): string =>
  [
    identity,
    column,
    target.kind === "vault" ? "vault" : target.environment,
    role.kind === "builtIn" ? role.name : role.key,
    ...(patterns ? [patterns.join(",")] : []),
  ].join(" | ");

const grants = (cells: readonly string[], identity = "sp-pipeline", column = "dev", changes = {}): string[] =>
  expandMatrix(settings({ [identity]: { [column]: cells } }, changes)).map((grant) =>
    told(grant).replace(`${identity} | ${column} | ${column === "signing" ? "vault" : column} | `, ""),
  );

const legacy = {
  path: { environments: [environment("dev", { mode: "rbac" }), environment("staging", { mode: "rbac" })] },
};

describe("cells in abac mode", () => {
  test.each([
    [["none"], []],
    [[], []],
    [["pull"], ["Container Registry Repository Reader", "Container Registry Repository Catalog Lister"]],
    [["pull *"], ["Container Registry Repository Reader", "Container Registry Repository Catalog Lister"]],
    [["pull iam/*"], ["Container Registry Repository Reader | iam/*"]],
    [["push"], ["Container Registry Repository Writer"]],
    [
      ["pull", "push"],
      ["Container Registry Repository Writer", "Container Registry Repository Catalog Lister"],
    ],
    [
      ["pull", "push iam/*"],
      [
        "Container Registry Repository Writer | iam/*",
        "Container Registry Repository Reader",
        "Container Registry Repository Catalog Lister",
      ],
    ],
    [
      ["pull iam/*", "pull utility/clock", "push iam/auth-service"],
      [
        "Container Registry Repository Writer | iam/auth-service",
        "Container Registry Repository Reader | iam/*,utility/clock",
      ],
    ],
    [["push", "delete"], ["Container Registry Repository Contributor"]],
    [["push iam/*", "delete iam/*"], ["Container Registry Repository Contributor | iam/*"]],
    [
      ["push", "delete iam/*"],
      ["Container Registry Repository Contributor | iam/*", "Container Registry Repository Writer"],
    ],
    [
      ["push iam/*", "delete"],
      ["Container Registry Repository Writer | iam/*", "custodian"],
    ],
    [["delete"], ["custodian"]],
    [["lock"], ["locker"]],
    [["read"], ["Reader"]],
  ])("%j", (cells, expected) => {
    expect(grants(cells)).toEqual(expected);
  });

  test("an import reads the predecessor, and nothing further back", () => {
    expect(expandMatrix(settings({ "sp-pipeline": { prod: ["pull", "import", "lock"] } })).map(told)).toEqual(
      [
        "sp-pipeline | prod | prod | Container Registry Repository Reader",
        "sp-pipeline | prod | prod | Container Registry Repository Catalog Lister",
        "sp-pipeline | prod | prod | importer",
        "sp-pipeline | prod | prod | locker",
        "sp-pipeline | prod | staging | sourceReader",
      ],
    );
  });

  test("the condition lists every data action of the role", () => {
    const [grant] = expandMatrix(settings({ "sp-pipeline": { dev: ["push iam/*"] } }));
    const writer = builtInRoles.find(({ name }) => name === "Container Registry Repository Writer")!;
    expect(grant.condition).toBe(repositoryCondition(writer.permissions[0].dataActions, ["iam/*"]));
  });
});

describe("teams", () => {
  test.each(["iam_team", "sp-iam"])("bare cells of %s are narrowed to the team's namespaces", (identity) => {
    expect(grants(["pull", "push"], identity)).toEqual([
      "Container Registry Repository Writer | iam/*,identity/login",
    ]);
    expect(grants(["pull", "push", "delete"], identity)).toEqual([
      "Container Registry Repository Contributor | iam/*,identity/login",
    ]);
  });

  test("another team's namespace takes a cell that says so", () => {
    expect(grants(["pull", "pull utility/*"], "sp-iam")).toEqual([
      "Container Registry Repository Reader | iam/*,identity/login,utility/*",
    ]);
  });

  test("read, sign and verify are not about repositories", () => {
    expect(grants(["read"], "sp-iam")).toEqual(["Reader"]);
    expect(grants(["sign"], "sp-iam", "signing")).toEqual(["Key Vault Crypto User"]);
  });
});

describe("cells in rbac mode", () => {
  test.each([
    [["pull"], ["AcrPull"]],
    [["pull", "push"], ["AcrPush"]],
    [
      ["push", "delete"],
      ["AcrPush", "AcrDelete"],
    ],
    [["delete"], ["AcrDelete"]],
    [
      ["pull", "read"],
      ["AcrPull", "Reader"],
    ],
  ])("%j", (cells, expected) => {
    expect(grants(cells, "sp-pipeline", "dev", legacy)).toEqual(expected);
  });

  test("import", () => {
    expect(expandMatrix(settings({ "sp-pipeline": { staging: ["import"] } }, legacy)).map(told)).toEqual([
      "sp-pipeline | staging | staging | importer",
      "sp-pipeline | staging | dev | sourceReader",
    ]);
  });
});

test("tidy is about the environment's resource group, whichever registries stand in it", () => {
  const [grant] = expandMatrix(settings({ "sp-pipeline": { staging: ["tidy"] } }));
  expect(grant).toEqual({
    role: { kind: "custom", key: "tidier" },
    identity: "sp-pipeline",
    column: "staging",
    target: { kind: "resourceGroup", environment: "staging" },
  });
  expect(grants(["tidy"], "sp-iam", "dev", legacy)).toEqual(["tidier"]);
});

test("the signing column", () => {
  expect(grants(["sign"], "sp-pipeline", "signing")).toEqual(["Key Vault Crypto User"]);
  expect(grants(["sign", "verify"], "sp-pipeline", "signing")).toEqual(["Key Vault Crypto User"]);
  expect(grants(["verify"], "sp-pipeline", "signing")).toEqual(["verifier"]);
  expect(grants(["none"], "sp-pipeline", "signing")).toEqual([]);
});

describe("refused, each in one sentence", () => {
  const refusal = (access: MatrixSettings["access"], changes = {}): string => {
    try {
      expandMatrix(settings(access, changes));
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing was refused";
  };
  const at = (column: string, ...cells: string[]) => ({ "sp-pipeline": { [column]: cells } });

  test.each([
    [at("dev", "none", "pull"), '"none" stands beside pull (access.sp-pipeline.dev). Write it alone'],
    [at("dev", "pul"), '"pul" is no cell (access.sp-pipeline.dev). Did you mean "pull"?'],
    [at("dev", "pull a b"), '"pull a b" is no cell (access.sp-pipeline.dev). Did you mean "pull"?'],
    [
      at("dev", "push IAM/*"),
      '"IAM/*" is no repository pattern (access.sp-pipeline.dev). Write a repository, or prefix/*',
    ],
    [
      at("dev", "push iam*"),
      '"iam*" is no repository pattern (access.sp-pipeline.dev). Write a repository, or prefix/*',
    ],
    [
      at("staging", "import iam/*"),
      "import can't be narrowed to iam/* (access.sp-pipeline.staging). Azure imports into the whole registry; give it to an identity without a team, or use a registry of its own",
    ],
    [at("dev", "read iam/*"), "read can't be narrowed to iam/* (access.sp-pipeline.dev). Write read alone"],
    [
      at("dev", "delete iam/*"),
      "delete alone can't be narrowed to iam/* (access.sp-pipeline.dev). Azure honours no condition on the custodian's role; give push for the same repositories, or delete everywhere",
    ],
    [
      { "sp-iam": { dev: ["lock"] } },
      "lock of a team can't be narrowed to its namespaces (access.sp-iam.dev). Azure honours no condition on the locker's role; give it to an identity without a team",
    ],
    [
      at("dev", "sign"),
      "sign has no meaning in column dev (access.sp-pipeline.dev). Write it in the column signing",
    ],
    [
      at("signing", "pull"),
      "pull has no meaning in column signing (access.sp-pipeline.signing). Write it in an environment's column",
    ],
    [at("prd", "pull"), 'unknown column "prd" (access.sp-pipeline.prd). Did you mean "prod"?'],
    [
      { "sp-pipelin": { dev: ["pull"] } },
      'unknown identity "sp-pipelin" (access.sp-pipelin). Did you mean "sp-pipeline"?',
    ],
    [
      at("dev", "import"),
      "nothing can be imported into dev (access.sp-pipeline.dev). It is the first environment: its images are built there",
    ],
    [
      at("prod", "tidy"),
      "tidy has no meaning in prod (access.sp-pipeline.prod). It is protected: what releases leave over there is nobody's to delete",
    ],
    [
      at("signing", "tidy"),
      "tidy has no meaning in column signing (access.sp-pipeline.signing). Write it in an environment's column",
    ],
    [
      at("prod", "import", "push"),
      "nobody pushes to prod (access.sp-pipeline.prod). It is protected: images enter it by import alone",
    ],
    [
      at("prod", "push"),
      "nobody pushes to prod (access.sp-pipeline.prod). It is protected: images enter it by import alone",
    ],
    [
      at("prod", "import", "delete"),
      "the promoter of prod can't delete there (access.sp-pipeline.prod). It is protected: give delete to a custodian",
    ],
    [
      { "sp-pipeline": { staging: ["none"], prod: ["import"] } },
      '"none" in access.sp-pipeline.staging is not true: an import into prod reads staging (access.sp-pipeline.prod). Leave the cell out, or write pull',
    ],
  ])("%j", (access, message) => {
    expect(refusal(access as MatrixSettings["access"])).toBe(message);
  });

  test.each([
    [
      "lock",
      "lock can't be given in a registry in rbac mode (access.sp-pipeline.dev). Only Owner and Contributor lock there; set the environment's mode to abac",
    ],
    [
      "pull iam/*",
      "pull can't be narrowed to iam/* in a registry in rbac mode (access.sp-pipeline.dev). Set the environment's mode to abac",
    ],
    [
      "read",
      "read includes pull in a registry in rbac mode (access.sp-pipeline.dev). Write pull as well, or set the environment's mode to abac",
    ],
  ])("in rbac mode: %s", (cell, message) => {
    expect(refusal(at("dev", cell), legacy)).toBe(message);
  });

  test("an unknown team", () => {
    const identities = { "sp-pipeline": { kind: "application", team: "iam_tea" } as const };
    expect(refusal(at("dev", "pull"), { identities })).toBe(
      'unknown team "iam_tea" (identities.sp-pipeline.team). Did you mean "iam_team"?',
    );
  });
});

describe("what cells give is what they say", () => {
  // Pull comes with push, since no role writes without reading; the rest is exact.
  const implied = (asked: readonly Capability[]): Capability[] =>
    capabilities.filter(
      (one) =>
        asked.includes(one) ||
        (one === "pull" && asked.includes("push")) ||
        (one === "lock" && asked.includes("push")) ||
        (one === "read" &&
          (asked.includes("import") || (asked.includes("delete") && !asked.includes("push")))),
    );
  const asked: Capability[][] = [
    ["pull"],
    ["push"],
    ["pull", "push", "delete"],
    ["delete"],
    ["import"],
    ["pull", "import", "lock"],
    ["lock"],
    ["read"],
  ];

  test.each(asked.map((list) => [list.join(", "), list] as const))("%s", (_, list) => {
    const cells = expandMatrix(settings({ "sp-pipeline": { staging: list } }));
    // Each environment has a resource group of its own.
    const inGroup = (id: string, group: string) => id.replace(/(resourceGroups\/)[^/]+/, `$1${group}`);
    const registries = {
      dev: inGroup(registryId("onestreamdev"), "dev-rg"),
      staging: inGroup(registryId("onestreamstaging"), "staging-rg"),
    };
    const graph = world({
      registries: [
        { ...registry("onestreamdev"), id: registries.dev },
        { ...registry("onestreamstaging"), id: registries.staging },
      ],
      assignments: assignmentsOf(cells, {
        subscriptionId,
        organization,
        principals: { "sp-pipeline": "sp" },
        registries,
        vault,
      }),
    });
    const held = (id: string): Capability[] =>
      capabilities.filter((one) => evaluate(graph, "sp", one, { kind: "registry", id }).allowed);
    expect(held(registries.staging)).toEqual(implied(list));
    expect(held(registries.dev)).toEqual(list.includes("import") ? ["pull", "read"] : []);
  });
});

test("rolesFor speaks of one reach", () => {
  expect(rolesFor("rbac", ["pull"])).toEqual([
    { role: { kind: "builtIn", guid: "7f951dda-4ed3-4680-a7ca-43fe172d538d", name: "AcrPull" } },
  ]);
  expect(rolesFor("abac", ["push"], ["iam/*"])).toMatchObject([
    { role: { name: "Container Registry Repository Writer" }, patterns: ["iam/*"] },
  ]);
  expect(() => rolesFor("rbac", ["lock"])).toThrow(
    "lock can't be given in a registry in rbac mode. Only Owner and Contributor lock there; set the environment's mode to abac",
  );
});
