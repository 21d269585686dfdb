import { cpSync, readFileSync, readlinkSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { buildImage } from "../../cli/story/image";
import { editValue } from "../../model/config/yaml-edit";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";

jest.setTimeout(300_000);

const sandbox = new TestSandbox(17863);
const [pipeline, engine, deployer, user] = [
  "dev-pipeline",
  "promotion-engine",
  "staging-deploy",
  "staging-pipeline",
].map((name) => `sp-onestream-poc-${name}`);
const stack = "poc-staging-delivery";
const repository = "iam/auth-service";
const digests = Object.fromEntries(
  ["1.0.0", "1.1.0"].map((version) => [version, buildImage(repository, version).digest]),
);

let hosts: Record<string, string>;

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  succeeded(await sandbox.pulumi(["up", "-s", "poc", "--yes", "--skip-preview", "--suppress-progress"]));
  hosts = (await outputs("poc")).loginServers as Record<string, string>;
  const built = succeeded(await sandbox.airlock(["sandbox", "build", repository, "1.0.0", "--poc"]));
  const first = /\nFirst, once: below onestream:poc in Pulumi\.poc\.yaml of the workspace\n(.*\n)Next:\n/s;
  edit("poc", "poc", ["signing"], (parse(first.exec(built.stdout)![1]) as { signing: object }).signing);
});
afterAll(() => sandbox.remove());

test("nothing was promoted yet: one line that says what to do", async () => {
  const refused = await deliver();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain(
    `nothing of ${repository} was promoted to staging (Pulumi.${stack}.yaml, onestream:delivery.workloads.auth-service.repository). Promote it: airlock promote ${repository} --to staging --poc, then pulumi up -s poc`,
  );
});

test("the dev pipeline brings the pilot to dev, the promotion engine to staging, and no policy finds anything", async () => {
  await buildForDev("1.0.0");
  await promoteToStaging();
  expect(await running("staging")).toMatchObject({
    reference: reference("1.0.0"),
    version: "1.0.0",
    registry: hosts.staging,
    previous: [],
  });
});

test("what is not there is refused in the preview, in each environment that is to have it", async () => {
  const stated = readFileSync(fileOf("poc"), "utf8");
  const absent = `sha256:${"0".repeat(64)}`;
  for (const [as, ...words] of [
    [pipeline, "publish", `${repository}@${absent}`, "--version", "9.0.0"],
    [engine, "promote", repository, "--to", "staging"],
  ]) {
    succeeded(await inWorkspace(...words, "--poc"));
    const refused = await sandbox.pulumi(["preview", "-s", "poc"], { as });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain(`${repository}@${absent} does not exist in ${hosts.dev}`);
  }
  writeFileSync(fileOf("poc"), stated);
});

test("the deployer runs it as a canary, and a second run would change nothing", async () => {
  succeeded(await deliver());
  expect(await delivered()).toEqual({
    environment: "staging",
    context: "onestream-poc-staging-aks",
    workloads: {
      "auth-service": declared("1.0.0"),
    },
  });
  const again = ["preview", "-s", stack, "--expect-no-changes", "--policy-pack", "policies"];
  expect(succeeded(await sandbox.pulumi(again, { as: deployer })).stdout).toMatch(/^ +\d+ unchanged$/m);
});

test("a program that admits more, or leaves admission out, is refused before anything changes", async () => {
  const stacks = join(sandbox.workspace, "stacks");
  const checkout = readlinkSync(stacks);
  const file = join(stacks, "delivery.ts");
  unlinkSync(stacks);
  cpSync(checkout, stacks, { recursive: true });
  const program = readFileSync(file, "utf8");
  const refusedWith = async (written: string, instead: string) => {
    expect(program.split(written)).toHaveLength(2);
    writeFileSync(file, program.replace(written, instead));
    const refused = await deliver();
    expect(refused.exitCode).not.toBe(0);
    return refused.output;
  };
  try {
    const more = await refusedWith(
      "registries,\n      images",
      'registries: [...registries, "docker.io"],\n      images',
    );
    expect(more).toContain(
      `"docker.io\\n${hosts.staging}" stands where "${hosts.staging}" belongs (staging-parameters: data.registries)`,
    );
    const without = await refusedWith(
      "new AdmissionPolicy(",
      "((..._none: unknown[]) => undefined as unknown as AdmissionPolicy)(",
    );
    expect(without).toContain(
      "it runs in a cluster without the policy of what is admitted (auth-service: dependsOn)",
    );
  } finally {
    rmSync(stacks, { recursive: true });
    symlinkSync(checkout, stacks);
  }
  expect(await admitted()).toEqual([reference("1.0.0")]);
});

test("whoever may only look at the cluster applies nothing there", async () => {
  const edited = readFileSync(fileOf(stack), "utf8");
  edit(stack, "delivery", ["workloads"], { "auth-service": { ...pilot(), replicas: 3 } });
  const refused = await deliver(user);
  writeFileSync(fileOf(stack), edited);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toMatch(/forbidden/i);
});

test("a promotion is a new digest in the Rollout and on the list; what a canary aborted is on neither", async () => {
  await buildForDev("1.1.0");
  await promoteToStaging();
  expect(await running("staging")).toMatchObject({
    reference: reference("1.1.0"),
    previous: [{ version: "1.0.0", reference: reference("1.0.0") }],
  });
  const { stdout } = succeeded(await deliver());
  // In place: a list that goes before the new one comes would leave the cluster without one.
  expect(stdout).toMatch(/ ~ +kubernetes:core\/v1:ConfigMap staging-parameters updated/);
  expect(stdout).not.toMatch(/replac/);
  expect((await delivered()).workloads).toEqual({ "auth-service": declared("1.1.0") });
  expect(await admitted()).toEqual([reference("1.0.0"), reference("1.1.0")].sort());

  const rejected = [digests["1.1.0"]];
  edit(stack, "delivery", ["workloads"], { "auth-service": { ...pilot(), rejected } });
  succeeded(await deliver());
  expect((await delivered()).workloads).toEqual({ "auth-service": declared("1.0.0") });
  expect(await admitted()).toEqual([reference("1.0.0")]);
});

