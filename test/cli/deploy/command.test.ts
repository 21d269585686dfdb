import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import { temporaryProject } from "../support/project";
import { FakeApiServer, refusal, type Answer, type Asked } from "./api-server";

const checkout = resolve(__dirname, "../../..");
/** The command line as set-up bundles it: the client of Kubernetes is ESM, which jest doesn't load. */
const commandLine = join(checkout, `.build/test/deploy-${process.pid}.js`);
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const reference = (letter: string) => `contosostaging.azurecr.io/iam/auth-service@${digest(letter)}`;

const stackFile = `config:
  contoso:kind: delivery
  contoso:environment: staging
  contoso:delivery:
    context: contoso-staging
    workloads:
      # Signs people in.
      auth-service:
        repository: iam/auth-service
        namespace: iam
        port: 8080
        canary: { prometheus: "http://prometheus.monitoring:9090" }
`;

/** Declares the newest of a, b and c that the stack's file, or the one in its place, doesn't reject. */
const pulumi = `#!${process.execPath}
const fs = require("node:fs");
const [command, ...rest] = process.argv.slice(2);
fs.appendFileSync("calls", [command, ...rest].join(" ") + "\\n");
const given = rest.indexOf("--config-file") + 1;
const rejected = fs.readFileSync(given ? rest[given] : "Pulumi.staging-delivery.yaml", "utf8");
const left = ["a", "b", "c"].filter((letter) => !rejected.includes("sha256:" + letter.repeat(64)));
const version = (letter) => ({ version: "1." + letter,
  reference: "contosostaging.azurecr.io/iam/auth-service@sha256:" + letter.repeat(64) });
if (command === "up") { console.log(process.env.ENGINE_SAYS ?? "Updating"); fs.writeFileSync("declared", left[0]); }
const [, name] = rest;
if (command === "stack" && name === "workloads") console.log(JSON.stringify({ "auth-service":
  process.env.DECLARES ? { version: "1.a", reference: process.env.DECLARES } : version(fs.readFileSync("declared", "utf8")) }));
if (command === "stack" && name === "running") console.log(JSON.stringify({ "iam/auth-service":
  { ...version("a"), previous: ["b", "c"].map(version) } }));
`;

let server: FakeApiServer;
let cwd: string;
beforeAll(() => {
  mkdirSync(join(checkout, ".build/test"), { recursive: true });
  buildSync({
    entryPoints: [join(checkout, "cli/index.ts")],
    outfile: commandLine,
    bundle: true,
    platform: "node",
    packages: "external",
    logLevel: "silent",
  });
});
afterAll(() => rmSync(commandLine, { force: true }));

beforeEach(async () => {
  server = await FakeApiServer.begin();
  cwd = temporaryProject({ "Pulumi.staging-delivery.yaml": stackFile });
  writeFileSync(join(cwd, "pulumi"), pulumi, { mode: 0o755 });
});
afterEach(() => server.end());

/** A cluster in which the canary of a fails. */
function argo({ path, method }: Asked): Answer {
  const declared = readFileSync(join(cwd, "declared"), "utf8");
  const bad = declared === "a";
  if (method === "POST") return { status: 201, body: { kind: "Event" } };
  if (path.endsWith("/proxy/health")) return { status: 200, body: "fine" };
  if (path.includes("/pods?")) {
    const image = reference(bad ? "b" : declared);
    const told = { name: "auth-service", image };
    const status = { ...told, imageID: image, state: { running: {} } };
    const pod = {
      metadata: { name: "auth-1" },
      spec: { containers: [told] },
      status: { containerStatuses: [status] },
    };
    return { status: 200, body: { kind: "PodList", items: [pod] } };
  }
  if (!path.endsWith("/rollouts/auth-service")) return refusal(404, "not found");
  const canary = { currentStepAnalysisRunStatus: { name: "auth-service-1-2" } };
  const status = bad
    ? { canary, phase: "Degraded", abort: true, message: "RolloutAborted: too many errors" }
    : { phase: "Healthy" };
  return {
    status: 200,
    body: {
      metadata: { generation: 1, uid: "u" },
      spec: { template: { spec: { containers: [{ image: reference(declared) }] } } },
      status: { observedGeneration: "1", ...status },
    },
  };
}

