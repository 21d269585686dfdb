import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { subscriptionId } from "../../sandbox/places";
import { run, succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { goPrograms, nobody } from "./clients/go-clients";

jest.setTimeout(300_000);

const sandbox = new TestSandbox(17843);
const [dev, staging, engine, devDeploy, stagingDeploy] = [
  ...["dev-pipeline", "staging-pipeline", "promotion-engine", "dev-deploy", "staging-deploy"],
].map((name) => `sp-onestream-poc-${name}`);
const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/onestream-poc-${name}-rg`;
const registry = (name: string) =>
  `${group(name)}/providers/Microsoft.ContainerRegistry/registries/onestreampoc${name}`;
const cluster = (name: string) =>
  `${group(name)}/providers/Microsoft.ContainerService/managedClusters/onestream-poc-${name}-aks`;
const file = join(sandbox.workspace, "Pulumi.poc.yaml");

let stated: string;
let hosts: Record<string, string>;

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  stated = readFileSync(file, "utf8");
});
afterAll(() => sandbox.remove());

describe("before anything is made", () => {
  test.each([
    ["Standard_D4s_v5", "Standard_D4s_v9", "there is no VM size Standard_D4s_v9 for a system pool"],
    ["10.100.1.0/24", "10.100.1.0/25", "10.100.1.0/25 leaves 123 addresses, and Azure CNI needs 186"],
  ])("%s instead of %s is refused in one line", async (right, wrong, said) => {
    writeFileSync(file, stated.replace(right, wrong));
    const refused = await sandbox.pulumi(["preview", "-s", "poc"]);
    writeFileSync(file, stated);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain(said);
    expect(refused.output).not.toContain("azure-native");
  });
});

test("it comes up from nothing, no policy finds anything in preview and update, and a second run would change nothing", async () => {
  const up = ["up", "-s", "poc", "--policy-pack", "policies", "--yes", "--suppress-progress"];
  const { stdout } = succeeded(await sandbox.pulumi(up));
  expect(stdout.match(/✅ airlock/g)).toHaveLength(2);
  for (const named of ["Cluster", "IsolatedNetwork", "SigningVault", "SecretsVault", "EnvironmentRegistry"])
    expect(stdout).toContain(`airlock:index:${named}`);
  const again = ["preview", "-s", "poc", "--refresh", "--expect-no-changes", "--policy-pack", "policies"];
  expect(succeeded(await sandbox.pulumi(again)).stdout).toMatch(/^ +\d+ unchanged$/m);
  const outputs = succeeded(await sandbox.pulumi(["stack", "output", "-s", "poc", "--json"])).stdout;
  hosts = (JSON.parse(outputs) as { loginServers: Record<string, string> }).loginServers;
  expect(Object.keys(hosts)).toEqual(["dev", "staging"]);
});

describe("the cells, as who signs in finds them", () => {
  beforeAll(() => sandbox.trust());

  test.each([
    [dev, "dev", ["pull", "push"]],
    [dev, "staging", []],
    [engine, "dev", ["pull"]],
    [engine, "staging", ["pull"]],
    [staging, "dev", []],
    [staging, "staging", ["pull"]],
    [devDeploy, "dev", ["pull"]],
    [devDeploy, "staging", []],
    [stagingDeploy, "dev", []],
    [stagingDeploy, "staging", ["pull"]],
  ])("%s in the registry of %s: %j", async (who, where, expected) => {
    expect(await grantedIn(who, hosts[where])).toEqual(expected);
  });

  test.each([
    [dev, false],
    [engine, true],
    [staging, false],
    [stagingDeploy, false],
  ])("%s imports into staging: %s", async (who, may) => {
    const source = { resourceId: registry("dev"), sourceImage: `iam/absent@sha256:${"0".repeat(64)}` };
    const body = { source, untaggedTargetRepositories: ["iam/absent"], mode: "NoForce" };
    const { status } = await arm(who, "POST", `${registry("staging")}/importImage`, body);
    // The image is not there; who may import is told that, and nothing else.
    expect(status === 403).toBe(!may);
  });

  test.each([
    [dev, "dev", true],
    [dev, "staging", false],
    [engine, "dev", false],
    [engine, "staging", false],
    [staging, "dev", false],
    [staging, "staging", true],
    [devDeploy, "dev", true],
    [devDeploy, "staging", false],
    [stagingDeploy, "dev", false],
    [stagingDeploy, "staging", true],
  ])(
    "%s sees the cluster of %s and gets its kubeconfig: %s; nobody's else, and nobody changes it",
    async (who, where, may) => {
      expect((await arm(who, "GET", cluster(where))).status).toBe(may ? 200 : 403);
      const given = await arm(who, "POST", `${cluster(where)}/listClusterUserCredential`);
      expect(given.status).toBe(may ? 200 : 403);
      if (may) {
        const { kubeconfigs } = (await given.json()) as { kubeconfigs: { value: string }[] };
        const text = Buffer.from(kubeconfigs[0].value, "base64").toString();
        expect(JSON.parse(text)).toMatchObject({ "current-context": `onestream-poc-${where}-aks` });
        expect(text).toContain('"command":"kubelogin"');
        expect(text).not.toMatch(/client-key|"token"|password/);
      }
      const others = [
        "listClusterAdminCredential",
        "runCommand",
        "accessProfiles/clusterAdmin/listCredential",
      ];
      for (const one of others) expect((await arm(who, "POST", `${cluster(where)}/${one}`)).status).toBe(403);
      expect((await arm(who, "DELETE", cluster(where))).status).toBe(403);
    },
  );

  test.each([
    [dev, true],
    [engine, false],
    [staging, false],
    [stagingDeploy, false],
  ])("%s signs with the key: %s", async (who, may) => {
    const outputs = succeeded(await sandbox.pulumi(["stack", "output", "signingKey", "-s", "poc"])).stdout;
    const response = await fetch(`${outputs.trim()}/sign?api-version=7.4`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await sandbox.accessToken(who, "https://vault.azure.net")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ alg: "ES256", value: Buffer.alloc(32).toString("base64url") }),
    });
    expect(response.status).toBe(may ? 200 : 403);
  });
});

describe("an image goes from dev to staging, by crane and by import", () => {
  const programs = goPrograms();
  const tried = programs === undefined ? test.skip : test;
  const at = (where: string, reference: string) => `${hosts[where]}/iam/service${reference}`;
  let digest: string;

  tried("the dev pipeline pushes to dev, and nobody else does", async () => {
    const layer = join(sandbox.home, "layer.tar");
    // An empty archive is a layer too.
    writeFileSync(layer, Buffer.alloc(1024));
    // A tag of one's own: of what is there already crane pushes nothing.
    const push = (who: string, where: string, tag = `:by-${who}`) =>
      crane(who, where, "append", "--new_layer", layer, "--new_tag", at(where, tag));
    succeeded(await push(dev, "dev", ":poc-1"));
    digest = succeeded(await crane(dev, "dev", "digest", at("dev", ":poc-1"))).stdout.trim();
    for (const who of [engine, staging]) expect((await push(who, "dev")).output).toContain("may not");
    for (const who of [dev, engine, staging])
      expect((await push(who, "staging")).output).toContain("may not");
  });

  tried("the promotion engine imports it by digest, and the staging pipeline pulls it", async () => {
    const source = { resourceId: registry("dev"), sourceImage: `iam/service@${digest}` };
    const body = { source, untaggedTargetRepositories: ["iam/service"], mode: "NoForce" };
    expect((await arm(engine, "POST", `${registry("staging")}/importImage`, body)).status).toBe(202);
    const pull = (who: string, where: string) => crane(who, where, "manifest", at(where, `@${digest}`));
    // The import goes on after the answer.
    let ran = await pull(staging, "staging");
    for (let tries = 0; ran.exitCode !== 0 && tries < 20; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ran = await pull(staging, "staging");
    }
    succeeded(ran);
    succeeded(await pull(engine, "dev"));
    expect((await pull(staging, "dev")).output).toContain("may not");
    expect((await pull(dev, "staging")).output).toContain("may not");
  });

  async function crane(who: string, where: string, ...args: string[]): Promise<Ran> {
    const home = join(sandbox.home, "clients", who);
    mkdirSync(home, { recursive: true });
    const { SSL_CERT_FILE } = await sandbox.variables(who);
    const env = { ...sandbox.outerEnvironment(), HOME: home, DOCKER_CONFIG: home, SSL_CERT_FILE };
    const token = await sandbox.refreshToken(who, hosts[where]);
    const login = ["auth", "login", hosts[where], "-u", nobody, "-p", token];
    succeeded(await run(programs!.crane, login, { cwd: home, env }));
    const ran = await run(programs!.crane, args, { cwd: home, env });
    sandbox.printed.push(ran.output);
    return ran;
  }
});

test("what the matrix says is what everybody can do, and nobody else can do anything", async () => {
  const ran = await sandbox.airlock(["access", "--poc", "--json"], { cwd: sandbox.workspace });
  const { columns, rows } = JSON.parse(succeeded(ran).stdout) as Matrix;
  expect(columns).toEqual(["dev", "staging", "dev.cluster", "staging.cluster", "signing"]);
  const held = rows.map(({ identity, cells }) => [
    identity,
    ...columns.map((column) =>
      cells[column].direct
        .map(({ capability, repositories = [] }) =>
          [capability, ...(capability === "deploy" ? repositories : [])].join(":"),
        )
        .join(" "),
    ),
  ]);
  expect(held).toEqual([
    [dev, "pull push lock", "", "cluster-user", "", "sign verify"],
    [staging, "", "pull", "", "cluster-user", ""],
    [engine, "pull read", "pull import read", "", "", ""],
    [devDeploy, "pull", "", "cluster-user deploy:iam", "", ""],
    [stagingDeploy, "", "pull", "", "cluster-user deploy:iam", ""],
    ["onestream-poc-dev-aks-agentpool", "pull", "", "", "", ""],
    ["onestream-poc-dev-aks-identity", "", "", "", "", ""],
    ["onestream-poc-staging-aks-agentpool", "", "pull", "", "", ""],
    ["onestream-poc-staging-aks-identity", "", "", "", "", ""],
    ["sp-onestream-platform", "read", "read", "", "", ""],
  ]);
});

test("what is protected refuses to go, by name, and nothing goes with it; then nothing is left", async () => {
  const refused = await sandbox.pulumi(["destroy", "-s", "poc", "--yes", "--suppress-progress"]);
  expect(refused.exitCode).not.toBe(0);
  for (const name of ["Resource::dev", "Resource::staging", "Vault::secrets", "Key::signing-key"])
    expect(refused.output).toContain(`${name}" cannot be deleted`);
  succeeded(await sandbox.pulumi(["preview", "-s", "poc", "--expect-no-changes"]));

  const as = "administrator";
  succeeded(await sandbox.pulumi(["state", "unprotect", "--all", "-s", "poc", "--yes"], { as }));
  succeeded(await sandbox.pulumi(["destroy", "-s", "poc", "--yes", "--skip-preview"], { as }));
  for (const name of ["dev", "staging", "shared"])
    expect((await arm(as, "GET", group(name))).status).toBe(404);
  const { value } = (await (
    await arm(as, "GET", `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleAssignments`)
  ).json()) as { value: { id: string }[] };
  // Those of the bootstrap.
  expect(value.filter(({ id }) => /resourceGroups/i.test(id))).toEqual([]);
});

/** What a registry's token service gives somebody in a repository. */
async function grantedIn(who: string, host: string): Promise<string[]> {
  const ask = await sandbox.registryReader(who, host);
  const may = async (actions: string, path: string, method: "GET" | "POST") => {
    try {
      const { status } = await ask(path, `repository:iam/service:${actions}`, method);
      return status === 202 || status === 404 || status === 200;
    } catch (error) {
      expect((error as Error).message).toMatch(/ answered 40[13]: /);
      return false;
    }
  };
  return [
    ...((await may("pull", "/v2/iam/service/manifests/absent", "GET")) ? ["pull"] : []),
    ...((await may("pull,push", "/v2/iam/service/blobs/uploads/", "POST")) ? ["push"] : []),
  ];
}

async function arm(who: string, method: string, id: string, body?: object): Promise<Response> {
  const token = await sandbox.accessToken(who, "https://management.azure.com");
  return fetch(`https://localhost:${sandbox.port}${id}?api-version=2025-11-01`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

interface Matrix {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly identity: string;
    readonly cells: Readonly<
      Record<
        string,
        {
          readonly direct: readonly {
            readonly capability: string;
            readonly repositories?: readonly string[];
          }[];
        }
      >
    >;
  }[];
}
