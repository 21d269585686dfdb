import { generateKeyPairSync } from "node:crypto";
import * as fc from "fast-check";
import { parseSettings, type SettingsInput } from "../../../model/config";
import { nearest } from "../../../model/config/nearest";
import { UserError } from "../../../model/errors";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const subscriptionId = "22222222-2222-4222-8222-222222222222";
const github = { owner: "contoso", repository: "platform" };
const { publicKey, privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

function input(values: Record<string, unknown> = {}, stack = "prod"): SettingsInput {
  const kind = stack === "shared" ? "shared" : "environment";
  return { project: "contoso-app", stack, values: { kind, subscriptionId, github, ...values } };
}

function findings(given: SettingsInput): string[] {
  try {
    parseSettings(given);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problem.exitCode).toBe(2);
    return (error as Error).message.split("\n");
  }
  return [];
}

const shared = "Pulumi.yaml or Pulumi.prod.yaml, contoso-app:";
const own = "Pulumi.prod.yaml, contoso-app:";

test("a minimal project gets the default path, and names from its own", () => {
  expect(parseSettings(input())).toEqual({
    kind: "environment",
    environment: "prod",
    project: "contoso-app",
    organization: "contoso-app",
    stackOrganization: "organization",
    location: "eastus2",
    subscriptionId,
    path: {
      environments: [
        {
          name: "dev",
          registry: "contosoappdev",
          host: "contosoappdev.azurecr.io",
          retentionDays: 30,
          protected: false,
          mode: "abac",
          network: { access: "public", ipRules: [] },
          lockManifestWrites: false,
        },
        {
          name: "staging",
          registry: "contosoappstaging",
          host: "contosoappstaging.azurecr.io",
          retentionDays: 90,
          protected: false,
          mode: "abac",
          network: { access: "public", ipRules: [] },
          lockManifestWrites: false,
        },
        {
          name: "prod",
          registry: "contosoappprod",
          host: "contosoappprod.azurecr.io",
          retentionDays: 365,
          protected: true,
          mode: "abac",
          network: { access: "private", ipRules: [] },
          lockManifestWrites: false,
        },
      ],
    },
    teams: {},
    identities: {},
    access: {},
    github,
    signing: {},
    tags: { project: "contoso-app", owner: "contoso-app", purpose: "image-promotion" },
    policies: { levels: {}, exemptions: [] },
    images: {},
    holds: [],
    releases: { managers: {}, people: {}, passwordDays: 7 },
  });
  expect(parseSettings(input({}, "shared"))).toMatchObject({ kind: "shared", images: {} });
  expect(parseSettings(input({}, "shared")).environment).toBeUndefined();
});

test("a full configuration is taken as it stands", () => {
  const images = {
    "iam/auth-service": {
      version: "1.2.3",
      digest: digest("a"),
      previous: [{ version: "1.2.2", digest: digest("b") }],
    },
  };
  const settings = parseSettings(
    input(
      {
        kind: "environment",
        environment: "qa",
        organization: "contoso",
        stackOrganization: "contoso-inc",
        location: "westeurope",
        tenantId: "11111111-1111-4111-8111-111111111111",
        path: [
          { environment: "qa", registry: "qaimages", host: "localhost:7444", retentionDays: 7, mode: "abac" },
          { environment: "live", registry: "liveimages", protected: true },
        ],
        teams: { iam_team: ["iam/*"], tools: ["utility/clock"] },
        identities: {
          iam_team: { kind: "group" },
          "sp-iam": { kind: "application", githubEnvironment: "iam-dev", team: "tools" },
        },
        access: { iam_team: { qa: ["pull", "push iam/*"], live: ["none"] }, "sp-iam": { signing: ["sign"] } },
        github: { ...github, ownerId: 1, repositoryId: 2 },
        signing: { publicKey },
        tags: { owner: "platform" },
        images,
      },
      "qa",
    ),
  );
  expect(settings.environment).toBe("qa");
  expect(settings.path.environments).toEqual([
    {
      name: "qa",
      registry: "qaimages",
      host: "localhost:7444",
      retentionDays: 7,
      protected: false,
      mode: "abac",
      network: { access: "public", ipRules: [] },
      lockManifestWrites: false,
    },
    {
      name: "live",
      registry: "liveimages",
      host: "liveimages.azurecr.io",
      retentionDays: 365,
      protected: true,
      mode: "abac",
      network: { access: "private", ipRules: [] },
      lockManifestWrites: false,
    },
  ]);
  expect(settings.identities).toEqual({
    iam_team: { kind: "group", team: "iam_team" },
    "sp-iam": { kind: "application", githubEnvironment: "iam-dev", team: "tools" },
  });
  expect(settings.tags).toEqual({ project: "contoso-app", owner: "platform", purpose: "image-promotion" });
  expect(settings.images).toEqual(images);
  expect(settings.signing).toEqual({ publicKey });
});

