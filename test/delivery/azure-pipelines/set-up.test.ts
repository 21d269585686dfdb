import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkout } from "../../support/sandbox";

const clientIds = {
  "sp-contoso-poc-dev-pipeline": "aaaaaaaa-0000-4000-8000-000000000001",
  "sp-contoso-poc-promotion-engine": "aaaaaaaa-0000-4000-8000-000000000002",
  "sp-contoso-poc-staging-deploy": "aaaaaaaa-0000-4000-8000-000000000003",
};
const configuration = JSON.parse(
  readFileSync(join(checkout, "azure-devops.json"), "utf8").replaceAll("onestream", "contoso"),
) as Record<string, unknown>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "airlock-azure-devops-"));
  mkdirSync(join(folder, "bin"));
  copyFileSync(join(__dirname, "fake-az.mjs"), join(folder, "bin/az"));
  chmodSync(join(folder, "bin/az"), 0o755);
  write("azure-devops.json", configuration);
  write("clientIds.json", clientIds);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content));
const program = join(checkout, "delivery/azure-pipelines/set-up.mjs");
const run = (...more: string[]) => {
  const words = [
    program,
    join(folder, "azure-devops.json"),
    "--client-ids",
    join(folder, "clientIds.json"),
    ...more,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    env: {
      PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
      HOME: folder,
      FAKE_AZ_STATE: join(folder, "state.json"),
      FAKE_AZ_LOG: join(folder, "log"),
    },
  });
  return { status, stderr, lines: stdout.split("\n") };
};
const state = () => JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as Record<string, any>;
const change = (edit: (state: Record<string, any>) => void) => {
  const now = state();
  edit(now);
  write("state.json", now);
};

const all = [
  "+ repository iam-service-poc",
  "+ repository poc-pipeline-templates",
  "+ pipeline iam-service-poc-build (build.yml)",
  "+ pipeline iam-service-poc-promotion (promotion.yml)",
  "+ pipeline iam-service-poc-deploy (deploy.yml)",
  "+ iam-service-poc: reviews on main",
  "+ poc-pipeline-templates: reviews on main",
  "+ iam-service-poc: main is built before a merge",
  ...[
    ["publish", "build.yml", "build"],
    ["promotion", "promote.yml", "promotion"],
    ["staging", "deploy.yml", "deploy"],
  ].flatMap(([pool, template, pipeline]) => [
    `+ contoso-poc-${pool}: main alone`,
    `+ contoso-poc-${pool}: template ${template} alone`,
    `+ contoso-poc-${pool}: for ${pipeline} alone`,
  ]),
  ...["promotion", "staging"].flatMap((one) => [
    `+ environment contoso-poc-${one}`,
    `+ contoso-poc-${one}: one run at a time`,
    `+ contoso-poc-${one}: main alone`,
    `+ contoso-poc-${one}: approval by a person or the backup`,
    `+ contoso-poc-${one}: for ${one === "staging" ? "deploy" : one} alone`,
  ]),
  "+ service connection sc-contoso-poc-dev of sp-contoso-poc-dev-pipeline",
  "+ sc-contoso-poc-dev: main alone",
  "+ sc-contoso-poc-dev: template build.yml alone",
  "+ sc-contoso-poc-dev: for build alone",
  "+ service connection sc-contoso-poc-promotion of sp-contoso-poc-promotion-engine",
  "+ sc-contoso-poc-promotion: main alone",
  "+ sc-contoso-poc-promotion: template promote.yml alone",
  "+ sc-contoso-poc-promotion: approval by a person or the backup",
  "+ sc-contoso-poc-promotion: for promotion alone",
  "+ service connection sc-contoso-poc-staging of sp-contoso-poc-staging-deploy",
  "+ sc-contoso-poc-staging: main alone",
  "+ sc-contoso-poc-staging: template deploy.yml alone",
  "+ sc-contoso-poc-staging: approval by a person or the backup",
  "+ sc-contoso-poc-staging: for deploy alone",
  "+ poc-pipeline-templates: for build, promotion, deploy alone",
];

