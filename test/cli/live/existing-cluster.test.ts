import { columnsOf } from "../../../cli/access/effective";
import { graphContext, type DeclaredAccess } from "../../../cli/access/declared";
import { compareWithCloud } from "../../../cli/live/live-access";
import { readCloud } from "../../../cli/live/read-cloud";
import { graphFromResources } from "../../../model/access/from-resources";
import { customRoleGuid } from "../../../model/access/names";
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
const standing = (properties: object = hardened) => ({
  [clusterResource]: { id: clusterResource, name: cluster.name, properties },
});

async function against(arm: Record<string, unknown>, program = declared) {
  const clouds = [
    recorded("https://management.example.org", arm),
    recorded("https://graph.example.org", {}),
  ] as const;
  const read = await readCloud(...clouds, settings);
  const report = compareWithCloud(program, read, [...clouds[0].unread, ...clouds[1].unread], []);
  const ofCluster = report.unjudged.filter(({ column }) => column === "prod.cluster");
  return { ...report, why: ofCluster.map(({ why }) => why) };
}

test("who holds something on the cluster, in a namespace or above is read where it stands", async () => {
  const [group] = clusterResource.split("/providers/");
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
