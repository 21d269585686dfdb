import { UserError } from "../../../model/errors";
import { parseSettings } from "../../../model/config";
import { clusteredProject } from "../../support/existing-cluster";
import { poc, pocSettings, project } from "../../support/poc";

/** What a stack file is refused with, a line each. */
function refusal(changes: Record<string, unknown>, stack?: string): string[] {
  return linesOf(() => pocSettings(changes, stack));
}

function linesOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof UserError) return error.message.split("\n");
    throw error;
  }
}

test("a proof of concept is a world of its own, with the project beside it", () => {
  const settings = pocSettings();
  expect(settings).toMatchObject({
    kind: "poc",
    organization: "contoso-poc",
    signingVault: "contoso-poc-cosign-kv",
    identities: poc.identities,
    access: poc.access,
    teams: {},
    images: {},
  });
  expect(
    settings.path.environments.map(({ name, registry, mode, protected: guarded }) => [
      name,
      registry,
      mode,
      guarded,
    ]),
  ).toEqual([
    ["dev", "contosopocdev", "abac", false],
    ["staging", "contosopocstaging", "abac", true],
  ]);
  expect(settings.clusters).toEqual({
    dev: cluster,
    staging: cluster,
  });
  expect(settings.poc!.production).toMatchObject({ kind: "shared", organization: "contoso" });
  expect(settings.poc!.production.path.environments.map(({ registry }) => registry)).toEqual([
    "contosodev",
    "contosostaging",
    "contosoprod",
  ]);
});

const cluster = {
  vmSize: "Standard_D4s_v5",
  nodes: 2,
  maxPods: 30,
  kubernetesVersion: "1.36",
  istioRevision: "asm-1-30",
  serviceRange: "10.101.0.0/16",
  authorizedRanges: [],
};

const at = (path: string) => `(Pulumi.poc.yaml, contoso:poc.${path})`;
const network = (changes: object) => ({ network: { ...poc.network, ...changes } });
const subnets = (changes: object) => network({ subnets: { ...poc.network.subnets, ...changes } });
const dev = (changes: object) => ({ clusters: { dev: changes, staging: {} } });