test("a dry run says what it would make, and makes nothing", () => {
  const { status, stderr, lines } = run("--dry-run");
  expect({ status, stderr, lines }).toEqual({
    status: 0,
    stderr: "",
    lines: [...all, `${all.length} to make; nothing was changed.`, ""],
  });
  expect(state()).toMatchObject({ repositories: [], pipelines: [], checks: [], endpoints: [] });
});

test("the first run makes everything, and the second nothing", () => {
  const first = run();
  expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: "" });
  expect(first.lines.slice(0, all.length + 1)).toEqual([...all, `${all.length} made.`]);
  const before = state();

  const second = run();
  expect(second.lines[0]).toBe("Nothing to do.");
  expect(state()).toEqual(before);
  // What goes into the configuration is Azure DevOps' own.
  expect(second.lines.slice(1)).toEqual(first.lines.slice(all.length + 1));
  const { parameters } = before.endpoints[0].authorization;
  expect(second.lines.slice(4, 9)).toEqual([
    "sp-contoso-poc-dev-pipeline: # sc-contoso-poc-dev",
    "  kind: application",
    "  azureDevOps:",
    `    issuer: ${parameters.workloadIdentityFederationIssuer}`,
    `    subject: ${parameters.workloadIdentityFederationSubject}`,
  ]);
});

