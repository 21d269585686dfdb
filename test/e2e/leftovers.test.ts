import { companionTag } from "../../model/signing/simple-signing";
import { clearFaults, setFault } from "../../sandbox/client";
import { LyingAbout, people } from "./release/lying-about";
import { ReleaseSandbox } from "./release/world";
import { succeeded } from "../support/sandbox";

jest.setTimeout(300_000);

const sandbox = new ReleaseSandbox(17803, people);
const left = new LyingAbout(sandbox);
afterAll(() => sandbox.remove());
afterEach(() => clearFaults(sandbox));

interface Report {
  readonly leftovers: readonly {
    readonly release: string;
    readonly kind: string;
    readonly what: string;
    readonly goes: boolean;
    readonly why: readonly string[];
    readonly outcome?: string;
    readonly problem?: string;
  }[];
  readonly summary: Record<string, number>;
}

const airlock = (...words: string[]) =>
  sandbox.airlock(["release", "sweep", ...words], { cwd: sandbox.workspace });

async function swept(environment: string, ...more: string[]): Promise<Report> {
  const ran = await airlock("--env", environment, "--json", ...more);
  return JSON.parse(succeeded(ran).stdout) as Report;
}

/** What stands that tests made: by this nothing is believed that the tool says. */
async function standing(): Promise<string[]> {
  const names = ["login:v0.0.1-qa", `login:${signature}`, "auth-service:v0.0.1-qa", "login:v0.0.2-qa"];
  const others = ["login:v0.0.10-qa", "other:v0.0.1-qa"];
  return [
    ...(await left.resourcesLeft()),
    ...(await left.imagesLeft("qa", ...[...names, ...others].map((name) => `iam/${name}`))),
    ...(await left.imagesLeft("uat", "iam/login:v0.0.1-uat")),
  ];
}

const tagged = { release: "v0.0.1", environment: "qa" };
let signature: string;

beforeAll(async () => {
  await sandbox.start();
  left.release("v0.0.1", 25);
  const hold = { by: "dora", reason: "an audit", until: "2099-01-01T00:00:00Z" };
  left.release("v0.0.2", 25, { hold });
  left.release("v0.0.10", undefined);

  const disk = await left.disk("shop-qa-rg", "system", tagged);
  await left.machine("shop-qa-rg", "runner", disk, { release: "v0.0.1" });
  await left.account("shop-qa-rg", "v001reports", tagged);
  const shared = await left.account("shop-qa-rg", "qareports", {});
  for (const [name, metadata] of [
    ["v001-logs", { release: "v0.0.1" }],
    ["v0010-logs", { release: "v0.0.10" }],
    ["keep", {}],
  ] as const)
    await left.container(shared, name, metadata);

  // Alike, and not the same.
  for (const [name, tags] of Object.entries({
    ten: { release: "v0.0.10" },
    blank: { release: "v0.0.1 " },
    capital: { release: "V0.0.1" },
    key: { releases: "v0.0.1" },
    untagged: {},
    held: { release: "v0.0.2" },
    ofuat: { release: "v0.0.1", environment: "uat" },
  } as Record<string, Record<string, string>>))
    await left.disk("shop-qa-rg", name, tags);
  await left.disk("shop-prod-rg", "live", { release: "v0.0.1", environment: "qa" });
  await left.disk("shop-uat-rg", "acceptance", { release: "v0.0.1" });

  for (const [name, inner] of [
    ["tests-one", tagged],
    ["tests-mixed", {}],
  ] as const) {
    await left.group(name, tagged);
    await left.disk(name, "data", inner);
    await left.letTidyGroup(name, "janitor");
  }
  await left.group("tests-unseen", tagged);
  await left.group("tests-shared", tagged);
  const kept = await left.account("tests-shared", "keptreports", tagged);
  await left.container(kept, "v0010-logs", { release: "v0.0.10" });
  await left.letTidyGroup("tests-shared", "janitor");

  const image = await left.image("qa", "iam/login", "v0.0.1-qa");
  signature = companionTag(image.digest, "sig");
  await left.image("qa", "iam/login", signature);
  await left.image("qa", "iam/auth-service", "v0.0.1-qa", "stable");
  for (const tag of ["v0.0.2-qa", "v0.0.10-qa"]) await left.image("qa", "iam/login", tag);
  await left.image("qa", "iam/other", "v0.0.1-qa");
  await left.image("uat", "iam/login", "v0.0.1-uat");
});

const goesOf = ({ leftovers }: Report) =>
  leftovers.filter(({ goes }) => goes).map(({ kind, what }) => `${kind} ${what.replace(/@.*/, "")}`);

