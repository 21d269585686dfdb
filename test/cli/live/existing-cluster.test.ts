import { accessDiff } from "../../../cli/access/diff";
import { columnsOf } from "../../../cli/access/effective";
import { graphContext, type DeclaredAccess } from "../../../cli/access/declared";
import { compareWithCloud } from "../../../cli/live/live-access";
import { readCloud } from "../../../cli/live/read-cloud";
import { graphFromResources } from "../../../model/access/from-resources";
import { customRoleGuid } from "../../../model/access/names";
import { podSecurityOn } from "../../../model/cluster/pod-security";
import {
  cluster,
  clusteredProject,
  clusteredSettings,
  clusterResource,
} from "../../support/existing-cluster";
import { recorded } from "./recorded";

const access = {
  "sp-production-deploy": { "prod.cluster": ["deploy iam"] },
  "sp-contoso-drift": { prod: ["pull"] },
};
const settings = clusteredSettings(clusteredProject({}, access));
const { subscriptionId } = settings;
const columns = (graph: DeclaredAccess["graph"]) =>
  columnsOf(graph, [], settings).filter(({ name }) => name === "prod.cluster");
const declaredGraph = graphFromResources([], graphContext(settings));
// Nothing that anybody holds is declared: what stands is in no line.
const declared: DeclaredAccess = { settings, graph: declaredGraph, columns: columns(declaredGraph) };

const authorization = "/providers/Microsoft.Authorization";
const definition = (guid: string) =>
  `/subscriptions/${subscriptionId}${authorization}/roleDefinitions/${guid}`;
const deployer = customRoleGuid(subscriptionId, "contoso", "workloadDeployer");
const holds = (scope: string, principalId: string, guid: string) => ({
  id: `${scope}${authorization}/roleAssignments/${principalId}`,
  name: principalId,
  properties: { scope, principalId, roleDefinitionId: definition(guid) },
});
const hardened = {
  disableLocalAccounts: true,
  aadProfile: { enableAzureRBAC: true },
  addonProfiles: { azurePolicy: { enabled: true } },
  identityProfile: { kubeletidentity: { objectId: cluster.kubelet } },
};
const [group] = clusterResource.split("/providers/");
const baseline = (changes: object = {}) => {
  const { scope, policyAssignmentName: name, ...properties } = podSecurityOn(group, "pod-security-prod");
  const id = `${scope}${authorization}/policyAssignments/${name}`;
  return {
    [`${group}${authorization}/policyAssignments`]: {
      value: [{ id, name, properties: { ...properties, ...changes } }],
    },
  };
};
const standing = (properties: object = hardened) => ({
  ...baseline(),
  [clusterResource]: { id: clusterResource, name: cluster.name, properties },
});
const notAsked =
  "roles on namespaces in which no cell deploys, save those of the cluster itself, were not asked for";

async function against(arm: Record<string, unknown>, program = declared) {
  const clouds = [
    recorded("https://management.example.org", arm),
    recorded("https://graph.example.org", {}),
  ] as const;
  const read = await readCloud(...clouds, settings);
  const report = compareWithCloud(program, read, [...clouds[0].unread, ...clouds[1].unread], []);
  const ofCluster = report.unjudged.filter(({ column }) => column === "prod.cluster");
  const why = ofCluster.map((one) => one.why);
  return { ...report, why: why.filter((one) => one !== notAsked), asked: !why.includes(notAsked) };
}

