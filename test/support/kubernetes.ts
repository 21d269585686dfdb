import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, succeeded, type Ran, type TestSandbox } from "./sandbox";

/** Two clusters, on which whoever runs it may do everything. */
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

/** Workloads in the clusters of `CONTEXTS`; the other variables change them. */
const workloads = `
import * as k8s from "@pulumi/kubernetes";

const { CONTEXTS, REPLICAS, WEIGHT, WRONG, LABEL } = process.env;
const image = "localhost:1/iam/auth-service@sha256:" + "a".repeat(64);
for (const context of CONTEXTS!.split(",")) {
  const provider = new k8s.Provider(context, { context });
  const options = { provider };
  const namespace = new k8s.core.v1.Namespace(context + "-iam", { metadata: { name: "iam" } }, options).metadata.name;
  const metadata = { namespace, name: "auth-service" };
  const labels = { "app.kubernetes.io/name": "auth-service" };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "auth-service", image, ports: [{ containerPort: 8080 }] }] },
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
    metadata: { ...metadata, ...(LABEL === undefined ? {} : { labels: { changed: LABEL } }) },
    spec: { hosts: ["auth-service"], http: [{ route: [{ destination: { host: "auth-service" }, weight: Number(WEIGHT ?? 100) }] }] },
  }, { ...options, ignoreChanges: ["spec.http[*].route[*].weight"] });
}
`;

/** Projects beside the sandbox's own: `clusters`, `workloads`, and those that a test brings. Its administrator runs them. */
export class KubernetesProjects {
  constructor(private readonly sandbox: TestSandbox) {}

  /** Makes the projects, and the clusters. */
  async make(more: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, program] of Object.entries({ clusters, workloads, ...more })) {
      const project = this.folderOf(name);
      mkdirSync(project);
      for (const linked of ["node_modules", "package.json", "tsconfig.json"])
        symlinkSync(join(checkout, linked), join(project, linked));
      writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
      writeFileSync(join(project, "index.ts"), program);
      succeeded(await this.run(name, "stack", {}, ["init", "qa", "--no-select"]));
    }
    succeeded(await this.up("clusters"));
  }

  run(
    name: string,
    command: string,
    env: NodeJS.ProcessEnv = {},
    args: readonly string[] = [],
  ): Promise<Ran> {
    const stack = command === "stack" ? [] : ["-s", "qa", "--suppress-progress"];
    return this.sandbox.pulumi([command, ...args, ...stack], {
      as: "administrator",
      cwd: this.folderOf(name),
      env,
    });
  }

  up(name: string, env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Ran> {
    return this.run(name, "up", env, ["--yes", "--skip-preview", ...args]);
  }

  folderOf(name: string): string {
    return join(this.sandbox.home, name);
  }
}

/** What the engine says is wrong, each once. */
export function errorsOf({ output }: Ran): string[] {
  return [...new Set([...output.matchAll(/error: (.*)/g)].map(([, text]) => text))]
    .filter((text) => !/^(?:preview|update) failed$/.test(text))
    .sort();
}
