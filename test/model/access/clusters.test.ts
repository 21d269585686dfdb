import {
  admissionKeeper,
  admittedKeeper,
  nodeJoiner,
  workloadDeployer,
} from "../../../model/access/cluster-roles";
import { evaluate } from "../../../model/access/evaluate";
import { accessGraph } from "../../../model/access/graph";
import { expandMatrix, matrixFindings, type CellGrant } from "../../../model/access/matrix";
import { whoCan } from "../../../model/access/questions";
import { roleGuids } from "../../../model/access/roles";
import { grantsOfClusters } from "../../../model/cluster/grants";
import { clusterId } from "../../../model/physical-names";
import { poc, pocSettings } from "../../support/poc";

const settings = pocSettings();
const told = ({ identity, role, target }: CellGrant) =>
  `${identity.replace("sp-contoso-poc-", "")}: ${role.kind === "custom" ? role.key : role.name} on ${target.kind}${target.kind === "vault" ? "" : ` ${target.environment}`}${target.kind === "cluster" && target.namespace !== undefined ? ` in ${target.namespace}` : ""}`;

test("twenty cells, every one stated, become these assignments and no others", () => {
  expect(Object.values(settings.access).flatMap((row) => Object.keys(row))).toHaveLength(20);
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
    "dev-deploy: Container Registry Repository Reader on registry dev",
    "dev-deploy: Container Registry Repository Catalog Lister on registry dev",
    "dev-deploy: Azure Kubernetes Service Cluster User Role on cluster dev",
    "dev-deploy: admissionKeeper on cluster dev",
    "dev-deploy: admittedKeeper on cluster dev in airlock-system",
    "dev-deploy: workloadDeployer on cluster dev in iam",
  ]);
});

describe("a cell that lets somebody deploy", () => {
  const deployer = "sp-contoso-poc-dev-deploy";
  const findings = (cell: string, column = "dev.cluster") =>
    matrixFindings({ ...settings, access: { [deployer]: { [column]: [cell] } } });

  test.each([
    [
      "deploy",
      "deploy names no namespace",
      "Write deploy <namespace>, one for each: who deploys everywhere can become anybody in the cluster",
    ],
    ...[
      "kube-system",
      "kube-public",
      "aks-istio-system",
      "gatekeeper-system",
      "istio-system",
      "argo-rollouts",
      "monitoring",
    ].map((name) => [
      `deploy ${name}`,
      `nobody deploys in ${name}`,
      "It is the cluster's own: who runs something there can become anybody in the cluster",
    ]),
    [
      "deploy airlock-system",
      "nobody deploys in airlock-system",
      "What is admitted stands there, and deploy of another namespace has it",
    ],
    ...["iam/*", "*", "Iam", "iam.two", "-iam", "x".repeat(64)].map((name) => [
      `deploy ${name}`,
      `"${name}" is no namespace`,
      "Write small letters, digits and dashes, such as iam",
    ]),
  ])("%s is refused", (cell, what, fix) => {
    expect(findings(cell)).toEqual([{ path: ["access", deployer, "dev.cluster"], what, fix }]);
  });

  test.each(["deploy iam", "deploy kube", "deploy my-kube-system", "deploy default"])(
    "%s is none of these",
    (cell) => {
      expect(findings(cell)).toEqual([]);
    },
  );

  test("has no meaning in a registry's column", () => {
    expect(findings("deploy iam", "dev")[0].what).toBe("deploy has no meaning in column dev");
  });

  test("each namespace once, and what is admitted in its own", () => {
    const cells = ["deploy iam", "deploy payments", "deploy iam"];
    const access = { [deployer]: { "dev.cluster": cells } };
    expect(expandMatrix({ ...settings, access }).map(told)).toEqual([
      "dev-deploy: admissionKeeper on cluster dev",
      "dev-deploy: admittedKeeper on cluster dev in airlock-system",
      "dev-deploy: workloadDeployer on cluster dev in iam",
      "dev-deploy: workloadDeployer on cluster dev in payments",
    ]);
  });

  test("its roles hold these data actions and no others, and no action", () => {
    const [deploys, keeps, admits] = [workloadDeployer, admissionKeeper, admittedKeeper].map((role) =>
      role("contoso-poc"),
    );
    const short = (actions: readonly string[]) =>
      actions.map((action) => action.replace("Microsoft.ContainerService/managedClusters/", ""));
    const all = (type: string) => [`${type}/read`, `${type}/write`, `${type}/delete`];
    expect([...deploys.actions, ...keeps.actions, ...admits.actions]).toEqual([]);
    expect(short(deploys.dataActions)).toEqual([
      ...["namespaces", "serviceaccounts", "services", "apps/deployments"].flatMap(all),
      "events/read",
      "events/write",
      "apps/replicasets/read",
      "discovery.k8s.io/endpointslices/read",
      "endpoints/read",
      "events.k8s.io/events/read",
      "persistentvolumeclaims/read",
      "pods/read",
      ...all("customresources"),
    ]);
    expect(short(keeps.dataActions)).toEqual(["configmaps/read", ...all("customresources")]);
    expect(short(admits.dataActions)).toEqual([...all("namespaces"), ...all("configmaps")]);
  });
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
  const id = clusterId(settings, { name: "dev" });
  const resource = { kind: "cluster", id } as const;
  const holds = (roleGuid: string, scope = id) =>
    accessGraph({
      principals: [{ id: "somebody", name: "somebody", kind: "application" }],
      assignments: [{ id: "one", principalId: "somebody", roleGuid, scope }],
    });
  const group = id.slice(0, id.indexOf("/providers/"));

  test.each([
    ["its users", roleGuids.clusterUser, id, true],
    ["users of another cluster", roleGuids.clusterUser, clusterId(settings, { name: "staging" }), false],
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
