import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roleGuids } from "../../model/access/roles";
import { checkout, run, succeeded, TestSandbox, type Ran } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17523);
const endpoint = `https://localhost:${sandbox.port}`;
const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const registry = `${subscription}/resourceGroups/onestream-dev-rg/providers/Microsoft.ContainerRegistry/registries/onestreamdev`;
const administrator = "administrator@sandbox.invalid";

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  for (const stack of ["shared", "dev"]) succeeded(await sandbox.up(stack));
});
afterAll(() => sandbox.remove());

/** Both streams and the exit code of `airlock access --live` as somebody signed in. */
const live = (as: string, ...words: string[]): Promise<Ran> =>
  sandbox.airlock(["access", "--live", "--administrator", administrator, ...words], { as });

/** One call of ARM or Graph as the person who owns the subscription. */
async function byHand(method: string, path: string, body: object): Promise<void> {
  const resource = path.startsWith("/graph/")
    ? "https://graph.microsoft.com"
    : "https://management.azure.com";
  const authorization = `Bearer ${await sandbox.accessToken("administrator", resource)}`;
  const headers = { authorization, "content-type": "application/json" };
  const response = await fetch(endpoint + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Object id of the principal, or group, of a name. */
async function idOf(collection: "servicePrincipals" | "groups", name: string): Promise<string> {
  const authorization = `Bearer ${await sandbox.accessToken("administrator", "https://graph.microsoft.com")}`;
  let address: string | undefined = `${endpoint}/graph/v1.0/${collection}`;
  while (address !== undefined) {
    const page = (await (await fetch(address, { headers: { authorization } })).json()) as {
      value: { id: string; displayName: string }[];
      "@odata.nextLink"?: string;
    };
    const found = page.value.find(({ displayName }) => displayName === name);
    if (found) return found.id;
    address = page["@odata.nextLink"];
  }
  throw new Error(`there is no ${name}`);
}

describe("the cloud against the program", () => {
  test("is clean after an update, as far as it was brought up", async () => {
    const { exitCode, stdout, stderr } = await live("sp-onestream-platform");
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: [
        "Nothing stands in the cloud that the program doesn't declare.",
        "",
        "Declared, and not in the cloud at all:",
        "  staging",
        "  prod",
        "",
        "Not judged, and may let more in:",
        // The cluster stands, and prod's stack never ran.
        "  onestream-prod (cluster): no assignment of the baseline for pods denies them in it: a deployer may get to its nodes",
        "  onestream-prod (cluster): roles on namespaces in which no cell deploys, save those of the cluster itself, were not asked for",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("shows who owns the subscription, unless they are named", async () => {
    const { exitCode, stdout } = await sandbox.airlock(["access", "--live", "--json"], {
      as: "sp-onestream-platform",
    });
    expect(exitCode).toBe(1);
    const { facts } = JSON.parse(stdout) as { facts: { only: string; text: string }[] };
    expect(facts).toMatchObject([
      {
        only: "cloud",
        text: `${administrator} holds "Owner" on subscription 22222222-2222-4222-8222-222222222222`,
      },
    ]);
  });

  test("says what it may not read, and doesn't call it absent", async () => {
    const { exitCode, stdout, stderr } = await live("sp-onestream-drift");
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      "Nothing that could be read stands in the cloud without the program declaring it.",
    );
    expect(stdout).toContain("Not read, so neither there nor absent:\n");
    expect(stdout).toContain("\n  onestream-prod-rg: ");
    expect(stdout).not.toContain("Declared, and not in the cloud");
    expect(stderr).toMatch(
      /^airlock: \d+ parts of the cloud could not be read\. Grant this identity Reader there/,
    );
  });

  test("is for those who may ask Microsoft Graph", async () => {
    const { exitCode, stdout, stderr } = await live("sp-onestream-preview");
    expect([exitCode, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(
      "Microsoft Graph doesn't say who holds the roles: 403 Authorization_RequestDenied",
    );
  });

  test("names each thing that was done by hand", async () => {
    const deployer = await idOf("servicePrincipals", "sp-production-deploy");
    const assignment =
      "providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999";
    await byHand("PUT", `${registry}/${assignment}?api-version=2022-04-01`, {
      properties: {
        principalId: deployer,
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuids.repositoryWriter}`,
      },
    });
    await byHand("PATCH", `${registry}?api-version=2025-11-01`, { properties: { adminUserEnabled: true } });
    const team = await idOf("groups", "iam_team");
    await byHand("POST", `/graph/v1.0/groups/${team}/members/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${deployer}`,
    });

    const { exitCode, stdout } = await live("sp-onestream-platform", "--json");
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout) as {
      violations: boolean;
      facts: { only: string; text: string }[];
      changes: { only: string; identity: string; column: string; capabilities: string[] }[];
    };
    expect(report.violations).toBe(true);
    expect(report.facts.map(({ only, text }) => `${only}: ${text}`).sort()).toEqual([
      'cloud: sp-production-deploy holds "Container Registry Repository Writer" on …/registries/onestreamdev',
      "cloud: sp-production-deploy is in group iam_team",
      "cloud: the admin user of onestreamdev is on",
    ]);
    expect(
      report.changes.map(({ only, identity, column, capabilities }) => [
        only,
        identity,
        column,
        capabilities,
      ]),
    ).toEqual([
      ["cloud", "admin user of onestreamdev", "dev", ["pull", "push", "delete", "lock"]],
      ["cloud", "sp-production-deploy", "dev", ["pull", "push", "lock"]],
    ]);
    const text = await live("sp-onestream-drift");
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toContain("+ sp-production-deploy is in group iam_team\n");
    expect(text.stderr).toBe(
      "airlock: something stands in the cloud that no line of the program declares. Remove it, or declare it\n",
    );
  });
});

test("a reviewer sees who gains what by a line in the program", async () => {
  const project = mkdtempSync(join(tmpdir(), "airlock-diff-project-"));
  try {
    const files = ["components", "model", "stacks", "package.json", "tsconfig.json", "Pulumi.yaml"];
    const stacks = ["shared", "dev", "staging", "prod"].map((name) => `Pulumi.${name}.yaml`);
    for (const name of [...files, ...stacks]) {
      cpSync(join(checkout, name), join(project, name), { recursive: true });
    }
    const git = (...words: string[]) => run("git", words, { cwd: project, env: process.env }).then(succeeded);
    await git("init", "--quiet");
    await git("add", "--all");
    await git(
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@example.org",
      "commit",
      "--quiet",
      "--message",
      "before",
    );
    symlinkSync(join(checkout, "node_modules"), join(project, "node_modules"));
    appendFileSync(
      join(project, "stacks/environment.ts"),
      `
import * as authorization from "@pulumi/azure-native/authorization";
if (environment.name === "prod") {
  new authorization.RoleAssignment("by-hand", {
    scope: registry.registryId,
    principalId: shared.principals["iam_team"].objectId,
    principalType: "Group",
    roleDefinitionId: "${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuids.repositoryWriter}",
  });
}
`,
    );
    const { exitCode, stdout } = await sandbox.airlock(["access", "--diff", "HEAD", "--markdown"], {
      cwd: project,
    });
    expect(exitCode).toBe(0);
    expect(stdout.replace(/from [0-9a-f]{10}/, "from <commit>")).toBe(
      [
        "### Who can do what: from <commit> to the working tree",
        "",
        "**Protected environment touched: prod**",
        "",
        "|  | identity | where | can | because |",
        "| --- | --- | --- | --- | --- |",
        '| + | iam_team | prod | pull, push, lock | holds "Container Registry Repository Writer" on …/registries/onestreamprod |',
        "",
        "#### Not judged, and may let more in",
        "",
        "| resource | type | why |",
        "| --- | --- | --- |",
        "| onestream-prod | cluster | it was there before: its local accounts, and whether Azure RBAC decides in it, are not declared here, nor the roles that others assigned |",
        "",
      ].join("\n"),
    );
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});
