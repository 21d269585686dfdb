import { parseSettings } from "../../../model/config";
import { registriesOn } from "../../../model/promotion-path";

function parse(qa: object, values: object = {}, prod: object = {}, dev: object = {}) {
  return parseSettings({
    project: "contoso",
    stack: "prod",
    values: {
      kind: "environment",
      subscriptionId: "22222222-2222-4222-8222-222222222222",
      github: { owner: "contoso", repository: "platform" },
      path: [
        { environment: "dev", ...dev },
        { environment: "qa", ...qa },
        { environment: "prod", ...prod },
      ],
      ...values,
    },
  });
}

function refusal(...args: Parameters<typeof parse>): string[] {
  try {
    parse(...args);
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  return [];
}

const secure = { name: "contososecure" };
const standard = { name: "contosostandard" };
const at = (key: string) => `(Pulumi.yaml or Pulumi.prod.yaml, contoso:${key})`;
const publicNetwork = { access: "public", ipRules: [] };

test("an environment has a secure registry on the path, and a standard one beside it", () => {
  const { path } = parse({
    retentionDays: 60,
    registries: {
      secure: { ...secure, customHost: "qa.secure-registry.contoso.com" },
      standard: {
        ...standard,
        host: "contosostandard-a1b2.azurecr.io",
        customHost: "qa.registry.contoso.com",
        network: { access: "restricted", ipRules: ["203.0.113.16/28"] },
        promotions: true,
      },
    },
  });
  expect(path.environments[1]).toEqual({
    name: "qa",
    registry: "contososecure",
    host: "contososecure.azurecr.io",
    customHost: "qa.secure-registry.contoso.com",
    retentionDays: 60,
    protected: false,
    mode: "abac",
    network: publicNetwork,
    lockManifestWrites: false,
    standard: {
      registry: "contosostandard",
      host: "contosostandard-a1b2.azurecr.io",
      customHost: "qa.registry.contoso.com",
      mode: "abac",
      network: { access: "restricted", ipRules: ["203.0.113.16/28"] },
      promotions: true,
    },
  });
  expect(
    registriesOn(path).map(({ column, registry, promotions }) => [column, registry, promotions]),
  ).toEqual([
    ["dev", "contosodev", true],
    ["qa", "contososecure", true],
    ["qa.standard", "contosostandard", true],
    ["prod", "contosoprod", true],
  ]);
});

test("the short form says the same of one registry", () => {
  const settings = {
    host: "contososecure-a1b2.azurecr.io",
    customHost: "qa.registry.contoso.com",
    mode: "rbac",
    network: { access: "private" },
    replications: ["westus2"],
    zoneRedundant: true,
  };
  const short = parse({ registry: "contososecure", ...settings });
  const long = parse({ registries: { secure: { ...secure, ...settings } } });
  expect(short).toEqual(long);
  expect(long.path.environments[1]).toMatchObject({
    registry: "contososecure",
    ...settings,
    network: { access: "private" },
  });
});

test("both have names of their own when none is stated, and are closed where nobody may push", () => {
  const { path } = parse({}, {}, { registries: { secure: {}, standard: {} } });
  expect(
    registriesOn(path)
      .slice(-2)
      .map(({ registry, host, network, promotions }) => ({ registry, host, network, promotions })),
  ).toEqual([
    {
      registry: "contosoprod",
      host: "contosoprod.azurecr.io",
      network: { access: "private", ipRules: [] },
      promotions: true,
    },
    {
      registry: "contosoprodstandard",
      host: "contosoprodstandard.azurecr.io",
      network: { access: "private", ipRules: [] },
      promotions: false,
    },
  ]);
});

test("a registry that exists is named with its group and its mode, and nothing else is said of it", () => {
  const existing = { resourceGroup: "Legacy_Registries" };
  const { path } = parse({ registries: { secure, standard: { ...standard, mode: "rbac", existing } } });
  expect(path.environments[1].standard).toEqual({
    registry: "contosostandard",
    host: "contosostandard.azurecr.io",
    mode: "rbac",
    network: publicNetwork,
    promotions: false,
    existing,
  });
});

const beside = (more: object) => ({ registries: { secure, standard: { ...standard, ...more } } });
const existing = { resourceGroup: "legacy" };
test.each<[string, Parameters<typeof parse>, string[]]>([
  [
    "the same registry as secure and as standard",
    [{ registries: { secure, standard: secure } }],
    [
      `registry "contososecure" is used twice on the promotion path by environments "qa" and "qa.standard" ${at("path")}. Give each environment its own registry`,
    ],
  ],
  [
    "a standard registry that is another environment's",
    [beside({ name: "contosoprod" })],
    [
      `registry "contosoprod" is used twice on the promotion path by environments "qa.standard" and "prod" ${at("path")}. Give each environment its own registry`,
    ],
  ],
  [
    "a custom host twice",
    [
      {
        registries: {
          secure: { ...secure, customHost: "registry.contoso.com" },
          standard: { ...standard, customHost: "registry.contoso.com" },
        },
      },
    ],
    [
      `host "registry.contoso.com" is used twice on the promotion path by environments "qa" and "qa.standard" ${at("path")}. Give each environment its own host`,
    ],
  ],
  [
    "a custom host that is another registry's login server",
    [beside({ customHost: "images.contoso.com" }), {}, { host: "images.contoso.com" }],
    [
      `host "images.contoso.com" is used twice on the promotion path by environments "qa.standard" and "prod" ${at("path")}. Give each environment its own host`,
    ],
  ],
  [
    "a custom host of Azure's",
    [beside({ customHost: "contosostandard-a1b2.azurecr.io" })],
    [
      `contosostandard-a1b2.azurecr.io is a name of Azure's ${at("path[1].registries.standard.customHost")}. Write it as host, or leave it out`,
    ],
  ],
  [
    "a host with a scheme",
    [beside({ customHost: "https://registry.contoso.com" })],
    [
      `expected a lower-case registry host such as example.azurecr.io, found "https://registry.contoso.com" ${at("path[1].registries.standard.customHost")}`,
    ],
  ],
  [
    "what is not said of which registry",
    [{ registry: "contosoqa", mode: "abac", ...beside({}) }],
    [
      `registry stands beside registries, and it is not said of which one ${at("path[1].registry")}. Write it under registries.secure as name`,
      `mode stands beside registries, and it is not said of which one ${at("path[1].mode")}. Write it under registries.secure`,
    ],
  ],
  [
    "a standard registry with none on the path",
    [{ registries: { standard } }],
    [
      `expected a mapping with the keys name, host, customHost, mode, network, replications, zoneRedundant, found nothing ${at("path[1].registries.secure")}`,
    ],
  ],
  [
    "a third registry",
    [{ registries: { secure, standrad: standard } }],
    [`unknown key "standrad" ${at("path[1].registries.standrad")}. Did you mean "standard"?`],
  ],
  [
    "the legacy permissions beside a protected registry",
    [{}, {}, beside({ mode: "rbac" })],
    [
      `protected environment "prod.standard" can't use the permission mode rbac ${at("path[2].registries.standard.mode")}. Use abac, or set protected: false`,
    ],
  ],
  [
    "a copy where the registry stands",
    [{}, { location: "westeurope" }, { replications: ["northeurope", "westeurope"] }],
    [
      `westeurope is where the registry stands ${at("path[2].replications[1]")}. Leave it out: Azure keeps that copy by itself`,
    ],
  ],
  [
    "copies where the registries stand, with Azure's region unsaid",
    [
      {},
      {},
      {
        registries: {
          secure: { ...secure, replications: ["eastus2"] },
          standard: { ...standard, replications: ["eastus2"] },
        },
      },
    ],
    [
      `eastus2 is where the registry stands ${at("path[2].registries.secure.replications[0]")}. Leave it out: Azure keeps that copy by itself`,
      `eastus2 is where the registry stands ${at("path[2].registries.standard.replications[0]")}. Leave it out: Azure keeps that copy by itself`,
    ],
  ],
  [
    "a copy twice, and one nowhere",
    [beside({ replications: ["westus2", "westus2"] }), {}, { replications: [] }],
    [`expected a list of Azure regions, found an empty list ${at("path[2].replications")}`],
  ],
  [
    "a copy twice",
    [beside({ replications: ["westus2", "northeurope", "westus2"] })],
    [`westus2 is listed twice ${at("path[1].registries.standard.replications[2]")}. Keep the first`],
  ],
  [
    "promotions into the first environment",
    [{}, {}, {}, beside({ promotions: true })],
    [
      `nothing is promoted into dev.standard ${at("path[0].registries.standard.promotions")}. It is the first environment: its images are built there. Leave it out`,
    ],
  ],
  [
    "an adopted registry where nobody may push",
    [{}, {}, beside({ existing, mode: "abac" })],
    [
      `protected environment "prod.standard" can't adopt a registry whose settings airlock does not own ${at("path[2].registries.standard.existing")}. Let airlock make it, or set protected: false`,
    ],
  ],
  [
    "settings of an adopted registry",
    [beside({ existing, mode: "rbac", network: { access: "private" }, zoneRedundant: true })],
    [
      `network of a registry that exists is not changed ${at("path[1].registries.standard.network")}. Leave it out: whoever made the registry decides`,
      `zoneRedundant of a registry that exists is not changed ${at("path[1].registries.standard.zoneRedundant")}. Leave it out: whoever made the registry decides`,
    ],
  ],
  [
    "an adopted registry whose mode nobody states",
    [beside({ existing })],
    [
      `a registry that exists has a name and a permission mode ${at("path[1].registries.standard.existing")}. State both: az acr show --name <name> --query roleAssignmentMode`,
    ],
  ],
  [
    "an adopted registry in no group",
    [beside({ existing: true, mode: "rbac" })],
    [
      `expected a mapping with the keys resourceGroup, found true ${at("path[1].registries.standard.existing")}`,
    ],
  ],
  [
    "an adopted registry as the one on the path",
    [{ registries: { secure: { ...secure, existing } } }],
    [
      `unknown key "existing" ${at("path[1].registries.secure.existing")}. Known keys: name, host, customHost, mode, network, replications, zoneRedundant`,
    ],
  ],
])("%s is an error", (_, args, expected) => {
  expect(refusal(...args)).toEqual(expected);
});

test("only the environment's own stack knows in which region its registry stands", () => {
  const values = { location: "westus2" };
  expect(refusal({ replications: ["westus2"] }, values)).toEqual([]);
});

const identities = { payments: { kind: "group" }, "sp-prod": { kind: "application" } };
test.each<[string, object, string[]]>([
  [
    "a push beside a protected registry",
    { payments: { "prod.standard": ["pull", "push"] } },
    [
      `nobody pushes to prod.standard ${at("access.payments.prod.standard")}. It is protected: images enter it by import alone`,
    ],
  ],
  [
    "an import into a registry without promotions",
    { "sp-prod": { prod: ["pull", "import", "lock"], "prod.standard": ["pull", "import"] } },
    [
      `import has no meaning in prod.standard, into which nothing is promoted ${at("access.sp-prod.prod.standard")}. Leave it out, or set promotions: true on that registry`,
    ],
  ],
  [
    "a column of a standard registry that is not on the path",
    { payments: { "qa.standard": ["pull"] } },
    [`unknown column "qa.standard" ${at("access.payments.qa.standard")}. Did you mean "prod.standard"?`],
  ],
  [
    "a none that the group's reader makes untrue",
    { "sp-prod": { prod: ["read"], "prod.standard": ["none"] } },
    [
      `"none" in access.sp-prod.prod.standard is not true: read in access.sp-prod.prod is of everything in the group ${at("access.sp-prod.prod.standard")}. Write pull there, or leave the column out`,
    ],
  ],
])("%s is an error", (_, access, expected) => {
  expect(refusal({}, { identities, access }, beside({}))).toEqual(expected);
});

test("what a legacy registry can't narrow is asked for in a column of its own", () => {
  const legacy = beside({ mode: "rbac", existing });
  const teams = { payments: ["payments/*"] };
  const access = (more: object) => ({
    identities,
    teams,
    access: { payments: { qa: ["pull", "push"], ...more } },
  });
  expect(refusal(legacy, access({}))).toEqual([
    `pull can't be narrowed to payments/* in a registry in rbac mode ${at("access.payments.qa.standard")}. State there what the identity may do in that registry, or [none]`,
  ]);
  expect(refusal(legacy, access({ "qa.standard": ["none"] }))).toEqual([]);
});