test.each<[string, Record<string, unknown>, string]>([
  [
    "a network that overlaps with the project's",
    {
      network: {
        range: "10.0.0.0/8",
        subnets: { aks: "10.100.1.0/24", pipeline: "10.100.2.0/24", acr: "10.100.3.0/24" },
      },
      clusters: { dev: { serviceRange: "172.16.0.0/16" }, staging: { serviceRange: "172.16.0.0/16" } },
    },
    `10.0.0.0/8 overlaps with 10.0.0.0/16 of contoso-vnet ${at("network.range")}. Take a range of its own: two networks that share addresses can't be told apart`,
  ],
  [
    "a network of the internet",
    network({
      range: "198.51.100.0/22",
      subnets: { aks: "198.51.100.0/24", pipeline: "198.51.101.0/25", acr: "198.51.101.128/25" },
    }),
    `198.51.100.0/22 is no private range ${at("network.range")}. Take one inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16`,
  ],
  [
    "subnets that overlap",
    subnets({ pipeline: "10.100.1.128/25" }),
    `10.100.1.128/25 of pipeline overlaps with 10.100.1.0/24 of aks ${at("network.subnets.pipeline")}. Give each its own part`,
  ],
  [
    "a subnet outside of the network",
    subnets({ acr: "10.101.3.0/24" }),
    `10.101.3.0/24 of acr is outside of the network, 10.100.0.0/16 ${at("network.subnets.acr")}. Take a part of 10.100.0.0/16`,
  ],
  [
    "a range that begins elsewhere",
    subnets({ acr: "10.100.3.1/24" }),
    `10.100.3.1/24 is no IPv4 range ${at("network.subnets.acr")}. Write the first address and the prefix, such as 10.100.1.0/24`,
  ],
  [
    "a subnet too small for the node pools",
    subnets({ aks: "10.100.1.0/25" }),
    `10.100.1.0/25 leaves 123 addresses, and Azure CNI needs 186: dev (2 + 1) × (1 + 30), staging (2 + 1) × (1 + 30) ${at("network.subnets.aks")}. Take a /24 or larger, fewer nodes, or fewer pods on each`,
  ],
  [
    "a VM size that does not exist",
    dev({ vmSize: "Standard_D4s_v7" }),
    `there is no VM size Standard_D4s_v7 for a system pool ${at("clusters.dev.vmSize")}. Did you mean Standard_D4s_v3?`,
  ],
  [
    "a burstable VM size",
    dev({ vmSize: "Standard_B4ms" }),
    `AKS takes no burstable machines for a system pool, such as Standard_B4ms ${at("clusters.dev.vmSize")}. Take Standard_D4s_v5`,
  ],
  [
    "an unsupported Kubernetes version",
    dev({ kubernetesVersion: "1.33" }),
    `AKS does not support Kubernetes 1.33 ${at("clusters.dev.kubernetesVersion")}. Take 1.35, 1.36 and 1.37: az aks get-versions shows what a region has`,
  ],
  [
    "an Istio revision that AKS does not have",
    dev({ istioRevision: "asm-1-22" }),
    `AKS has no Istio revision asm-1-22 ${at("clusters.dev.istioRevision")}. Take asm-1-30: az aks mesh get-revisions shows what a region has`,
  ],
  [
    "an Istio revision that the cluster does not have",
    dev({ kubernetesVersion: "1.37" }),
    `Istio asm-1-30 does not run on Kubernetes 1.37 ${at("clusters.dev.istioRevision")}. Take Kubernetes 1.32 to 1.36, or another revision`,
  ],
  ["one node", dev({ nodes: 1 }), `1 nodes in a system pool ${at("clusters.dev.nodes")}. Take 2 to 1000`],
  [
    "services in the network's own range",
    dev({ serviceRange: "10.100.128.0/24" }),
    `10.100.128.0/24 overlaps with the network 10.100.0.0/16 ${at("clusters.dev.serviceRange")}. Take a range that no network has`,
  ],
  [
    "a cluster of an environment that is not on the path",
    { clusters: { ...poc.clusters, prod: {} }, ...subnets({ aks: "10.100.4.0/23" }) },
    `unknown environment "prod" ${at("clusters.prod")}. Known environments: dev, staging`,
  ],
  [
    "a registry of the project",
    { path: [{ environment: "dev", registry: "contosoprod" }, poc.path[1]] },
    `contosoprod is the registry of prod ${at("path[0]")}. Give the proof of concept a registry of its own`,
  ],
  [
    "a sign-in of the project",
    {
      identities: {
        ...poc.identities,
        "sp-contoso-poc-dev-pipeline": { kind: "application", githubEnvironment: "prod" },
      },
    },
    `prod is the GitHub environment of sp-contoso-prod-pipeline ${at("identities.sp-contoso-poc-dev-pipeline.githubEnvironment")}. Give it a GitHub environment of its own`,
  ],
  [
    "an identity of the project",
    {
      identities: {
        ...poc.identities,
        "sp-contoso-prod-pipeline": { kind: "application", githubEnvironment: "poc-prod" },
      },
    },
    `sp-contoso-prod-pipeline is an identity of the project ${at("identities.sp-contoso-prod-pipeline")}. Give it another name`,
  ],
  [
    "a capability in the wrong column",
    { access: { ...poc.access, "sp-contoso-poc-dev-pipeline": { "dev.cluster": ["pull"] } } },
    `pull has no meaning in column dev.cluster ${at("access.sp-contoso-poc-dev-pipeline.dev.cluster")}. Write it in an environment's column`,
  ],
  [
    "a cluster's user of a registry",
    { access: { ...poc.access, "sp-contoso-poc-dev-pipeline": { dev: ["cluster-user"] } } },
    `cluster-user has no meaning in column dev ${at("access.sp-contoso-poc-dev-pipeline.dev")}. Write it in the column of a cluster, such as dev.cluster`,
  ],
])("%s is refused in one line", (_, changes, expected) => {
  expect(refusal(changes)).toEqual([expected]);
});

test("a proof of concept is called poc, and says what it is made of", () => {
  expect(refusal({}, "trial")).toEqual([
    'stack "trial" says that it is the proof of concept (Pulumi.trial.yaml, contoso:kind). Call it poc: a project has one',
  ]);
  const bare = { ...project, kind: "poc" };
  expect(linesOf(() => parseSettings({ project: "contoso", stack: "poc", values: bare }))).toEqual([
    "the stack doesn't say what it is made of (Pulumi.poc.yaml, contoso:poc). Write its path, identities, access, network and clusters there",
  ]);
  const environment = { ...project, kind: "environment", environment: "dev", poc };
  expect(linesOf(() => parseSettings({ project: "contoso", stack: "dev", values: environment }))).toEqual([
    "the stack of an environment has no poc (Pulumi.dev.yaml, contoso:poc). Move it to Pulumi.poc.yaml",
  ]);
});

test("what is wrong with the project is said once, as the project's", () => {
  const values = { ...project, kind: "poc", poc, subscriptionId: "mine" };
  expect(linesOf(() => parseSettings({ project: "contoso", stack: "poc", values }))).toEqual([
    'expected the id of a subscription, a GUID, found "mine" (Pulumi.yaml or Pulumi.poc.yaml, contoso:subscriptionId)',
  ]);
});