async function airlock(words: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [commandLine, ...words, "--cwd", cwd], {
    cwd: checkout,
    env: { HOME: cwd, PATH: `${cwd}:/usr/bin:/bin`, AIRLOCK_HOME: join(cwd, ".airlock"), ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (err += text));
  const code = await new Promise((closed) => child.on("close", closed));
  return { code, out, err };
}

/** A plugin as kubelogin is one. */
const plugin = {
  exec: {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    command: process.execPath,
    args: [
      "-e",
      'console.log(JSON.stringify({ kind: "ExecCredential", status: { token: process.env.WHO } }))',
    ],
    env: [{ name: "WHO", value: "the-deployer" }],
    interactiveMode: "Never",
  },
};

test("after an abort the file rejects the digest, and what ran before runs", async () => {
  server.answer = argo;
  const KUBECONFIG = server.kubeconfig("contoso-staging", plugin);
  const summary = join(cwd, "summary.md");
  const deploy = ["deploy", "--env", "staging", "--json", "--summary", summary];
  const first = await airlock(deploy, { KUBECONFIG });
  const why = `the canary of auth-service 1.a (${digest("a")}) was aborted, 1.b (${reference("b")}) runs now: RolloutAborted: too many errors`;
  const fix =
    "Commit Pulumi.staging-delivery.yaml, where it is rejected now: it would be tried again otherwise";
  expect(first.code).toBe(1);
  const after = `${stackFile}        rejected:\n          - ${digest("a")} # 1.a\n`;
  expect(readFileSync(join(cwd, "Pulumi.staging-delivery.yaml"), "utf8")).toBe(after);
  expect(JSON.parse(first.out)).toMatchObject({
    stack: "staging-delivery",
    cluster: true,
    workloads: [{ name: "auth-service", version: "1.b", state: "healthy" }],
    aborted: [
      {
        workload: "auth-service",
        version: "1.a",
        reason: "RolloutAborted: too many errors",
        instead: { version: "1.b", digest: digest("b") },
      },
    ],
  });
  expect(first.err).toContain(why);
  expect(readFileSync(summary, "utf8")).toContain(`+          - ${digest("a")} # 1.a\n`);
  const up = "up -s staging-delivery --policy-pack policies --yes --skip-preview --color never";
  const output = "stack output workloads --json -s staging-delivery";
  const running = "stack output running --json -s staging";
  expect(readFileSync(join(cwd, "calls"), "utf8")).toBe(
    [up, output, running, running, up, output, running, ""].join("\n"),
  );
  expect(new Set(server.asked.map(({ authorization }) => authorization))).toEqual(
    new Set(["Bearer the-deployer"]),
  );

  const again = await airlock(["deploy", "--env", "staging"], { KUBECONFIG });
  expect(again).toMatchObject({ code: 0, err: "" });
  expect(again.out).toBe(
    `Updating
auth-service: 1.b is available
auth-service: its pods run ${digest("b")}
auth-service: /health answers 200
iam/auth-service 1.b is pulled from contosostaging.azurecr.io, the registry of staging: ${reference("b")}
auth-service: ${digest("a")} is rejected in Pulumi.staging-delivery.yaml, and does not run here again
`,
  );
  expect(first.err.trim().split("\n").at(-1)).not.toContain("Bearer");
  expect(JSON.parse(first.err.slice(first.err.indexOf('{\n  "error"')))).toMatchObject({
    error: { what: why, fix, exitCode: 1 },
  });
});

test("what nobody could measure is left out of one update, by a file of its own that goes again", async () => {
  const errors = { phase: "Error", error: 4, message: "server_error: server error: 503" };
  const metricResults = [
    { name: "success-percent", ...errors },
    { name: "errors-per-minute", ...errors },
  ];
  server.answer = (asked) =>
    asked.path === "/apis/argoproj.io/v1alpha1/namespaces/iam/analysisruns/auth-service-1-2"
      ? { status: 200, body: { status: { metricResults } } }
      : argo(asked);
  const KUBECONFIG = server.kubeconfig("contoso-staging", plugin);
  const TMPDIR = join(cwd, "temporary");
  mkdirSync(TMPDIR);
  const { code, out, err } = await airlock(["deploy", "--env", "staging"], { KUBECONFIG, TMPDIR });
  expect({ code, err }).toEqual({
    code: 1,
    err:
      `airlock: the canary of auth-service 1.a (${digest("a")}) could not be measured, 1.b (${reference("b")}) runs now: errors-per-minute: server_error: server error: 503. ` +
      "What could not be measured is not rejected: mend the Prometheus, and airlock deploy tries it again from the start\n",
  });
  expect(out).toContain("auth-service: 1.a could not be measured, 1.b is declared instead\n");
  expect(out).not.toContain("rejected");
  expect(readFileSync(join(cwd, "Pulumi.staging-delivery.yaml"), "utf8")).toBe(stackFile);
  const ups = readFileSync(join(cwd, "calls"), "utf8")
    .split("\n")
    .filter((call) => call.startsWith("up "));
  expect(ups).toEqual([
    "up -s staging-delivery --policy-pack policies --yes --skip-preview --color never",
    expect.stringMatching(
      /^up -s staging-delivery .* --skip-preview --config-file \S+\/temporary\/airlock-deploy-\w+\/Pulumi\.staging-delivery\.yaml /,
    ),
  ]);
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test.each([
  `contosostaging.azurecr.io/iam/auth-service@${digest("f")}`,
  `contosodev.azurecr.io/iam/auth-service@${digest("a")}`,
  "contosostaging.azurecr.io/iam/auth-service:1",
])("a program that declares %s is not taken at its word, and the cluster not asked", async (DECLARES) => {
  const KUBECONFIG = server.kubeconfig("contoso-staging", plugin);
  const { code, err } = await airlock(["deploy", "--env", "staging"], { KUBECONFIG, DECLARES });
  expect({ code, err }).toEqual({
    code: 1,
    err: `airlock: stack staging-delivery declares ${DECLARES} for auth-service; expected ${reference("a")}, as stack staging says. Deploy again if that one was promoted a moment ago; otherwise the program doesn't run what was promoted\n`,
  });
  expect(server.asked).toEqual([]);
});

test("what the engine repeats of a cluster commands no job's log", async () => {
  const KUBECONFIG = server.kubeconfig("contoso-staging", plugin);
  const says = "error: ##vso[task.setvariable variable=x]y";
  const { out } = await airlock(["deploy", "--env", "staging"], {
    ...{ KUBECONFIG, ENGINE_SAYS: says },
    DECLARES: "another",
  });
  expect(out).toBe("error: # #vso[task.setvariable variable=x]y\n");
});

test("a dry run previews", async () => {
  const { code, out, err } = await airlock(["deploy", "--env", "staging", "--dry-run"]);
  expect({ code, out, err }).toEqual({ code: 0, out: "A dry run: nothing was applied.\n", err: "" });
  expect(readFileSync(join(cwd, "calls"), "utf8")).toBe(
    "preview -s staging-delivery --policy-pack policies --color never\n",
  );
});

test("without the context nothing is applied", async () => {
  const KUBECONFIG = server.kubeconfig("another", { token: "it" });
  const { code, err } = await airlock(["deploy", "--env", "staging"], { KUBECONFIG });
  expect({ code, err }).toEqual({
    code: 2,
    err: `airlock: no kubeconfig has a context contoso-staging with a cluster (${KUBECONFIG}). az aks get-credentials writes one, and kubelogin convert-kubeconfig lets it sign in as the deployer\n`,
  });
  expect(existsSync(join(cwd, "calls"))).toBe(false);
});

test.each([{ "insecure-skip-tls-verify": true }, { server: "http://127.0.0.1:1" }])(
  "a cluster that anybody may pretend to be is not asked: %j",
  async (cluster) => {
    const KUBECONFIG = server.kubeconfig("contoso-staging", { token: "it" }, cluster);
    const { code, err } = await airlock(["deploy", "--env", "staging"], { KUBECONFIG });
    expect(code).toBe(2);
    expect(err).toMatch(
      /is not asked over https with a certificate that is checked \(context contoso-staging\)/,
    );
  },
);

test.each([
  [["deploy"], "airlock: no stack is named. Name one: --env <environment> or --stack <stack>\n"],
  [["deploy", "--env", "staging", "--stack", "it"], "airlock: --env and --stack exclude each other\n"],
  [
    ["deploy", "--env", "staging", "--timeout", "soon"],
    "airlock: --timeout is soon; expected whole seconds, such as 300\n",
  ],
  [
    ["deploy", "--stack", "dev"],
    "airlock: stack dev delivers nothing to a cluster: it is of kind environment (Pulumi.dev.yaml). airlock deploy runs stacks of kind delivery\n",
  ],
])("%j is refused", async (words, err) => {
  expect(await airlock(words)).toEqual({ code: 2, out: "", err });
});