test("the end of the path is protected unless it says otherwise, or is where images are built", () => {
  const guarded = (path: object[]) =>
    parseSettings(input({ path }, "a1")).path.environments.map((environment) => environment.protected);
  const named = (name: string, more = {}) => ({ environment: name, registry: `${name}images`, ...more });
  expect(guarded([named("a1"), named("b2")])).toEqual([false, true]);
  expect(guarded([named("a1"), named("b2", { protected: false })])).toEqual([false, false]);
  expect(guarded([named("a1")])).toEqual([false]);
});

const teams = { iam_team: ["iam/*"] };
const identities = { sre: { kind: "group" } };
const connection = (number: number) => ({
  issuer: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0",
  subject: `/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc/44444444-4444-4444-8444-444444444444/55555555-5555-4555-8555-00000000000${number}`,
});

test.each<[string, Record<string, unknown>, string[]]>([
  ["an unknown key", { imags: {} }, [`unknown key "imags" (${shared}imags). Did you mean "images"?`]],
  [
    "an unknown key of an image",
    { images: { a: { version: "1.0.0", digest: digest("a"), digset: "x" } } },
    [`unknown key "digset" (${own}images.a.digset). Did you mean "digest"?`],
  ],
  [
    "an unknown key deep in a list",
    {
      images: {
        a: {
          version: "1.0.0",
          digest: digest("a"),
          previous: [{ version: "0.9.0", digest: digest("b"), verison: 1 }],
        },
      },
    },
    [`unknown key "verison" (${own}images.a.previous[0].verison). Did you mean "version"?`],
  ],
  [
    "a malformed digest and a version without quotes",
    { images: { "iam/auth-service": { version: 1.1, digest: "sha256:12" } } },
    [
      `expected a version in quotes: letters, digits, "_", "." and "-", 64 at most, not "latest", found 1.1 (${own}images.iam/auth-service.version)`,
      `expected a digest: "sha256:" and 64 lower-case hexadecimal digits, found "sha256:12" (${own}images.iam/auth-service.digest)`,
    ],
  ],
  [
    "a repository with a tag",
    { images: { "iam/a:1": { version: "1.0.0", digest: digest("a") } } },
    [`"iam/a:1" is not a repository (${own}images.iam/a:1). Write it without registry, tag or digest`],
  ],
  [
    "a repository of no team",
    {
      teams: { iam_team: ["iam/*"], tools: ["utility/clock"] },
      images: { "web/shop": { version: "1.0.0", digest: digest("a") } },
    },
    [
      `repository "web/shop" belongs to no team (${own}images.web/shop). Known namespaces: iam/*, utility/clock`,
    ],
  ],
  [
    "a digest listed twice",
    {
      images: {
        a: { version: "2.0.0", digest: digest("a"), previous: [{ version: "1.0.0", digest: digest("a") }] },
      },
    },
    [`digest ${digest("a")} is listed twice (${own}images.a.previous[0].digest). Keep the first`],
  ],
  [
    "a version for two digests",
    {
      images: {
        a: { version: "2.0.0", digest: digest("a"), previous: [{ version: "2.0.0", digest: digest("b") }] },
      },
    },
    [
      `version "2.0.0" stands for two digests (${own}images.a.previous[0].version). A version tag never moves: give one of them another version`,
    ],
  ],
  [
    "an environment that is not on the path",
    { environment: "stagin" },
    [
      `unknown environment "stagin", the path is dev → staging → prod (${own}environment). Did you mean "staging"?`,
    ],
  ],
  [
    "a registry name twice",
    {
      path: [
        { environment: "dev", registry: "images" },
        { environment: "prod", registry: "images" },
      ],
    },
    [
      `registry "images" is used twice on the promotion path by environments "dev" and "prod" (${shared}path). Give each environment its own registry`,
    ],
  ],
  [
    "a registry name with a dash, and a retention of no days",
    { path: [{ environment: "prod", registry: "my-images", retentionDays: 0 }] },
    [
      `expected a registry's name: 5 to 50 lower-case letters and digits, found "my-images" (${shared}path[0].registry)`,
      `expected a whole number of days from 1 to 3650, found 0 (${shared}path[0].retentionDays)`,
    ],
  ],
  [
    "a protected environment with the legacy permissions",
    { path: [{ environment: "prod", registry: "images", protected: true, mode: "rbac" }] },
    [
      `protected environment "prod" can't use the permission mode rbac (${shared}path[0].mode). Use abac, or set protected: false`,
    ],
  ],
  [
    "an environment that is called like a column",
    { path: [{ environment: "signing" }, { environment: "prod" }] },
    [
      `expected an environment's name: lower-case letters, digits and single dashes, 24 at most, not shared, signing, release or poc, found "signing" (${shared}path[0].environment)`,
    ],
  ],
  [
    "an empty path",
    { path: [] },
    [`expected a list of environments in the order of promotion, found an empty list (${shared}path)`],
  ],
  [
    "two teams for one repository",
    { teams: { iam_team: ["iam/*"], tools: ["iam/tools/*"] } },
    [
      `iam/tools/* of team "tools" has repositories in common with iam/* of team "iam_team" (${shared}teams.tools[0]). Give each repository one team`,
    ],
  ],
  [
    "a row of an unknown identity, and an unknown column",
    { identities, access: { sree: { prod: ["pull"] }, sre: { prd: ["pull"] } } },
    [
      `unknown identity "sree" (${shared}access.sree). Did you mean "sre"?`,
      `unknown column "prd" (${shared}access.sre.prd). Did you mean "prod"?`,
    ],
  ],
  [
    "cells that are none",
    {
      identities,
      access: { sre: { dev: ["pul"], staging: ["pull iam"], prod: ["pull iam/**"], signing: [] } },
    },
    [
      `expected none, or one of pull, push, delete, import, lock, read, tidy, sign, verify, cluster-user, deploy, with a repository, prefix/* or namespace after it if need be, found "pul" (${shared}access.sre.dev[0])`,
      `expected none, or one of pull, push, delete, import, lock, read, tidy, sign, verify, cluster-user, deploy, with a repository, prefix/* or namespace after it if need be, found "pull iam/**" (${shared}access.sre.prod[0])`,
      `expected a list of capabilities, or [none], found an empty list (${shared}access.sre.signing)`,
    ],
  ],
  [
    "none beside something",
    { identities, access: { sre: { prod: ["none", "pull"] } } },
    [`"none" stands beside pull (${shared}access.sre.prod). Write it alone`],
  ],
  [
    "a push into a protected environment, beside what a first environment can't do",
    { identities, access: { sre: { dev: ["import"], prod: ["push", "pull"] } } },
    [
      `nothing can be imported into dev (${shared}access.sre.dev). It is the first environment: its images are built there`,
      `nobody pushes to prod (${shared}access.sre.prod). It is protected: images enter it by import alone`,
    ],
  ],
  [
    "a cell that a row elsewhere contradicts",
    { identities, access: { sre: { staging: ["none"], prod: ["import"] } } },
    [
      `"none" in access.sre.staging is not true: an import into prod reads staging (${shared}access.sre.prod). Leave the cell out, or write pull`,
    ],
  ],
  [
    "service connections that can't be",
    {
      teams,
      identities: {
        sre: { kind: "group", azureDevOps: {} },
        both: { kind: "application", azureDevOps: connection(1), githubEnvironment: "prod" },
        again: { kind: "application", azureDevOps: connection(1) },
        half: { kind: "application", azureDevOps: { issuer: connection(1).issuer } },
      },
    },
    [
      `group "sre" can't sign in from Azure DevOps (${shared}identities.sre.azureDevOps). Make it an application, or take azureDevOps away`,
      `"both" signs in from two places (${shared}identities.both.azureDevOps). Keep githubEnvironment or azureDevOps`,
      `it is the service connection of "both" (${shared}identities.again.azureDevOps.subject). Give each identity a service connection of its own`,
      `half of a service connection is stated for "half" (${shared}identities.half.azureDevOps). Copy issuer and subject, or write {} until the connection is there`,
    ],
  ],
  [
    "a service connection that was not copied whole",
    {
      teams,
      identities: {
        old: {
          kind: "application",
          azureDevOps: { issuer: "https://vstoken.dev.azure.com/1", subject: "sc://contoso/shop/dev" },
        },
        other: {
          kind: "application",
          azureDevOps: { ...connection(1), subject: `${connection(1).subject}*` },
        },
      },
    },
    [
      `expected a service connection's issuer: https://login.microsoftonline.com/<tenant>/v2.0, found "https://vstoken.dev.azure.com/1" (${shared}identities.old.azureDevOps.issuer)`,
      `expected a service connection's subject, copied whole: /eid1/c/pub/t/…/sc/<organisation>/<connection>, found "sc://contoso/shop/dev" (${shared}identities.old.azureDevOps.subject)`,
      expect.stringContaining(`(${shared}identities.other.azureDevOps.subject)`),
    ],
  ],
  [
    "identities that can't be",
    {
      teams,
      identities: {
        "a b": { kind: "application", team: "iam_teem" },
        sre: { kind: "group", githubEnvironment: "prod" },
        drift: { kind: "application", members: ["kim@example.org"] },
      },
    },
    [
      `identity name "a b" is not usable (${shared}identities.a b). Use letters, digits, "_", "." and "-", 120 at most`,
      `unknown team "iam_teem" (${shared}identities.a b.team). Did you mean "iam_team"?`,
      `group "sre" can't sign in from a GitHub environment (${shared}identities.sre.githubEnvironment). Make it an application, or take githubEnvironment away`,
      `application "drift" has no members (${shared}identities.drift.members). Make it a group, or take members away`,
    ],
  ],
  [
    "ids that are none, in every key at once",
    {
      subscriptionId: "12",
      tenantId: null,
      location: "East US 2",
      kind: "env",
      github: { owner: "contoso" },
    },
    [
      `expected shared, environment, release, poc or delivery, found "env" (${own}kind)`,
      `expected an Azure region such as eastus2, found "East US 2" (${shared}location)`,
      `expected the id of a subscription, a GUID, found "12" (${shared}subscriptionId)`,
      `expected the name of a GitHub repository, found nothing (${shared}github.repository)`,
    ],
  ],
])("%s is refused with its key", (_, values, expected) => expect(findings(input(values))).toEqual(expected));

