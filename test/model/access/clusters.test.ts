import { nodeJoiner } from "../../../model/access/cluster-roles";
import { evaluate } from "../../../model/access/evaluate";
import { accessGraph } from "../../../model/access/graph";
import { expandMatrix, type CellGrant } from "../../../model/access/matrix";
import { whoCan } from "../../../model/access/questions";
import { roleGuids } from "../../../model/access/roles";
import { grantsOfClusters } from "../../../model/cluster/grants";
import { clusterId } from "../../../model/physical-names";
import { poc, pocSettings } from "../../support/poc";

const settings = pocSettings();
const told = ({ identity, role, target }: CellGrant) =>
  `${identity.replace("sp-contoso-poc-", "")}: ${role.kind === "custom" ? role.key : role.name} on ${target.kind}${target.kind === "vault" ? "" : ` ${target.environment}`}`;

test("fifteen cells, every one stated, become these assignments and no others", () => {
  expect(Object.values(settings.access).flatMap((row) => Object.keys(row))).toHaveLength(15);
  expect(expandMatrix(settings).map(told)).toEqual([
    "dev-pipeline: Container Registry Repository Writer on registry dev",
    "dev-pipeline: Container Registry Repository Catalog Lister on registry dev",
    "dev-pipeline: Azure Kubernetes Service Cluster User Role on cluster dev",
    "dev-pipeline: Key Vault Crypto User on vault",
    "staging-pipeline: Container Registry Repository Reader on registry staging",
    "staging-pipeline: Container Registry Repository Catalog Lister on registry staging",
    "staging-pipeline: Azure Kubernetes Service Cluster User Role on cluster staging",
    "promotion-engine: Container Registry Repository Reader on registry dev",
    "promotion-engine: Container Registry Repository Catalog Lister on registry dev",
    "promotion-engine: Container Registry Repository Reader on registry staging",
    "promotion-engine: Container Registry Repository Catalog Lister on registry staging",
    "promotion-engine: importer on registry staging",
    "promotion-engine: sourceReader on registry dev",
  ]);
});

test("the promotion engine as a crypto user is a cell like every other", () => {
  const engine = "sp-contoso-poc-promotion-engine";
  const access = { ...poc.access, [engine]: { ...poc.access[engine], signing: ["sign"] } };
  const added = expandMatrix(pocSettings({ access }))
    .map(told)
    .filter((one) => one.startsWith("promotion"));
  expect(added.at(-1)).toBe("promotion-engine: Key Vault Crypto User on vault");
});

test("nodes pull from their own registry by the one role that is right for its mode, and list nothing", () => {
  const grants = (mode: string) => {
    const [dev, staging] = poc.path;
    const path = [{ ...dev, mode }, staging];
    return grantsOfClusters(pocSettings({ path })).map(told);
  };
  const others = [
    "the cluster of dev: nodeJoiner on subnet dev",
    "the kubelet of staging: Container Registry Repository Reader on registry staging",
    "the cluster of staging: nodeJoiner on subnet staging",
  ];
  expect(grants("abac")).toEqual([
    "the kubelet of dev: Container Registry Repository Reader on registry dev",
    ...others,
  ]);
  expect(grants("rbac")).toEqual(["the kubelet of dev: AcrPull on registry dev", ...others]);
  expect(grantsOfClusters({ ...settings, clusters: {} })).toEqual([]);
});

test("a cluster's role in the network joins a subnet, and changes nothing", () => {
  const { actions, dataActions } = nodeJoiner("contoso-poc");
  expect(actions).toEqual([
    "Microsoft.Network/virtualNetworks/subnets/read",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
  ]);
  expect(dataActions).toEqual([]);
});

describe("who can use a cluster", () => {
  const id = clusterId(settings, "dev");
  const resource = { kind: "cluster", id } as const;
  const holds = (roleGuid: string, scope = id) =>
    accessGraph({
      principals: [{ id: "somebody", name: "somebody", kind: "application" }],
      assignments: [{ id: "one", principalId: "somebody", roleGuid, scope }],
    });
  const group = id.slice(0, id.indexOf("/providers/"));

  test.each([
    ["its users", roleGuids.clusterUser, id, true],
    ["users of another cluster", roleGuids.clusterUser, clusterId(settings, "staging"), false],
    ["who has the role on the group", roleGuids.clusterUser, group, true],
    ["who reads the group", roleGuids.reader, group, false],
    ["contributors of the group", roleGuids.contributor, group, true],
  ])("%s", (_, role, scope, expected) => {
    const graph = holds(role, scope);
    expect(evaluate(graph, "somebody", "cluster-user", resource).allowed).toBe(expected);
    expect(whoCan(graph, "cluster-user", resource).direct.length > 0).toBe(expected);
  });

  test("who may change a cluster gets into it by changing access", () => {
    const graph = holds("0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8");
    const { direct, byChangingAccess } = whoCan(graph, "cluster-user", resource);
    expect(direct).toEqual([]);
    expect(byChangingAccess.map(({ reasons }) => reasons.map(({ text }) => text))).toEqual([
      [expect.stringContaining("it can read the local administrator's credential") as string],
    ]);
  });

  test("what is asked of a registry is not asked of a cluster", () => {
    const graph = holds(roleGuids.clusterUser);
    expect(evaluate(graph, "somebody", "pull", resource)).toEqual({
      allowed: false,
      reasons: [{ text: "pull is asked of a registry, not of a cluster" }],
    });
  });
});