describe("what it made", () => {
  let made: Record<string, string> | undefined;
  beforeEach(() => {
    for (const [name, text] of Object.entries(made ?? {})) writeFileSync(join(folder, name), text);
    if (made === undefined) run();
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    made ??= { log: text("log"), "state.json": text("state.json") };
  });

  test("connections hold no secret, and no call has one", () => {
    expect(state().endpoints.map(({ authorization }: any) => authorization.scheme)).toEqual(
      Array(3).fill("WorkloadIdentityFederation"),
    );
    const said = readFileSync(join(folder, "log"), "utf8") + readFileSync(join(folder, "state.json"), "utf8");
    expect(said).not.toMatch(/serviceprincipalkey|password|secret|token/i);
  });

  test("no connection, environment or pool is for every pipeline, and each has the checks that it is to have", () => {
    const { permissions, checks, endpoints, environments, queues, pipelines } = state();
    const nameOf = (id: string) =>
      [...endpoints, ...environments, ...queues].find((one: any) => String(one.id) === id)?.name as string;
    const used = Object.fromEntries(
      Object.entries<any>(permissions).flatMap(([resource, { pipelines: users, allPipelines }]) => {
        const [type, id] = resource.split("/");
        if (type === "repository") return [];
        expect(allPipelines).toBeUndefined();
        return [
          [
            `${type} ${nameOf(id)}`,
            users.map((one: any) => pipelines.find(({ id: own }: any) => own === one.id).name),
          ],
        ];
      }),
    );
    expect(used).toEqual({
      "queue contoso-poc-publish": ["iam-service-poc-build"],
      "queue contoso-poc-promotion": ["iam-service-poc-promotion"],
      "queue contoso-poc-staging": ["iam-service-poc-deploy"],
      "environment contoso-poc-promotion": ["iam-service-poc-promotion"],
      "environment contoso-poc-staging": ["iam-service-poc-deploy"],
      "endpoint sc-contoso-poc-dev": ["iam-service-poc-build"],
      "endpoint sc-contoso-poc-promotion": ["iam-service-poc-promotion"],
      "endpoint sc-contoso-poc-staging": ["iam-service-poc-deploy"],
    });
    const ofPools = checks.filter(({ resource }: any) => resource.type === "queue");
    expect(
      ofPools.map(({ resource, settings }: any) => [
        nameOf(resource.id),
        settings.inputs?.allowedBranches ?? settings.extendsChecks[0].templatePath,
      ]),
    ).toEqual([
      ["contoso-poc-publish", "refs/heads/main"],
      ["contoso-poc-publish", "build.yml"],
      ["contoso-poc-promotion", "refs/heads/main"],
      ["contoso-poc-promotion", "promote.yml"],
      ["contoso-poc-staging", "refs/heads/main"],
      ["contoso-poc-staging", "deploy.yml"],
    ]);
    const approvals = checks.filter(({ type }: any) => type.name === "Approval");
    expect(approvals.map(({ resource }: any) => nameOf(resource.id)).sort()).toEqual([
      "contoso-poc-promotion",
      "contoso-poc-staging",
      "sc-contoso-poc-promotion",
      "sc-contoso-poc-staging",
    ]);
    expect(approvals.map(({ settings }: any) => settings.instructions)).toEqual([
      "A job of promotion is to change contoso-poc-promotion. Read what its run has shown so far, a preview first.",
      "A job of deploy is to change contoso-poc-staging. Read what its run has shown so far, a preview first.",
      "A job of promotion signs in as sp-contoso-poc-promotion-engine. Nothing has run as that identity yet.",
      "A job of deploy signs in as sp-contoso-poc-staging-deploy. Nothing has run as that identity yet.",
    ]);
    for (const { settings } of approvals) {
      expect(settings).toMatchObject({ minRequiredApprovers: 1, requesterCannotBeApprover: true });
      expect(new Set(settings.approvers.map(({ id }: any) => id)).size).toBe(2);
    }
  });

  test("a review policy counts nobody's vote on what they wrote or pushed last", () => {
    const { policies, repositories } = state();
    expect(policies.slice(0, 2)).toMatchObject(
      repositories.map(({ id }: any) => ({
        isEnabled: true,
        isBlocking: true,
        settings: {
          minimumApproverCount: 2,
          creatorVoteCounts: false,
          allowDownvotes: false,
          blockLastPusherVote: true,
          resetOnSourcePush: true,
          scope: [{ repositoryId: id, refName: "refs/heads/main", matchKind: "exact" }],
        },
      })),
    );
  });

  test("a pool that was opened to every pipeline is closed again", () => {
    change(({ permissions }) => (permissions["queue/901"].allPipelines = { authorized: true }));
    expect(run().lines.slice(0, 2)).toEqual(["+ contoso-poc-publish: for build alone", "1 made."]);
    expect(state().permissions["queue/901"].allPipelines).toEqual({ authorized: false });
  });

  test("a connection that was opened to every pipeline is closed again", () => {
    const id = `endpoint/${state().endpoints[1].id}`;
    change(({ permissions }) => {
      permissions[id].allPipelines = { authorized: true };
      permissions[id].pipelines.push({ id: 999, authorized: true });
    });
    expect(run().lines.slice(0, 2)).toEqual(["+ sc-contoso-poc-promotion: for promotion alone", "1 made."]);
    const { pipelines, allPipelines } = state().permissions[id];
    expect({ pipelines: pipelines.length, allPipelines }).toEqual({
      pipelines: 1,
      allPipelines: { authorized: false },
    });
  });

  test("a check that was taken away is put back", () => {
    change((now) => (now.checks = now.checks.filter(({ type }: any) => type.name !== "Approval")));
    expect(run().lines.slice(0, 5)).toEqual([
      ...all.filter((line) => line.endsWith(": approval by a person or the backup")),
      "4 made.",
    ]);
  });

  test.each<[string, (state: Record<string, any>) => void, string]>([
    [
      "an approval that the requester may give",
      ({ checks }) => {
        checks.find(({ type }: any) => type.name === "Approval").settings.requesterCannotBeApprover = false;
      },
      'contoso-poc-promotion has another check than "approval by a person or the backup". Remove it in Azure DevOps, and run this again',
    ],
    [
      "a review policy that its author's vote fulfils",
      ({ policies }) => (policies[0].settings.creatorVoteCounts = true),
      'another policy than "iam-service-poc: reviews on main" is there. Remove it in Azure DevOps, and run this again',
    ],
    [
      "a review policy that the last pusher's vote fulfils",
      ({ policies }) => delete policies[1].settings.blockLastPusherVote,
      'another policy than "poc-pipeline-templates: reviews on main" is there. Remove it in Azure DevOps, and run this again',
    ],
    [
      "a build for some files alone",
      ({ policies }) => (policies[2].settings.filenamePatterns = ["docs/*"]),
      'another policy than "iam-service-poc: main is built before a merge" is there. Remove it in Azure DevOps, and run this again',
    ],
    [
      "a pool for any branch",
      ({ checks }) => {
        const ofPool = checks.find(({ resource }: any) => resource.type === "queue");
        ofPool.settings.inputs.allowedBranches = "refs/heads/*";
      },
      'contoso-poc-publish has another check than "main alone". Remove it in Azure DevOps, and run this again',
    ],
    [
      "a pool that isn't there any more",
      ({ queues }) => queues.pop(),
      "no agent pool contoso-poc-staging in contoso-poc. Make it, with agents new for each job, and run this again",
    ],
    [
      "a policy that blocks nothing",
      ({ policies }) => (policies[2].isBlocking = false),
      'another policy than "iam-service-poc: main is built before a merge" is there. Remove it in Azure DevOps, and run this again',
    ],
    [
      "a connection with a secret",
      ({ endpoints }) => (endpoints[0].authorization.scheme = "ServicePrincipal"),
      "sc-contoso-poc-dev signs in by ServicePrincipal, which needs a secret. Remove it, and run this again",
    ],
    [
      "a connection of another identity",
      ({ endpoints }) => (endpoints[0].authorization.parameters.serviceprincipalid = "x"),
      `sc-contoso-poc-dev signs in as x, not as ${clientIds["sp-contoso-poc-dev-pipeline"]}. Remove it, and run this again`,
    ],
  ])("%s is no silent success", (_, edit, message) => {
    change(edit);
    const before = state();
    expect(run()).toMatchObject({ status: 1, stderr: `${message}\n` });
    expect(state()).toEqual(before);
  });
});