test("what is missing, and what a shared stack can't have, is named", () => {
  expect(
    findings({ project: "contoso", stack: "prod", file: "stacks/Pulumi.prod.yaml", values: {} }),
  ).toEqual([
    "expected the id of a subscription, a GUID, found nothing (Pulumi.yaml or stacks/Pulumi.prod.yaml, contoso:subscriptionId)",
    "expected a mapping with the keys owner, repository, ownerId, repositoryId, found nothing (Pulumi.yaml or stacks/Pulumi.prod.yaml, contoso:github)",
    "the stack doesn't say what it is: its file is missing or empty (stacks/Pulumi.prod.yaml, contoso:kind). Check the file out, or write its kind: shared, environment, release, poc or delivery",
  ]);
  expect(findings(input({ environment: "prod" }, "shared"))).toEqual([
    "a shared stack has no environment (Pulumi.shared.yaml, contoso-app:environment). Move it to the stack of an environment",
  ]);
});

test("a project name that can't be a prefix asks for one", () => {
  expect(findings({ ...input(), project: "container-platform" })[0]).toBe(
    'expected a prefix for physical names: 2 to 13 lower-case letters, digits and single dashes, found "container-platform" ' +
      "(Pulumi.yaml or Pulumi.prod.yaml, container-platform:organization)",
  );
});