test("a report says of each thing why it stays or goes, and deletes nothing", async () => {
  const before = await standing();
  const report = await swept("qa", "--dry-run");
  const due = expect.stringMatching(/^v0\.0\.1 is due since 20\d\d-/) as string;
  const held = "v0.0.2: held by dora until 2099-01-01T00:00:00Z: an audit";
  const others = "its container keptreports/v0010-logs says release: v0.0.10";
  const alike = "it doesn't carry the tag release: v0.0.1 to the letter";
  expect(
    report.leftovers.map(({ release, kind, what, goes, why }) => [
      `${release} ${kind} ${what.replace(/@.*/, "")} ${goes ? "goes" : "stays"}`,
      why[0],
    ]),
  ).toEqual([
    ["v0.0.1 image shopqa/iam/auth-service stays", "its tag stable is not the release's"],
    ["v0.0.1 image shopqa/iam/login goes", due],
    ["v0.0.1 image shopqa/iam/login goes", "belongs to what is tagged v0.0.1-qa"],
    ["v0.0.1 virtual machine shop-qa-rg/runner goes", due],
    ["v0.0.1 disk shop-prod-rg/live stays", "prod is protected"],
    ["v0.0.1 disk shop-qa-rg/capital stays", alike],
    ["v0.0.1 disk shop-qa-rg/ofuat stays", "it stands in qa, and its tag says environment: uat"],
    ["v0.0.1 disk shop-qa-rg/system goes", due],
    ["v0.0.1 disk tests-one/data goes", due],
    ["v0.0.1 blob container shop-qa-rg/qareports/v001-logs goes", due],
    ["v0.0.1 storage account shop-qa-rg/v001reports goes", due],
    ["v0.0.1 storage account tests-shared/keptreports stays", others],
    ["v0.0.1 resource group tests-mixed stays", `data stands in it: ${alike}`],
    ["v0.0.1 resource group tests-one goes", due],
    ["v0.0.1 resource group tests-shared stays", `keptreports stands in it: ${others}`],
    ["v0.0.2 image shopqa/iam/login stays", held],
    ["v0.0.2 disk shop-qa-rg/held stays", held],
  ]);
  expect(report.summary).toMatchObject({ goes: 8, deleted: 0, unread: 0 });
  const markdown = succeeded(await airlock("--env", "qa", "--markdown")).stdout;
  expect(markdown).toMatch(/^\| v0\.0\.1 \| disk \| shop-prod-rg\/live \| stays \| prod is protected \|$/m);
  const table = succeeded(await airlock("--env", "qa")).stdout;
  expect(table).toMatch(/^v0\.0\.10 +stay +it goes on$/m);
  expect(await standing()).toEqual(before);
});

test("whoever may not delete there is refused thing by thing, and nothing goes", async () => {
  const before = await standing();
  const words = ["release", "sweep", "--env", "qa", "--yes", "--json"];
  const ran = await sandbox.airlock(words, { as: "tester", cwd: left.copyOfProject() });
  expect(ran.exitCode).toBe(3);
  const { summary, leftovers } = JSON.parse(ran.stdout) as Report;
  // They see the images alone.
  expect(summary).toMatchObject({ goes: 2, deleted: 0 });
  expect(leftovers.every(({ kind }) => kind === "image")).toBe(true);
  expect(await standing()).toEqual(before);
});

test("killed in the middle and run again it deletes exactly what goes, and a third run has nothing to do", async () => {
  const before = await standing();
  const going = goesOf(await swept("qa"));
  await setFault(sandbox, { kind: "latency", match: "DELETE /**", seconds: 1 });
  let sent = false;
  const killed = await sandbox.airlock(["release", "sweep", "--env", "qa", "--yes"], {
    cwd: sandbox.workspace,
    watch: (output, pid) => {
      if (sent || !/^deleted virtual machine /m.test(output)) return;
      sent = true;
      process.kill(pid, "SIGKILL");
    },
  });
  expect(killed.exitCode).not.toBe(0);
  const half = await standing();
  expect(half.length).toBeLessThan(before.length);
  expect(half).toEqual(expect.arrayContaining(["shop-qa-rg/v001reports", "tests-one", "tests-one/data"]));

  await clearFaults(sandbox);
  const rest = await swept("qa", "--yes");
  expect(rest.summary).toMatchObject({ refused: 0, spared: 0, unreached: 0, unread: 0 });
  expect(goesOf(rest).every((one) => going.includes(one))).toBe(true);
  const gone = [
    ...["shop-qa-rg/runner", "shop-qa-rg/system", "shop-qa-rg/v001reports", "shop-qa-rg/blobs/v001-logs"],
    ...["tests-one", "tests-one/data", "iam/login:v0.0.1-qa", `iam/login:${signature}`],
  ];
  expect(await standing()).toEqual(before.filter((one) => !gone.includes(one)));
  expect((await swept("qa", "--yes")).summary).toMatchObject({ goes: 0, deleted: 0 });
});

test("uat's leftovers are uat's sweep's, and prod's nobody's", async () => {
  const before = await standing();
  const report = await swept("uat", "--yes");
  expect(goesOf(report)).toEqual(["image shopuat/iam/login", "disk shop-uat-rg/acceptance"]);
  const gone = ["iam/login:v0.0.1-uat", "shop-uat-rg/acceptance"];
  expect(await standing()).toEqual(before.filter((one) => !gone.includes(one)));
  for (const [environment, why] of [
    [
      "prod",
      "nothing of prod is swept for a release: it is protected. Images that nobody needs any more go by their age: airlock sweep --env prod",
    ],
    ["dev", "dev is the first environment of the path, and no stage of a release. Stages are qa, uat, prod"],
  ]) {
    const ran = await airlock("--env", environment, "--yes");
    expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([2, "", `airlock: ${why}\n`]);
  }
});