describe("images", () => {
  const entry = { version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };

  test("of each environment, with their rollback window", () => {
    const previous = [{ version: "0.9.0", digest: `sha256:${"b".repeat(64)}` }];
    const images = { dev: { "iam/auth-service": { ...entry, previous } }, staging: {} };
    expect(pocSettings({ images }).poc?.images).toEqual(images);
    expect(pocSettings().poc?.images).toEqual({});
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "of an environment that is not on its path",
      { prod: { "iam/auth-service": entry } },
      'unknown environment "prod" (Pulumi.poc.yaml, contoso:poc.images.prod). Known environments: dev, staging',
    ],
    [
      "with a registry",
      { dev: { "contosopocdev.azurecr.io:1/x": entry } },
      '"contosopocdev.azurecr.io:1/x" is not a repository (Pulumi.poc.yaml, contoso:poc.images.dev.contosopocdev.azurecr.io:1/x). Write it without registry, tag or digest',
    ],
    [
      "one digest twice",
      { dev: { "iam/auth-service": { ...entry, previous: [{ ...entry, version: "0.9.0" }] } } },
      `digest ${entry.digest} is listed twice (Pulumi.poc.yaml, contoso:poc.images.dev.iam/auth-service.previous[0].digest). Keep the first`,
    ],
  ])("refused: %s", (_, images, line) => {
    expect(refusal({ images })).toEqual([line]);
  });
});

describe("passwords", () => {
  const scanner = {
    environment: "staging",
    repositories: ["iam/auth-service"],
    identity: "sp-contoso-poc-staging-pipeline",
    reason: "it signs in to registries with a password alone",
    from: "2026-11-21T10:00:00Z",
  };

  test("live for thirty days unless less is stated, and there are none by themselves", () => {
    expect(pocSettings({ passwords: { "a-scanner": scanner } }).poc?.passwords).toEqual({
      "a-scanner": { ...scanner, days: 30 },
    });
    expect(pocSettings().poc?.passwords).toEqual({});
  });

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a life that is too long",
      { "a-scanner": { ...scanner, days: 31 } },
      `expected a whole number of days from 1 to 30, found 31 ${at("passwords.a-scanner.days")}`,
    ],
    [
      "no reason",
      { "a-scanner": { ...scanner, reason: undefined } },
      `expected a short text on one line, found nothing ${at("passwords.a-scanner.reason")}`,
    ],
    [
      "a wildcard",
      { "a-scanner": { ...scanner, repositories: ["iam/*"] } },
      `expected a repository without registry, wildcard, tag or digest, found "iam/*" ${at("passwords.a-scanner.repositories[0]")}`,
    ],
    [
      "an environment that is not on its path",
      { "a-scanner": { ...scanner, environment: "prod" } },
      `unknown environment "prod" ${at("passwords.a-scanner.environment")}. Known environments: dev, staging`,
    ],
    [
      "a reader of the project's",
      { "a-scanner": { ...scanner, identity: "sp-contoso-dev-pipeline" } },
      `"sp-contoso-dev-pipeline" is no application of the proof of concept ${at("passwords.a-scanner.identity")}. Did you mean "sp-contoso-poc-dev-pipeline"?`,
    ],
    [
      "a name that no token can have",
      { "A scanner": scanner },
      `a registry token can't be called "A scanner" ${at("passwords.A scanner")}. Use 5 to 50 lower-case letters, digits and single dashes`,
    ],
  ])("refused: %s", (_, passwords, line) => {
    expect(refusal({ passwords })).toEqual([line]);
  });
});

describe("the clusters of the path, which are somebody else's", () => {
  const refused = (clusterOfProd: object, changes: object = {}) =>
    linesOf(() =>
      parseSettings({
        project: "contoso",
        stack: "poc",
        values: { ...clusteredProject(clusterOfProd), kind: "poc", poc: { ...poc, ...changes } },
      }),
    );
  const said = (group: string) =>
    `${group} is the resource group of prod.cluster ${at("organization")}. Give it another one`;

  test("one of them stands in a group of its own", () => {
    expect(refused({})).toEqual([]);
  });

  test.each<[string, object, object, string]>([
    ["in capitals", { resourceGroup: "Contoso-Poc-dev-rg" }, {}, "contoso-poc-dev-rg"],
    ["in what all share", { resourceGroup: "contoso-poc-shared-rg" }, {}, "contoso-poc-shared-rg"],
    ["among its nodes", { resourceGroup: "contoso-poc-dev-aks-nodes" }, {}, "contoso-poc-dev-aks-nodes"],
    ["with nodes among its own", { name: "Contoso-Poc-dev-aks" }, {}, "contoso-poc-dev-aks-nodes"],
    [
      "which its prefix leads to",
      { resourceGroup: "acme-prod-dev-rg" },
      { organization: "acme-prod" },
      "acme-prod-dev-rg",
    ],
  ])("%s", (_, clusterOfProd, changes, group) => {
    expect(refused(clusterOfProd, changes)).toEqual([said(group)]);
  });

  test("and so are the groups that the path's environments make", () => {
    const { path } = project;
    const lines = linesOf(() =>
      parseSettings({
        project: "contoso",
        stack: "poc",
        values: {
          ...project,
          path: [path[0], { environment: "pre-dev", registry: "contosopredev" }, path[2]],
          kind: "poc",
          poc: {
            ...poc,
            organization: "contoso-pre",
            path: [{ ...poc.path[0], registry: "contosopredevpoc" }, poc.path[1]],
          },
        },
      }),
    );
    expect(lines).toEqual([
      `contoso-pre-dev-rg is the resource group of pre-dev ${at("organization")}. Give it another one`,
    ]);
  });
});