test.each([
  ["a private key", privateKey],
  ["both keys", publicKey + privateKey],
  ["a private key behind the public one's armour", privateKey.replaceAll("PRIVATE", "PUBLIC")],
  ["text", "hunter2"],
])("%s is no public key, and is not repeated", (_, key) => {
  expect(findings(input({ signing: { publicKey: key } }))).toEqual([
    `expected a public key in PEM form, and never a private one, found something else (${shared}signing.publicKey)`,
  ]);
});

describe("signatures without a key", () => {
  const keyless = {
    issuer: "https://token.actions.githubusercontent.com",
    identities: {
      "iam/*": {
        identity: "https://github.com/contoso/auth-service/.github/workflows/build.yml@refs/heads/main",
      },
    },
    trustedRoot: { file: "trust/trusted_root.json", digest: `sha256:${"c".repeat(64)}` },
  };
  const where = `${shared}signing`;

  test("an issuer, who signs which repository, and the root that vouches for it", () => {
    expect(parseSettings(input({ signing: { keyless } })).signing).toEqual({ keyless });
  });

  test.each<[string, object, string]>([
    [
      "a key beside it",
      { publicKey, keyless },
      `signing names a key and identities (${where}). Keep one: publicKey, or keyless`,
    ],
    [
      "an issuer without https",
      { keyless: { ...keyless, issuer: "http://token.example.com" } },
      `expected the https address that issues the signers' tokens, found "http://token.example.com" (${where}.keyless.issuer)`,
    ],
    [
      "a root outside the project",
      { keyless: { ...keyless, trustedRoot: { ...keyless.trustedRoot, file: "../root.json" } } },
      `expected a file beside Pulumi.yaml or below it, such as trusted_root.json, found "../root.json" (${where}.keyless.trustedRoot.file)`,
    ],
    [
      "a root without its digest",
      { keyless: { ...keyless, trustedRoot: { file: "root.json" } } },
      `expected the file's digest: "sha256:" and the output of sha256sum, found nothing (${where}.keyless.trustedRoot.digest)`,
    ],
    [
      "two signers of one repository",
      {
        keyless: {
          ...keyless,
          identities: { ...keyless.identities, "iam/auth-service": { identity: "somebody" } },
        },
      },
      `iam/auth-service has repositories in common with iam/* (${where}.keyless.identities.iam/auth-service). Give each repository one signer`,
    ],
    [
      "a pattern that is none",
      { keyless: { ...keyless, identities: { ...keyless.identities, "*": { identity: "somebody" } } } },
      `"*" is no repository (${where}.keyless.identities.*). Write a repository, or a namespace such as iam/*`,
    ],
  ])("refused: %s", (_, signing, expected) => {
    expect(findings(input({ signing }))).toEqual([expected]);
  });

  test("an image that nobody signs could never be verified", () => {
    const image = { version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };
    const identities = { "utility/*": { identity: "somebody" } };
    expect(
      findings(
        input({ signing: { keyless: { ...keyless, identities } }, images: { "iam/auth-service": image } }),
      ),
    ).toEqual([
      'nobody is named who signs "iam/auth-service" (Pulumi.prod.yaml, contoso-app:images.iam/auth-service). Add it to signing.keyless.identities, which names utility/*',
    ]);
  });
});

