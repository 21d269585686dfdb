import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errorsOf, KubernetesProjects } from "../support/kubernetes";
import { succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17963);
const projects = new KubernetesProjects(sandbox);
const both = { CONTEXTS: "aks-one,aks-two" };
const up = (env: NodeJS.ProcessEnv = {}, ...args: string[]) =>
  projects.up("workloads", { ...both, ...env }, ...args);
const keptObjects = () => readdirSync(join(sandbox.home, "sandbox/state/kubernetes"));

beforeAll(async () => {
  const { output } = succeeded(await sandbox.airlock(["sandbox", "start"]));
  expect(output).toContain("Clusters: objects are validated and kept, and nothing runs");
  await projects.make();
});
afterAll(() => sandbox.remove());

test("a wrong field is refused at preview, with its path and what was expected", async () => {
  const ran = await projects.run("workloads", "preview", { CONTEXTS: "aks-one", WRONG: "many" });
  expect(ran.exitCode).not.toBe(0);
  const problem = "kubernetes:apps/v1:Deployment resource 'aks-one-deployment' has a problem";
  expect(errorsOf(ran)).toEqual([
    `${problem}: spec.replica: Deployment has no field 'replica' here; did you mean 'replicas'?`,
    `${problem}: spec.replicas: expected integer, and it is "many"`,
  ]);
});

test("a context without a cluster is refused at preview, with those there are", async () => {
  const ran = await projects.run("workloads", "preview", { CONTEXTS: "aks-three" });
  expect(ran.exitCode).not.toBe(0);
  expect(errorsOf(ran)).toEqual([
    'context "aks-three" names no cluster of the sandbox; it has aks-one, aks-two, onestream-prod',
  ]);
});

test("one program puts the same objects into two clusters, and is told that nothing runs", async () => {
  const { output } = succeeded(await up());
  expect(output).toMatch(/\+ 15 created/);
  expect(output).toMatch(/workloads-qa created \(.*\) 2 warnings/);
  for (const context of ["aks-one", "aks-two"])
    expect(output).toContain(
      `warning: ${context}: objects are validated and kept, and no pod runs. A real control plane: airlock sandbox start --cluster`,
    );
});

test("a second run changes nothing, also after the sandbox came up anew", async () => {
  succeeded(await up({}, "--expect-no-changes"));
  succeeded(await sandbox.airlock(["sandbox", "stop"]));
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  const refresh = ["--yes", "--skip-preview", "--expect-no-changes"];
  succeeded(await projects.run("workloads", "refresh", both, refresh));
  succeeded(await up({}, "--expect-no-changes"));
});

test("a Deployment changes in place, a ConfigMap's data makes another one, what is ignored stays", async () => {
  const { output } = succeeded(await up({ REPLICAS: "3", WEIGHT: "50" }));
  expect(output).toMatch(/~ 2 updated/);
  expect(output).toMatch(/\+-2 replaced/);
  expect(output).not.toMatch(/VirtualService.*(updated|replaced)/);
});

test("destroy leaves nothing", async () => {
  expect(keptObjects()).toHaveLength(12);
  succeeded(await projects.run("workloads", "destroy", both, ["--yes", "--skip-preview"]));
  expect(keptObjects()).toEqual([]);
});

test("who has no right inside the cluster is refused, in the words of an API server", async () => {
  const ran = await sandbox.pulumi(["up", "-s", "qa", "--yes", "--skip-preview", "--suppress-progress"], {
    cwd: projects.folderOf("workloads"),
    env: { CONTEXTS: "aks-one" },
  });
  expect(ran.exitCode).not.toBe(0);
  const cluster =
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-qa-rg/providers/Microsoft.ContainerService/managedClusters/aks-one";
  expect(errorsOf(ran)).toEqual([
    'namespaces "iam" is forbidden: User "sp-onestream-platform" cannot create resource "namespaces" in API group "" at the cluster scope: ' +
      `User does not have access to the resource in Azure. Update role assignment to allow access: Microsoft.ContainerService/managedClusters/namespaces/write on ${cluster}/namespaces/iam`,
  ]);
});

test("control planes are not had beside a sandbox that runs, nor without their programs", async () => {
  const refused = async (env: NodeJS.ProcessEnv) => {
    const { exitCode, output } = await sandbox.airlock(["sandbox", "start", "--cluster"], { env });
    return { exitCode, output };
  };
  expect(await refused({})).toEqual({
    exitCode: 2,
    output:
      "airlock: the sandbox runs, and its clusters have no control planes. Stop it first: npx airlock sandbox stop. What it keeps stays\n",
  });
  succeeded(await sandbox.airlock(["sandbox", "stop"]));
  const bare = { AIRLOCK_CACHE: join(sandbox.home, "no-cache"), PATH: sandbox.home };
  expect(await refused(bare)).toEqual({
    exitCode: 2,
    output:
      "airlock: the programs of a control plane are not on this machine, and there is no Go to build them with. " +
      "Install Go (https://go.dev/dl), or start without --cluster: objects are then validated and kept, and nothing runs\n",
  });
});