test("a service that is no canary any more keeps its account and its host", async () => {
  const { canary: _canary, ...plain } = pilot();
  edit(stack, "delivery", ["workloads"], { "auth-service": plain });
  const { stdout } = succeeded(await deliver());
  expect((await delivered()).workloads).toEqual({ "auth-service": declared("1.1.0") });
  const changed = stdout.matchAll(/^ *([+-]) +kubernetes:\S+:(\w+) (\S+) (?:created|deleted)/gm);
  expect([...changed].map(([, sign, kind, name]) => `${sign} ${kind} ${name}`).sort()).toEqual([
    "+ Deployment auth-service",
    "- AnalysisTemplate auth-service-analysis",
    "- DestinationRule auth-service-subsets",
    "- Rollout auth-service",
    "- Service auth-service-canary",
    "- VirtualService auth-service-routes",
  ]);
});

test("airlock deploy as the deployer: without a cluster it checks what is kept, and says that nothing runs", async () => {
  const words = ["deploy", "--stack", stack];
  const { stdout, stderr } = succeeded(await sandbox.airlock(words, { cwd: sandbox.workspace }));
  expect(stderr).toContain(`As ${deployer}, who deploys to staging:`);
  expect(stdout).toMatch(
    /\nThe sandbox has no cluster: nothing runs, and what is kept alone was compared with what was promoted\. A real control plane: airlock sandbox start --cluster\n$/,
  );
  const shown = succeeded(await sandbox.airlock([...words, "--json"], { cwd: sandbox.workspace })).stdout;
  expect(JSON.parse(shown)).toMatchObject({
    cluster: false,
    workloads: [{ kind: "Deployment", state: "kept", reference: reference("1.1.0"), running: [] }],
  });
});

test("then all of it goes, and the namespaces with it", async () => {
  const as = deployer;
  succeeded(await sandbox.pulumi(["destroy", "-s", stack, "--yes", "--skip-preview"], { as }));
});

function deliver(as = deployer) {
  return sandbox.up(stack, { as });
}

const fileOf = (name: string) => join(sandbox.workspace, `Pulumi.${name}.yaml`);
const reference = (version: string) => `${hosts.staging}/${repository}@${digests[version]}`;
const declared = (version: string) => ({ version, reference: reference(version) });
const pilot = () => ({
  repository,
  namespace: "iam",
  port: 8080,
  canary: { prometheus: "http://prometheus.monitoring:9090" },
});

/** Writes one value below a key of a stack's own configuration. */
function edit(name: string, key: string, path: readonly string[], value: unknown): void {
  const text = readFileSync(fileOf(name), "utf8");
  const whole = ["config", `onestream:${key}`, ...path];
  writeFileSync(
    fileOf(name),
    editValue(text, whole, (_, file) => file.createNode(value)),
  );
}

async function outputs(name: string): Promise<Record<string, unknown>> {
  const ran = await sandbox.pulumi(["stack", "output", "-s", name, "--json"]);
  return JSON.parse(succeeded(ran).stdout) as Record<string, unknown>;
}

async function delivered() {
  return outputs(stack);
}

/** References that the cluster admits. */
async function admitted(): Promise<string[]> {
  const exported = succeeded(await sandbox.pulumi(["stack", "export", "-s", stack])).stdout;
  const { deployment } = JSON.parse(exported) as { deployment: { resources: any[] } };
  const maps = deployment.resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
  expect(maps.map(({ outputs: { metadata } }) => metadata.name)).toEqual(["airlock-staging"]);
  return (maps[0].outputs.data.images as string).split("\n").sort();
}

/** What the stack says that an environment of the proof of concept runs. */
async function running(environment: string): Promise<unknown> {
  const { running } = (await outputs("poc")) as { running: Record<string, Record<string, unknown>> };
  return running[environment][repository];
}

function inWorkspace(...words: string[]): Promise<Ran> {
  return sandbox.airlock(words, { cwd: sandbox.workspace });
}

/** The dev pipeline builds a version and brings it to dev: what each command prints is the next. */
async function buildForDev(version: string): Promise<void> {
  const built = succeeded(await sandbox.airlock(["sandbox", "build", repository, version, "--poc"]));
  const publish = `publish ${repository}@${digests[version]} --version ${version} --poc`;
  expect(built.stdout.endsWith(`  npx airlock ${publish}\n`)).toBe(true);
  const { stdout } = succeeded(await inWorkspace(...publish.split(" ")));
  expect(stdout).toContain(`sandbox env --as ${pipeline})"\n`);
  expect(stdout).toContain("  pulumi up -s poc --policy-pack policies\n");
  succeeded(await sandbox.up("poc", { as: pipeline }));
}

/** What waits in dev goes to staging, as the promotion engine. */
async function promoteToStaging(): Promise<void> {
  const promote = `promote ${repository} --to staging --poc`;
  expect(succeeded(await inWorkspace("status", "--poc")).stdout).toContain(
    ` waits in dev: airlock ${promote}\n`,
  );
  const { stderr } = succeeded(await inWorkspace(...promote.split(" "), "--apply"));
  expect(stderr).toContain(`As ${engine}, who may promote to staging:`);
  expect(succeeded(await inWorkspace("status", "--poc")).stdout).not.toContain(" waits in ");
}
