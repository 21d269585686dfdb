import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17963);

const clusters = `
import { getClientConfigOutput, RoleAssignment } from "@pulumi/azure-native/authorization";
import { ManagedCluster } from "@pulumi/azure-native/containerservice";
import { Subnet, VirtualNetwork } from "@pulumi/azure-native/network";
import { ResourceGroup } from "@pulumi/azure-native/resources";

const group = new ResourceGroup("rg", { resourceGroupName: "onestream-qa-rg", location: "eastus2" });
const resourceGroupName = group.name;
const { objectId, subscriptionId } = getClientConfigOutput();
new RoleAssignment("admin", {
  scope: group.id,
  roleAssignmentName: "00000000-0000-4000-8000-000000000001",
  principalId: objectId,
  principalType: "User",
  // Azure Kubernetes Service RBAC Cluster Admin
  roleDefinitionId: subscriptionId.apply((id) => "/subscriptions/" + id + "/providers/Microsoft.Authorization/roleDefinitions/b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
});
const virtualNetworkName = new VirtualNetwork("vnet", {
  resourceGroupName,
  virtualNetworkName: "vnet",
  location: "eastus2",
  addressSpace: { addressPrefixes: ["10.100.0.0/16"] },
}).name;
const subnet = new Subnet("aks", { resourceGroupName, virtualNetworkName, subnetName: "aks", addressPrefix: "10.100.0.0/20" });
for (const resourceName of ["aks-one", "aks-two"]) {
  new ManagedCluster(resourceName, {
    resourceGroupName,
    resourceName,
    location: "eastus2",
    dnsPrefix: resourceName,
    kubernetesVersion: "1.36",
    identity: { type: "SystemAssigned" },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5", vnetSubnetID: subnet.id }],
  });
}
`;

const workloads = `
import * as k8s from "@pulumi/kubernetes";

const { CONTEXTS, REPLICAS, WEIGHT, WRONG } = process.env;
const digest = "sha256:" + "a".repeat(64);
for (const context of CONTEXTS!.split(",")) {
  const provider = new k8s.Provider(context, { context });
  const options = { provider };
  const namespace = new k8s.core.v1.Namespace(context + "-iam", { metadata: { name: "iam" } }, options).metadata.name;
  const metadata = { namespace, name: "auth-service" };
  const labels = { "app.kubernetes.io/name": "auth-service" };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "auth-service", image: "localhost:1/iam/auth-service@" + digest, ports: [{ containerPort: 8080 }] }] },
  };
  new k8s.apps.v1.Deployment(context + "-deployment", {
    metadata,
    spec: {
      replicas: (WRONG === undefined ? Number(REPLICAS ?? 2) : WRONG) as number,
      selector: { matchLabels: labels },
      template,
      ...(WRONG === undefined ? {} : { replica: 2 }),
    },
  }, options);
  new k8s.core.v1.Service(context + "-service", { metadata, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } }, options);
  new k8s.core.v1.ConfigMap(context + "-config", { metadata: { namespace }, data: { replicas: REPLICAS ?? "2" } }, options);
  new k8s.apiextensions.CustomResource(context + "-rollout", {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata,
    spec: { replicas: 2, selector: { matchLabels: labels }, template, strategy: { canary: { steps: [{ setWeight: 10 }] } } },
  }, options);
  new k8s.apiextensions.CustomResource(context + "-routes", {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata,
    spec: { hosts: ["auth-service"], http: [{ route: [{ destination: { host: "auth-service" }, weight: Number(WEIGHT ?? 100) }] }] },
  }, { ...options, ignoreChanges: ["spec.http[*].route[*].weight"] });
}
`;

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  for (const [name, program] of Object.entries({ clusters, workloads })) {
    const project = join(sandbox.home, name);
    mkdirSync(project);
    for (const linked of ["node_modules", "package.json", "tsconfig.json"])
      symlinkSync(join(checkout, linked), join(project, linked));
    writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
    writeFileSync(join(project, "index.ts"), program);
    succeeded(await pulumi(name, {}, "stack", "init", "qa"));
  }
  succeeded(await pulumi("clusters", {}, "up", "--yes", "--skip-preview", "-s", "qa"));
});
afterAll(() => sandbox.remove());