test("killed at any call and run again it ends in the same state, and nothing is ever open before its checks stand", () => {
  const words = [join(__dirname, "killed.mjs"), checkout, join(folder, "azure-devops.json")];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    changes: all.length,
    apart: [],
    open: [],
    second: { changes: 0, made: [] },
  });
});

describe("what it is given", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["an unknown key", { pipeline: {} }, 'unknown key "pipeline" (FILE). Known keys: organization, project,'],
    [
      "no backup",
      { approvers: ["kim@contoso.example"] },
      "expected mail addresses: a person and a backup at least (FILE: approvers)",
    ],
    [
      "one reviewer",
      { reviewers: 1 },
      "expected how many people approve a pull request, 2 to 10 (FILE: reviewers)",
    ],
    [
      "a pool without a template",
      { pools: { one: { pipelines: ["build"] } } },
      "expected agent pools of what signs in, with template and pipelines (FILE: pools)",
    ],
    [
      "another address",
      { organization: "https://contoso.example" },
      "expected https://dev.azure.com/<organization> (FILE: organization)",
    ],
    [
      "a pipeline that is none",
      { environments: { staging: { pipelines: ["deplo"], approval: true } } },
      '"deplo" is none of the pipelines (FILE: environments.staging.pipelines)',
    ],
    [
      "an identity without a client id",
      {
        connections: {
          one: { identity: "nobody", template: "build.yml", pipelines: ["build"], approval: false },
        },
      },
      "no client id of nobody (",
    ],
  ])("%s is refused before anything is asked", (_, more, message) => {
    write("azure-devops.json", { ...configuration, ...more });
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr.replaceAll(join(folder, "azure-devops.json"), "FILE")).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(folder, "log"))).toBe(false);
  });

  test("two addresses of one person are no backup", () => {
    write("azure-devops.json", {
      ...configuration,
      approvers: ["release-manager@contoso.example", "Release-Manager@contoso.example"],
    });
    expect(run()).toMatchObject({
      status: 1,
      stderr: "two of the approvers are one person. Name another, and run this again\n",
    });
    expect(state()).toMatchObject({ repositories: [], policies: [] });
  });

  test("a word that it doesn't know is refused", () => {
    expect(run("--force")).toMatchObject({ status: 1, stderr: expect.stringContaining("--force") });
  });
});
