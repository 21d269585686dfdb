import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded, checkout, TestSandbox, type Ran } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17503);
afterAll(() => sandbox.remove());

/** Another organisation: every name is another one, there is one environment more, and each has two registries. */
const project = join(checkout, "examples/contoso");
const foreign = /onestream/i;
const environments = ["dev", "qa", "uat", "prod"];
const promoters = { qa: "cd-qa", uat: "cd-uat", prod: "cd-live" };

describe("contoso, from dev by qa and uat to prod", () => {
  let story: Ran;
  let output: string;
  beforeAll(async () => {
    story = await sandbox.airlock(["story"], { env: { AIRLOCK_PROJECT: project } });
    output = story.output;
    sandbox.trust();
  });

  test("the whole story goes well", () => {
    expect(succeeded(story).stderr).toBe("");
  });

  test("every door is shut", () => {
    const doors = [...output.matchAll(/^ {2}(✔ shut|✘ OPEN) {2}(.*)$/gm)].map(([, verdict, door]) => [
      door,
      verdict,
    ]);
    expect(doors).toEqual(
      [
        "push to prod by the pipeline that builds (ci-builds)",
        "push to prod by the promoter itself (cd-live)",
        "push to prod by a developer (payments)",
        "delete the locked image, by the custodian, who may delete (janitor)",
        "overwrite the locked tag by an import of another image (cd-live)",
        "promote an unsigned image to qa",
        "promote an image whose signature is for another digest to qa",
        "promote from dev straight to prod",
        "a role assignment, written by hand, that lets somebody push",
        "a deployment that names its image by tag",
      ].map((door) => [door, "✔ shut"]),
    );
  });

  test("each promoter takes the same digest one step further", () => {
    const commands = [...output.matchAll(/^\$ pulumi up -s (\S+) .*# as (\S+)$/gm)].map(([, stack, as]) => [
      stack,
      as,
    ]);
    expect(commands).toEqual([
      ...["shared", ...environments].map((stack) => [stack, "sp-ctso-platform"]),
      ["dev", "ci-builds"],
      ...Object.entries(promoters),
    ]);
    const [, row] = /^ {2}payments\/auth-service {2}(.*)$/m.exec(output)!;
    const cells = row.split(/ {2,}/);
    expect(cells).toEqual(
      environments.map(() => expect.stringMatching(/^1\.0\.0 sha256:[0-9a-f]{12}$/) as string),
    );
    expect(new Set(cells).size).toBe(1);
  });

  test("nothing of the reference project is in what it prints or makes", async () => {
    expect(output.replaceAll(checkout, "")).not.toMatch(foreign);
    const stacks = ["shared", ...environments];
    const exports = await Promise.all(
      stacks.map((stack) => sandbox.pulumi(["stack", "export", "-s", stack])),
    );
    for (const exported of exports) {
      expect(succeeded(exported).stdout.replaceAll(checkout, "")).not.toMatch(foreign);
    }
  });

  test.each([
    ["import", "prod", ["prod", "prod.standard"], ["cd-live"]],
    ["push", "prod", ["prod", "prod.standard"], []],
    ["push", "qa", ["qa", "qa.standard"], ["testers"]],
    ["push", "qa.standard", undefined, ["testers"]],
    ["pull", "uat.standard", undefined, ["caretaker", "cd-uat", "operations", "reviewer"]],
  ])("who can %s in %s, in either of its registries", async (capability, column, columns, names) => {
    const report = await asked<{ columns?: string[]; direct: { name: string }[] }>([
      ...["access", "--who-can", capability, column],
    ]);
    expect(report.columns).toEqual(columns);
    expect(report.direct.map(({ name }) => name)).toEqual(names);
  });

  test("the pack finds nothing in any stack, and a second run would change nothing", async () => {
    const stacks = ["shared", ...environments];
    const report = await sandbox.airlock(["policy", "report", "--format", "json"], {
      as: "sp-ctso-platform",
      cwd: sandbox.workspace,
    });
    const told = JSON.parse(succeeded(report).stdout) as { stacks: { stack: string; findings: unknown[] }[] };
    const found = Object.fromEntries(told.stacks.map(({ stack, findings }) => [stack, findings]));
    expect(found).toEqual(Object.fromEntries(stacks.map((stack) => [stack, []])));
    for (const stack of ["qa", "prod"]) {
      const preview = ["preview", "-s", stack, "--expect-no-changes"];
      expect(succeeded(await sandbox.pulumi(preview)).stdout).toMatch(/^ +\d+ unchanged$/m);
    }
  });

  test("the doctor finds nothing in the way, in any registry", async () => {
    const report = await asked<{ columns: string[]; problems: unknown[]; warnings: unknown[] }>(["doctor"]);
    expect(report).toMatchObject({
      columns: [...environments.flatMap((name) => [name, `${name}.standard`]), "shared"],
      problems: [],
      warnings: [],
    });
  });

  test("both registries of prod hold the image, signed and locked; the others' standard registries hold nothing", async () => {
    const digest = /payments\/auth-service@(sha256:[0-9a-f]{64})/.exec(output)![1];
    const { environments: reported } = await asked<Status>(["status"]);
    const held = await Promise.all(
      reported.map(async ({ name, host, standard }) => [
        name,
        await heldIn(host, digest, name),
        await heldIn(standard.host, digest, name),
      ]),
    );
    const open = { write: true, delete: true };
    const locked = { write: false, delete: false };
    expect(held).toEqual([
      ["dev", { tag: open, signed: true }, undefined],
      ["qa", { tag: open, signed: true }, undefined],
      ["uat", { tag: open, signed: true }, undefined],
      ["prod", { tag: locked, signed: true }, { tag: locked, signed: true }],
    ]);
  });

  test("a sweep looks into both registries of an environment, and finds nothing that is old", async () => {
    const ran = await sandbox.airlock(["sweep", "--env", "prod", "--json"], { cwd: sandbox.workspace });
    const { registries, summary } = JSON.parse(succeeded(ran).stdout) as {
      registries: { registry: string; artifacts: { reasons: { text: string }[] }[] }[];
      summary: Record<string, number>;
    };
    expect(registries.map(({ registry }) => registry)).toEqual(["ctsolive", "ctsoprod"]);
    for (const { artifacts } of registries)
      expect(artifacts.map(({ reasons }) => reasons[0].text)).toContain("runs in prod (1.0.0)");
    expect(summary).toMatchObject({ goes: 0, unread: 0 });
  });

  test.each(["qa", "uat"])(
    "%s has a custodian, and what releases left over there can be looked for",
    async (environment) => {
      const ran = await sandbox.airlock(["release", "sweep", "--env", environment, "--json"], {
        cwd: sandbox.workspace,
      });
      expect(succeeded(ran).stderr).toBe(`As caretaker, who may delete in ${environment}:\n`);
      expect(JSON.parse(ran.stdout)).toMatchObject({ tidies: true, leftovers: [], unread: [] });
      const old = await sandbox.airlock(["sweep", "--env", environment, "--json"], {
        cwd: sandbox.workspace,
      });
      expect(JSON.parse(succeeded(old).stdout)).toMatchObject({ summary: { goes: 0, unread: 0 } });
    },
  );

  test("references name the custom hosts", async () => {
    const { running } = JSON.parse(
      succeeded(await sandbox.pulumi(["stack", "output", "-s", "prod", "--json"])).stdout,
    ) as { running: Record<string, { reference: string; standard: string }> };
    const { reference, standard } = running["payments/auth-service"];
    expect(reference).toMatch(
      /^prod\.secure-registry\.contoso\.com\/payments\/auth-service@sha256:[0-9a-f]{64}$/,
    );
    expect(standard).toBe(reference.replace("secure-registry", "registry"));
  });

  test("nobody pushes to either registry of prod; testers push to the old registry of qa, and nobody else", async () => {
    const { environments: reported } = await asked<Status>(["status"]);
    const [prod, qa] = ["prod", "qa"].map((name) => reported.find((one) => one.name === name)!);
    const everyone = [
      "payments",
      "testers",
      "operations",
      "ci-builds",
      ...Object.values(promoters),
      ...["janitor", "caretaker"],
    ];
    const pushers = async (host: string) => {
      const all = await Promise.all(everyone.map(async (who) => ((await pushes(who, host)) ? [who] : [])));
      return all.flat();
    };
    expect(await pushers(prod.host)).toEqual([]);
    expect(await pushers(prod.standard.host)).toEqual([]);
    expect(await pushers(qa.host)).toEqual([]);
    expect(await pushers(qa.standard.host)).toEqual(["testers"]);
  });

  test("prod's registries have a copy in another region, over zones, and no way in from the internet", async () => {
    const standing = await resources("prod");
    const of = (type: string) => standing.filter((one) => one.type === type).map(({ outputs }) => outputs);
    expect(of("azure-native:containerregistry:Replication")).toMatchObject([
      { location: "northeurope", zoneRedundancy: "Enabled", provisioningState: "Succeeded" },
      { location: "northeurope", zoneRedundancy: "Enabled", provisioningState: "Succeeded" },
    ]);
    const closed = { publicNetworkAccess: "Disabled", zoneRedundancy: "Enabled" };
    expect(of("azure-native:resources:Resource")).toMatchObject([
      { properties: closed },
      { properties: closed },
    ]);
    const targets = of("azure-native:network:PrivateEndpoint").map(
      ({ privateLinkServiceConnections: [{ privateLinkServiceId }] }) =>
        privateLinkServiceId.split("/").pop(),
    );
    expect(targets.sort()).toEqual(["ctsolive", "ctsoprod"]);
  });

  test("the registry that was there before is as it was; the roles on it are those of the matrix", async () => {
    const standing = await resources("qa");
    expect(standing.filter(({ id = "" }) => /\/registries\/contosoimages$/.test(id))).toEqual([]);
    const group = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-legacy";
    const id = `${group}/providers/Microsoft.ContainerRegistry/registries/contosoimages`;
    const token = await sandbox.accessToken("sp-ctso-platform", "https://management.azure.com");
    const response = await fetch(`https://localhost:${sandbox.port}${id}?api-version=2025-11-01`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const registry = (await response.json()) as {
      sku: unknown;
      properties: Record<string, unknown>;
      systemData: Record<string, unknown>;
    };
    const { createdAt, createdBy, lastModifiedAt, lastModifiedBy } = registry.systemData;
    expect([lastModifiedAt, lastModifiedBy]).toEqual([createdAt, createdBy]);
    expect(registry.sku).toMatchObject({ name: "Standard" });
    expect(registry.properties).toMatchObject({
      adminUserEnabled: true,
      roleAssignmentMode: "LegacyRegistryPermissions",
    });
    const assigned = standing.filter(
      ({ type, inputs }) => type === "azure-native:authorization:RoleAssignment" && inputs.scope === id,
    );
    expect(assigned.map(({ urn }) => urn.split("::").pop()).sort()).toEqual([
      "qa-standard-caretaker-acrdelete",
      "qa-standard-caretaker-acrpull",
      "qa-standard-cd-qa-acrpull",
      "qa-standard-reviewer-acrpull",
      "qa-standard-reviewer-reader",
      "qa-standard-testers-acrpush",
    ]);
  });

  test("what stands in the cloud and no line declares is told, also of the registry that was there before", async () => {
    const words = ["access", "--live", "--administrator", "administrator@sandbox.invalid", "--json"];
    const live = await sandbox.airlock(words, { as: "sp-ctso-platform", cwd: sandbox.workspace });
    const { changes, facts } = JSON.parse(live.stdout) as Live;
    // Whoever acts for a group becomes a member of it.
    const others = changes.filter(({ identity }) => !identity.endsWith("-member@sandbox.invalid"));
    expect(others.map(({ identity, column }) => [identity, column])).toEqual([
      ["admin user of contosoimages", "qa.standard"],
    ]);
    expect(
      facts.map(({ text }) => text).filter((text) => !/-member@sandbox\.invalid is in group /.test(text)),
    ).toEqual(["the admin user of contosoimages is on"]);
  });

  async function asked<Report>(words: readonly string[]): Promise<Report> {
    const ran = await sandbox.airlock([...words, "--json"], {
      as: "sp-ctso-platform",
      cwd: sandbox.workspace,
    });
    return JSON.parse(succeeded(ran).stdout) as Report;
  }

  /** What a registry has of the image: the locks of its version's tag, and whether its signature came along. */
  async function heldIn(host: string, digest: string, environment: string) {
    const repository = "payments/auth-service";
    // Who can pull there.
    const who = environment === "prod" ? "cd-live" : "reviewer";
    const read = await sandbox.registryReader(who, host);
    const tag = await read(
      `/acr/v1/${repository}/_tags/1.0.0-${environment}`,
      `repository:${repository}:metadata_read`,
    );
    if (!tag.ok) return undefined;
    const { changeableAttributes } = ((await tag.json()) as { tag: { changeableAttributes: Attributes } })
      .tag;
    const signature = `/v2/${repository}/manifests/${digest.replace(":", "-")}.sig`;
    const signed = (await read(signature, `repository:${repository}:pull`)).ok;
    const { writeEnabled, deleteEnabled } = changeableAttributes;
    return { tag: { write: writeEnabled, delete: deleteEnabled }, signed };
  }

  /** Whether an identity may begin to upload a layer. */
  async function pushes(who: string, host: string): Promise<boolean> {
    const ask = await sandbox.registryReader(who, host);
    const scope = "repository:payments/auth-service:pull,push";
    try {
      return (await ask("/v2/payments/auth-service/blobs/uploads/", scope, "POST")).status === 202;
    } catch (error) {
      // Who may not push gets no token for it.
      expect((error as Error).message).toMatch(/ answered 401: .* may not (?:push to|pull from) payments/);
      return false;
    }
  }

  async function resources(stack: string): Promise<Standing[]> {
    const exported = succeeded(await sandbox.pulumi(["stack", "export", "-s", stack])).stdout;
    return (JSON.parse(exported) as { deployment: { resources: Standing[] } }).deployment.resources;
  }
});

interface Attributes {
  readonly writeEnabled: boolean;
  readonly deleteEnabled: boolean;
}

interface Status {
  readonly environments: {
    readonly name: string;
    readonly host: string;
    readonly standard: { readonly host: string };
  }[];
}

/** What `access --live --json` prints. */
interface Live {
  readonly changes: { readonly identity: string; readonly column: string }[];
  readonly facts: { readonly text: string }[];
}

/** A resource of a stack's state. */
interface Standing {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs: any;
  readonly outputs: any;
}

test("the reference project's name is data: no code has it", () => {
  const code = ["model", "components", "policies", "provider", "cli", "sandbox", "stacks", "tools"];
  const files = code.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\/node_modules(\/|$)/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  // The pages of the policies, and the examples on them, speak of the reference project.
  const written = files.filter(
    (file) => !/\/bin\/.*\.(js|map)$|\/policies\/examples\/|\/tools\/docs\//.test(file),
  );
  expect(written.length).toBeGreaterThan(200);
  expect(
    written.filter((file) => foreign.test(file.slice(checkout.length) + readFileSync(file, "utf8"))),
  ).toEqual([]);
});