const pulumi = (project: string, env: NodeJS.ProcessEnv, ...args: string[]) =>
  sandbox.pulumi(args, { as: "administrator", cwd: join(sandbox.home, project), env });
const run = (command: string, env: NodeJS.ProcessEnv = {}, ...args: string[]) => {
  const settings = { CONTEXTS: "aks-one,aks-two", ...env };
  return pulumi("workloads", settings, command, "-s", "qa", "--suppress-progress", ...args);
};
const up = (env: NodeJS.ProcessEnv = {}, ...args: string[]) =>
  run("up", env, "--yes", "--skip-preview", ...args);

const kept = (context: string) =>
  `warning: ${context}: objects are validated and kept, and no pod runs. A real control plane: airlock sandbox start --cluster`;

test("a wrong field is refused at preview, with its path and what was expected", async () => {
  const { exitCode, output } = await run("preview", { WRONG: "many", CONTEXTS: "aks-one" });
  expect(exitCode).not.toBe(0);
  expect(errorsOf(output)).toEqual([
    `kubernetes:apps/v1:Deployment resource 'aks-one-deployment' has a problem: spec.replica: Deployment has no field 'replica' here; did you mean 'replicas'?`,
    `kubernetes:apps/v1:Deployment resource 'aks-one-deployment' has a problem: spec.replicas: expected integer, and it is "many"`,
  ]);
});

test("a context without a cluster is refused at preview, with those there are", async () => {
  const { exitCode, output } = await run("preview", { CONTEXTS: "aks-three" });
  expect(exitCode).not.toBe(0);
  expect(errorsOf(output)).toEqual([
    'context "aks-three" names no cluster of the sandbox; it has aks-one, aks-two',
  ]);
});

test("one program puts the same objects into two clusters, and is told that nothing runs", async () => {
  const { output } = succeeded(await up());
  expect(output).toMatch(/\+ 15 created/);
  expect(output).toMatch(/workloads-qa created \(.*\) 2 warnings/);
  for (const context of ["aks-one", "aks-two"]) expect(output).toContain(kept(context));
});

test("a second run changes nothing, also after the sandbox came up anew", async () => {
  succeeded(await up({}, "--expect-no-changes"));
  succeeded(await sandbox.airlock(["sandbox", "stop"]));
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  succeeded(await run("refresh", {}, "--yes", "--skip-preview", "--expect-no-changes"));
  succeeded(await up({}, "--expect-no-changes"));
});

test("a Deployment changes in place, a ConfigMap's data makes another one, what is ignored stays", async () => {
  const { output } = succeeded(await up({ REPLICAS: "3", WEIGHT: "50" }));
  expect(output).toMatch(/~ 2 updated/);
  expect(output).toMatch(/\+-2 replaced/);
  expect(output).not.toMatch(/VirtualService.*(updated|replaced)/);
});

test("destroy leaves nothing", async () => {
  expect(readdirSync(join(sandbox.home, "sandbox/state/kubernetes"))).toHaveLength(12);
  succeeded(await run("destroy", {}, "--yes", "--skip-preview"));
  expect(readdirSync(join(sandbox.home, "sandbox/state/kubernetes"))).toEqual([]);
});

test("who has no right inside the cluster is refused, in the words of an API server", async () => {
  const { exitCode, output } = await sandbox.pulumi(
    ["up", "-s", "qa", "--yes", "--skip-preview", "--suppress-progress"],
    { cwd: join(sandbox.home, "workloads"), env: { CONTEXTS: "aks-one" } },
  );
  expect(exitCode).not.toBe(0);
  expect(errorsOf(output)).toEqual([
    'namespaces "iam" is forbidden: User "sp-onestream-platform" cannot create resource "namespaces" in API group "" at the cluster scope: User does not have access to the resource in Azure. Update role assignment to allow access: Microsoft.ContainerService/managedClusters/namespaces/write on /subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-qa-rg/providers/Microsoft.ContainerService/managedClusters/aks-one/namespaces/iam',
  ]);
});

function errorsOf(output: string): string[] {
  return [...new Set([...output.matchAll(/error: (.*)/g)].map(([, text]) => text))]
    .filter((text) => !/^preview failed$|^update failed$/.test(text))
    .sort();
}