test("the nearest key is found by edit distance, and nothing is near to nonsense", () => {
  expect(nearest("digset", ["version", "digest", "previous"])).toBe("digest");
  expect(nearest("Registry", ["registry", "retentionDays"])).toBe("registry");
  expect(nearest("zzzzzz", ["version", "digest"])).toBeUndefined();
});

test("any input is either settings or one-line findings", () => {
  const keys = [
    "path",
    "teams",
    "identities",
    "access",
    "images",
    "signing",
    "tags",
    "github",
    "kind",
    "__proto__",
  ];
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...keys, "constructor", "toString"), fc.jsonValue()),
      (values) => {
        for (const line of findings(input(values)))
          expect(line).toMatch(/^\S.* \(Pulumi\..*, contoso-app:.*\)/);
      },
    ),
  );
});

test("manifests are locked for writing where images are locked, and nowhere else", () => {
  const path = (environment: string) => [
    { environment: "dev" },
    { environment: "prod", protected: true },
    { environment, lockManifestWrites: true, protected: environment === "live" },
  ];
  expect(parseSettings(input({ path: path("live") })).path.environments[2].lockManifestWrites).toBe(true);
  expect(findings(input({ path: path("test") }))).toEqual([
    `environment "test" locks no images (${shared}path[2].lockManifestWrites). Leave it out, or set protected: true`,
  ]);
});