test("who holds something on the cluster, in a namespace or above is read where it stands", async () => {
  const iam = `${clusterResource}/namespaces/iam`;
  const { diff, absent, why } = await against({
    ...standing(),
    [`${clusterResource}${authorization}/roleAssignments`]: {
      value: [
        holds(clusterResource, "somebody", "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
        holds(group, "above", "4abbcc35-e782-43d8-92c5-2d3f1bd2253f"),
      ],
    },
    [`${iam}${authorization}/roleAssignments`]: { value: [holds(iam, "inside", deployer)] },
    // Seen from the cluster's group alone.
    [`${group}${authorization}/roleDefinitions`]: {
      value: [
        {
          id: definition(deployer),
          name: deployer,
          properties: {
            roleName: "contoso workload deployer",
            permissions: [
              { dataActions: ["Microsoft.ContainerService/managedClusters/apps/deployments/write"] },
            ],
          },
        },
      ],
    },
  });
  expect([absent, why]).toEqual([[], []]);
  const direct = diff.changes.filter(({ way }) => way === "direct");
  expect(direct.map(({ change, identity, capabilities }) => [change, identity, ...capabilities])).toEqual([
    ["gained", "above", "cluster-user"],
    ["gained", "inside", "deploy"],
    ["gained", "somebody", "cluster-user", "deploy"],
  ]);
});

test("one that isn't there is absent, and one that can't be read is not", async () => {
  expect((await against({})).absent).toEqual(["prod.cluster"]);
  expect((await against({ [clusterResource]: 403 })).absent).toEqual([]);
});

test("what lets in others than Azure's roles do is said", async () => {
  const { why } = await against(
    standing({ aadProfile: {}, addonProfiles: { azurepolicy: { enabled: false } } }),
  );
  expect(why).toEqual([
    "its local accounts are on, and whoever has one is everybody in it",
    "Azure RBAC doesn't decide in it: its own roles do",
    "it runs no Azure Policy, and so no baseline for pods: a deployer may get to its nodes",
  ]);
});

test("the groups that Entra ID makes administrators are named", async () => {
  const aadProfile = { enableAzureRBAC: true, adminGroupObjectIDs: ["group-one", "group-two"] };
  expect((await against(standing({ ...hardened, aadProfile }))).why).toEqual([
    "it takes the members of group-one and group-two in Entra ID for administrators, and each is everybody in it",
  ]);
});

test("a role in a namespace of the cluster's own is seen, and that no others were asked for is said", async () => {
  for (const namespace of ["kube-system", "argo-rollouts", "airlock-system"]) {
    const scope = `${clusterResource}/namespaces/${namespace}`;
    const { diff, asked } = await against({
      ...standing(),
      [`${scope}${authorization}/roleAssignments`]: {
        value: [holds(scope, "stranger", "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb")],
      },
    });
    expect(asked).toBe(false);
    expect(diff.facts.map(({ text }) => text)).toEqual([
      `stranger holds "Azure Kubernetes Service RBAC Writer" on …/namespaces/${namespace}`,
    ]);
  }
});

test.each<[string, object | undefined]>([
  ["isn't there", undefined],
  ["isn't enforced", { enforcementMode: "DoNotEnforce" }],
  ["audits", { parameters: { effect: { value: "Audit" } } }],
  ["takes its effect from the initiative", { parameters: {} }],
  [
    "leaves out a team's namespace",
    { parameters: { effect: { value: "Deny" }, excludedNamespaces: { value: ["iam"] } } },
  ],
  ["leaves out the cluster", { notScopes: [clusterResource] }],
  ["is of another initiative", { policyDefinitionId: "/another" }],
])("that the baseline for pods %s is said", async (_, changes) => {
  const list = `${group}${authorization}/policyAssignments`;
  const { why } = await against({
    ...standing(),
    ...(changes ? baseline(changes) : { [list]: { value: [] } }),
  });
  expect(why).toEqual([
    "no assignment of the baseline for pods denies them in it: a deployer may get to its nodes",
  ]);
});

test("that the baseline can't be read is said once, as what could not be read", async () => {
  const { why, unread } = await against({
    ...standing(),
    [`${group}${authorization}/policyAssignments`]: 403,
  });
  expect(why).toEqual([]);
  expect(unread.map(({ what, of }) => `${what} of ${of}`)).toContain("policy assignments of contoso-aks-rg");
});

test("whom the nodes pull as is compared with what the path says", async () => {
  const at = (objectId: string) =>
    standing({ ...hardened, identityProfile: { kubeletidentity: { objectId } } });
  const says = (objectId: string) => `nodes of contoso-prod (contoso-aks-rg) pull as ${objectId}`;
  const facts = async (objectId: string) =>
    (await against(at(objectId))).diff.facts.map(({ change, text }) => [change, text]);
  expect(await facts(cluster.kubelet)).toEqual([]);
  const another = "44444444-4444-4444-8444-444444444444";
  expect(await facts(another)).toEqual([
    ["gained", says(another)],
    ["lost", says(cluster.kubelet)],
  ]);
});

describe("a review", () => {
  const asked = (project: Parameters<typeof clusteredSettings>[0]) => {
    const of = clusteredSettings(project);
    const graph = graphFromResources([], graphContext(of));
    return { graph, columns: columnsOf(graph, [], of) };
  };
  const before = asked(clusteredProject({}, access));

  test("sees other nodes, and another cluster of the same name", () => {
    const kubelet = "44444444-4444-4444-8444-444444444444";
    expect(accessDiff(before, asked(clusteredProject({ kubelet }, access)))).toMatchObject({
      changes: [],
      columns: ["prod.cluster"],
      facts: [
        { change: "gained", text: `nodes of contoso-prod (contoso-aks-rg) pull as ${kubelet}`, grants: true },
        { change: "lost", text: `nodes of contoso-prod (contoso-aks-rg) pull as ${cluster.kubelet}` },
      ],
    });
    const moved = accessDiff(before, asked(clusteredProject({ resourceGroup: "elsewhere-rg" }, access)));
    expect(moved.facts.map(({ text }) => text)).toEqual([
      `nodes of contoso-prod (elsewhere-rg) pull as ${cluster.kubelet}`,
      `nodes of contoso-prod (contoso-aks-rg) pull as ${cluster.kubelet}`,
    ]);
  });

  test("of a program that registers the cluster still reads that nobody judges it", () => {
    const type = "azure-native:containerservice:ManagedCluster";
    const register = [{ type, name: "mine", id: clusterResource, inputs: {}, outputs: hardened }];
    const graph = graphFromResources(register, graphContext(settings));
    expect(graph.unjudged).toEqual(declaredGraph.unjudged);
    expect(declaredGraph.unjudged).toHaveLength(1);
  });
});

test("where the environment was never brought up, none of the rights in its cluster is lost", async () => {
  const registry = { name: "prod", resource: { kind: "registry", id: "/absent" }, capabilities: [] } as const;
  const held = {
    id: "declared",
    principalId: "declared-deployer",
    roleGuid: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    scope: clusterResource,
  };
  const promising = (columns: DeclaredAccess["columns"]) => ({
    ...declared,
    columns,
    graph: { ...declaredGraph, assignments: [held] },
  });
  const lost = async (program: DeclaredAccess) =>
    (await against(standing(), program)).diff.changes.filter(({ change }) => change === "lost").length;
  expect(await lost(promising(declared.columns))).toBe(1);
  expect(await lost(promising([registry, ...declared.columns]))).toBe(0);
});