test("images are attested for an environment that they are promoted to", () => {
  const path = (environment: string) =>
    ["dev", "test", "prod"].map((name) => ({
      environment: name,
      ...(name === environment && { attested: true }),
    }));
  const { environments } = parseSettings(input({ path: path("prod") })).path;
  expect(environments.map(({ attested }) => attested)).toEqual([undefined, undefined, true]);
  expect(findings(input({ path: path("dev") }))).toEqual([
    `nothing is promoted into "dev" (${shared}path[0].attested). It is the first environment: its images are built there. Leave it out`,
  ]);
});

describe("who reaches a registry over the network", () => {
  const path = (network: unknown) => [
    { environment: "dev" },
    { environment: "prod", registry: "contosoprod", network },
  ];
  const error = (network: unknown) => {
    try {
      parseSettings(input({ path: path(network) }));
      return "no error";
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };

  test("is stated, or follows from the protection", () => {
    const network = { access: "restricted", ipRules: ["203.0.113.16/28", "198.51.100.7"] };
    expect(parseSettings(input({ path: path(network) })).path.environments[1].network).toEqual(network);
  });

  const where = (key: string) => `(Pulumi.yaml or Pulumi.prod.yaml, contoso-app:path[1].network.${key})`;
  test.each<[unknown, string]>([
    [{ access: "open" }, `expected public, restricted or private, found "open" ${where("access")}`],
    [
      { access: "restricted" },
      `access restricted lets nobody in without ipRules ${where("ipRules")}. Name the public addresses of your runners`,
    ],
    [
      { access: "private", ipRules: ["203.0.113.7"] },
      `ipRules have no meaning with access private ${where("ipRules")}. Leave them out, or use restricted`,
    ],
    [
      { access: "restricted", ipRules: Array.from({ length: 201 }, (_, index) => `203.0.113.${index}`) },
      `expected 200 public addresses or ranges at most, found a list ${where("ipRules")}`,
    ],
    ...[
      "10.0.0.0/8",
      "192.168.1.1",
      "0.0.0.0/0",
      "128.0.0.0/1",
      "203.0.113.5/24",
      "203.0.113.7/33",
      "203.0.113.300",
      "example.com",
    ].map((range): [unknown, string] => [
      { access: "restricted", ipRules: [range] },
      `expected a public IPv4 address or range such as 203.0.113.16/28, found "${range}" ${where("ipRules[0]")}`,
    ]),
  ])("%j is an error", (network, message) => {
    expect(error(network)).toBe(message);
  });
});

test("an environment is one stack, of its own name, and so is what all share", () => {
  expect(findings(input({ environment: "prod" }, "prod2"))).toEqual([
    'stack "prod2" says that it is environment "prod" (Pulumi.prod2.yaml, contoso-app:environment). Call it prod: an environment is one stack, of its own name',
  ]);
  expect(findings(input({ kind: "shared" }, "common"))).toEqual([
    'stack "common" says that it is the shared one (Pulumi.common.yaml, contoso-app:kind). Call it shared: the environments refer to that',
  ]);
});

describe("holds", () => {
  const held = { by: "alice", reason: "audit 17", until: "2027-01-31" };
  const of = (holds: unknown, stack?: string) => input({ holds }, stack);

  test("name a repository, a namespace or a digest", () => {
    const holds = [
      { ...held, repository: "iam/login" },
      { ...held, repository: "iam/*", digest: digest("a") },
      { ...held, digest: digest("b") },
    ];
    expect(parseSettings(of(holds)).holds).toEqual(holds);
  });

  test.each<[unknown, string]>([
    [[held], `the hold names neither a repository nor a digest (${own}holds[0]). Name what is to stay`],
    [
      [{ ...held, digest: digest("a"), until: "2027-02-30" }],
      `expected a day as YYYY-MM-DD, found "2027-02-30" (${own}holds[0].until)`,
    ],
    [
      [{ repository: "iam/login", by: "alice", until: "2027-01-31" }],
      `expected a short text on one line, found nothing (${own}holds[0].reason)`,
    ],
    [
      [{ ...held, repository: "*" }],
      `expected a repository, or a namespace such as iam/*, found "*" (${own}holds[0].repository)`,
    ],
  ])("%j is an error", (holds, message) => {
    expect(findings(of(holds))).toEqual([message]);
  });

  test("stand in the stack of an environment", () => {
    expect(findings(of([{ ...held, repository: "iam/login" }], "shared"))).toEqual([
      "a shared stack has no holds (Pulumi.shared.yaml, contoso-app:holds). Move it to the stack of an environment",
    ]);
  });
});
