import fc from "fast-check";
import { clusterReader, clusterRoles } from "../../../model/access/cluster-roles";
import { customRoleDefinition, customRoles } from "../../../model/access/custom-roles";
import { evaluate } from "../../../model/access/evaluate";
import { graphFromResources } from "../../../model/access/from-resources";
import { accessGraph } from "../../../model/access/graph";
import { type CellGrant, expandMatrix, matrixFindings, roleGuidFor } from "../../../model/access/matrix";
import { pathContext } from "../../../model/access/path-context";
import { grantsOfClusters } from "../../../model/cluster/grants";
import { clusterGroupId, clusterId, namespaceId, registryId } from "../../../model/physical-names";
import { environmentNamed } from "../../../model/promotion-path";
import type { Settings } from "../../../model/settings";
import { poc, pocSettings } from "../../support/poc";
import {
  cluster,
  clusteredProject,
  clusteredSettings,
  clusterResource,
} from "../../support/existing-cluster";

const settings = clusteredSettings();
const deployer = "sp-production-deploy";
const drift = "sp-contoso-drift";
const told = ({ identity, role, target }: CellGrant) => {
  const inside = target.kind === "cluster" && target.namespace !== undefined ? ` in ${target.namespace}` : "";
  const of = target.kind === "vault" ? "" : ` ${target.environment}`;
  return `${identity}: ${role.kind === "custom" ? role.key : role.name} on ${target.kind}${of}${inside}`;
};
const refusals = (...args: Parameters<typeof clusteredProject>): string[] => {
  try {
    clusteredSettings(clusteredProject(...args));
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  return [];
};
const at = (key: string) => `(Pulumi.yaml or Pulumi.prod.yaml, contoso:${key})`;

test("its cells are roles on the cluster, in its namespaces and on its group, and its nodes pull from its registry alone", () => {
  const inCluster = expandMatrix(settings).filter(({ column }) => column === "prod.cluster");
  expect(inCluster.map(told)).toEqual([
    `${deployer}: Azure Kubernetes Service Cluster User Role on cluster prod`,
    `${deployer}: admissionKeeper on cluster prod`,
    `${deployer}: admittedKeeper on cluster prod in airlock-system`,
    `${deployer}: workloadDeployer on cluster prod in iam`,
    `${drift}: clusterReader on clusterGroup prod`,
  ]);
  expect(grantsOfClusters(settings).map(told)).toEqual([
    "the kubelet of prod: Container Registry Repository Reader on registry prod",
  ]);
  expect(clusterId(settings, environmentNamed(settings.path, "prod"))).toBe(clusterResource);
});

test("a path that names no cluster is what it was", () => {
  const access = { [deployer]: { prod: ["pull"] }, [drift]: { prod: ["read"] } };
  const without = clusteredSettings(clusteredProject(null, access));
  expect(without.path.environments.map((one) => "cluster" in one)).toEqual([false, false, false]);
  expect(grantsOfClusters(without)).toEqual([]);
  expect(pathContext(without).clusters).toEqual([]);
});

describe("what is no cluster of an environment", () => {
  const group = { ...cluster, name: "contoso-other", kubelet: "44444444-4444-4444-8444-444444444444" };
  test.each<[string, Parameters<typeof clusteredProject>, string[]]>([
    [
      "a kubelet that is no object id",
      [{ kubelet: "contoso-prod-agentpool" }],
      [
        `expected the object id of whom its nodes pull as, a GUID: az aks show --query identityProfile.kubeletidentity.objectId, found "contoso-prod-agentpool" ${at("path[2].cluster.kubelet")}`,
      ],
    ],
    [
      "a name that AKS doesn't take",
      [{ name: "contoso.prod" }],
      [
        `expected a cluster's name: 1 to 63 letters, digits, dashes and underscores, found "contoso.prod" ${at("path[2].cluster.name")}`,
      ],
    ],
    [
      "a group that airlock makes",
      [{ resourceGroup: "Contoso-Prod-rg" }],
      [
        `contoso-prod-rg is a resource group that airlock makes, and the cluster stood there before ${at("path[2].cluster.resourceGroup")}. Name the one that it stands in: az aks show --query resourceGroup`,
      ],
    ],
    [
      "that of another environment",
      [{}, {}, { ...group, name: "CONTOSO-prod" }],
      [
        `cluster "contoso-aks-rg/contoso-prod" is used twice on the promotion path by environments "staging" and "prod" ${at("path")}. Give each environment its own cluster`,
      ],
    ],
    [
      "one whose nodes are another's",
      [{}, {}, { ...group, kubelet: cluster.kubelet }],
      [
        `kubelet "${cluster.kubelet}" is used twice on the promotion path by environments "staging" and "prod" ${at("path")}. Give each environment its own kubelet`,
      ],
    ],
    [
      "a column of none",
      [{}, { "sp-contoso-prod-pipeline": { "staging.cluster": ["none"] } }],
      [
        `staging has no cluster ${at("access.sp-contoso-prod-pipeline.staging.cluster")}. Name one in the path, as cluster: { resourceGroup, name, kubelet }, or leave the column out`,
      ],
    ],
    [
      "the same group, read twice",
      [{}, { [drift]: { "staging.cluster": ["read"], "prod.cluster": ["read"] } }, group],
      [
        `read in access.${drift}.staging.cluster is of every cluster in the group, this one included ${at(`access.${drift}.prod.cluster`)}. Leave it out here`,
      ],
    ],
    [
      "the same group, read and not",
      [{}, { [drift]: { "staging.cluster": ["none"], "prod.cluster": ["read"] } }, group],
      [
        `"none" in access.${drift}.staging.cluster is not true: read in access.${drift}.prod.cluster is of every cluster in the group ${at(`access.${drift}.prod.cluster`)}. Leave one of the two out`,
      ],
    ],
  ])("%s", (_, args, expected) => {
    expect(refusals(...args)).toEqual(expected);
  });

  test("what has no meaning in its column", () => {
    const findings = (cell: string) =>
      matrixFindings({ ...settings, access: { [deployer]: { "prod.cluster": [cell] } } }).map(
        ({ what }) => what,
      );
    expect(findings("pull")).toEqual(["pull has no meaning in column prod.cluster"]);
    expect(findings("sign")).toEqual(["sign has no meaning in column prod.cluster"]);
    expect(findings("deploy kube-system")).toEqual(["nobody deploys in kube-system"]);
    expect(findings("read")).toEqual([]);
  });

  test("an object id is the same in capitals", () => {
    const kubelet = "AAAAAAAA-3333-4333-8333-333333333333";
    const { path } = clusteredSettings(clusteredProject({ kubelet }));
    expect(path.environments[2].cluster?.kubelet).toBe(kubelet.toLowerCase());
  });
});

test("a proof of concept makes its clusters, and names none", () => {
  const [first, ...others] = poc.path;
  expect(() => pocSettings({ path: [{ ...first, cluster }, ...others] })).toThrow(
    "the proof of concept makes the cluster of dev itself (Pulumi.poc.yaml, contoso:poc.path[0].cluster). Leave it out, and state clusters.dev",
  );
  const access = { ...poc.access, "sp-contoso-poc-dev-deploy": { "dev.cluster": ["read"] } };
  expect(() => pocSettings({ access })).toThrow("read has no meaning in column dev.cluster");
  expect(() => pocSettings({ clusters: { dev: {} } })).toThrow("staging has no cluster");
});

/** A registry that somebody has in the cluster's group; in this mode Reader pulls from it. */
const legacy = {
  environment: "staging",
  registries: {
    secure: { name: "contosostaging" },
    standard: {
      name: "contosolegacy",
      mode: "rbac",
      existing: { resourceGroup: cluster.resourceGroup.toUpperCase() },
    },
  },
};

test("who reads in its group sees roles, policies and clusters there, and no image, no log and no credential", () => {
  const columns = { staging: ["none"], "staging.standard": ["none"], "prod.cluster": ["read"] };
  const project = clusteredProject({}, { [drift]: columns });
  const path = [project.path[0], legacy, project.path[2]];
  const of = clusteredSettings({ ...project, path });
  const { standard } = environmentNamed(of.path, "staging");
  const registry = registryId(of, { name: "staging", ...standard! });
  const graph = { ...graphOf(of), registries: [{ ...unread, id: registry, name: "contosolegacy" }] };
  expect(evaluate(graph, drift, "pull", { kind: "registry", id: registry }).allowed).toBe(false);
  expect(evaluate(graph, drift, "read", { kind: "registry", id: registry }).allowed).toBe(false);
  expect(clusterReader("contoso")).toMatchObject({
    actions: [
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.Authorization/roleAssignments/read",
      "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
      "Microsoft.Authorization/roleDefinitions/read",
      "Microsoft.Authorization/policyAssignments/read",
    ],
    dataActions: [],
  });
});

const unread = { mode: "rbac", adminUserEnabled: false, anonymousPullEnabled: false } as const;

describe("who deploys in a protected environment's cluster does nothing else", () => {
  const other = { ...cluster, name: "contoso-other", kubelet: "44444444-4444-4444-8444-444444444444" };
  const rights = ["cluster-user", "deploy iam"];
  const own = { prod: ["pull"], "prod.cluster": rights };
  const findings = (row: object, identity: object = {}, project: object = {}) => {
    const base = clusteredProject({}, { [deployer]: row }, other);
    const [identities, teams] = [base.identities as object, { iam_team: ["iam/*"] }];
    const stated = { kind: "application", githubEnvironment: "prod-deploy", ...identity };
    try {
      clusteredSettings({ ...base, teams, identities: { ...identities, [deployer]: stated }, ...project });
    } catch (error) {
      return (error as Error).message.split("\n");
    }
    return [];
  };
  const said = (what: string, fix: string) => [
    `the deployer of prod, which is protected, ${what} ${at(`access.${deployer}.prod.cluster`)}. ${fix}`,
  ];
  const nothingElse =
    "It pulls and deploys there and does nothing else: give deploy to an identity of its own";

  test.each<[string, object, string]>([
    ["pushes", { dev: ["pull iam/*", "push"] }, "pull in dev"],
    ["pushes and no more", { dev: ["push"] }, "push in dev"],
    ["deletes", { dev: ["delete"] }, "delete in dev"],
    ["signs", { signing: ["sign"] }, "sign in signing"],
    ["imports", { prod: ["pull", "import"] }, "import in prod"],
    ["locks", { prod: ["pull", "lock"] }, "lock in prod"],
    ["tidies", { staging: ["tidy"] }, "tidy in staging"],
    ["reads, as previews do", { dev: ["read"] }, "read in dev"],
    ["reads where it deploys", { "prod.cluster": [...rights, "read"] }, "read in prod.cluster"],
    ["deploys elsewhere", { "staging.cluster": ["deploy iam"] }, "deploy in staging.cluster"],
  ])("%s", (_, columns, has) => {
    expect(findings({ ...own, ...columns })).toEqual(said(`has ${has} too`, nothingElse));
  });

  test.each<[string, object, string, string]>([
    [
      "a group",
      { kind: "group", githubEnvironment: undefined },
      "is a group of people",
      "Give deploy to an application, which a workflow signs in as",
    ],
    [
      "a team's",
      { team: "iam_team" },
      "belongs to iam_team",
      "A deployer writes what the whole cluster admits, and a team has its namespaces: give deploy to one without a team",
    ],
    [
      "signed in as another is",
      { githubEnvironment: "Dev" },
      "signs in from dev, as sp-contoso-dev-pipeline does",
      "Give it a GitHub environment of its own",
    ],
    [
      "that of a pull request's code",
      { githubEnvironment: "preview" },
      "signs in from preview",
      "A pull request's code runs there: give it a GitHub environment of its own",
    ],
  ])("%s", (_, identity, what, fix) => {
    expect(findings(own, identity)).toEqual(said(what, fix));
  });

  test("what it has otherwise, and whoever deploys in an environment without protection, is what it was", () => {
    const others = { dev: ["none"], staging: ["none"], signing: ["none"], "staging.cluster": ["none"] };
    expect(findings({ ...own, ...others })).toEqual([]);
    expect(findings({ ...own, prod: ["pull iam/*"] })).toEqual([]);
    const free = { dev: ["pull", "push"], staging: ["read"], "staging.cluster": rights };
    expect(findings({ ...free, "prod.cluster": ["cluster-user"] })).toEqual([]);
    expect(findings(free, { kind: "group", githubEnvironment: undefined, team: "iam_team" })).toEqual([]);
  });
});

test("without any resource its nodes have a name, and what nobody declares is said", () => {
  const graph = graphFromResources([], pathContext(settings));
  expect(graph.principals).toEqual([
    { id: cluster.kubelet, name: "contoso-prod-agentpool", kind: "application" },
  ]);
  expect(graph.unjudged).toEqual([
    expect.objectContaining({ type: "cluster", name: "contoso-prod", column: "prod.cluster" }),
  ]);
});

/** The assignments that the cells become, on real scopes. */
function graphOf(of: Settings) {
  const { subscriptionId, organization } = of;
  const prod = environmentNamed(of.path, "prod");
  const scopeOf = ({ target }: CellGrant): string => {
    switch (target.kind) {
      case "cluster":
        return target.namespace === undefined ? clusterId(of, prod) : namespaceId(of, prod, target.namespace);
      case "clusterGroup":
        return clusterGroupId(of, cluster);
      default:
        return registryId(of, prod);
    }
  };
  const grants = expandMatrix(of).filter(({ column }) => column === "prod.cluster");
  return accessGraph({
    principals: Object.keys(of.identities).map((name) => ({ id: name, name, kind: "application" })),
    roles: [...customRoles(organization), ...clusterRoles(organization)].map((role) =>
      customRoleDefinition(subscriptionId, organization, role),
    ),
    assignments: grants.map((grant, index) => ({
      id: String(index),
      principalId: grant.identity,
      roleGuid: roleGuidFor(grant.role, subscriptionId, organization),
      scope: scopeOf(grant),
      ...(grant.condition !== undefined && { condition: grant.condition }),
    })),
  });
}

test("whatever cells somebody has, they reach what these say and nothing besides", () => {
  const namespaces = ["iam", "payments", "utility"];
  const cell = fc.constantFrom("cluster-user", ...namespaces.map((name) => `deploy ${name}`));
  fc.assert(
    fc.property(fc.uniqueArray(cell, { minLength: 1, maxLength: 5 }), (cells) => {
      const of = clusteredSettings(clusteredProject({}, { [deployer]: { "prod.cluster": cells } }));
      const graph = graphOf(of);
      const may = (capability: "cluster-user" | "deploy", namespace?: string) =>
        evaluate(graph, deployer, capability, {
          kind: "cluster",
          id: clusterResource,
          ...(namespace !== undefined && { namespace }),
        }).allowed;
      expect(may("cluster-user")).toBe(cells.includes("cluster-user"));
      for (const name of namespaces) expect(may("deploy", name)).toBe(cells.includes(`deploy ${name}`));
      for (const name of ["kube-system", "airlock-system", "other"]) expect(may("deploy", name)).toBe(false);
      // Another cluster of the same group is nobody's.
      const other = clusterResource.replace("contoso-prod", "contoso-other");
      expect(evaluate(graph, deployer, "cluster-user", { kind: "cluster", id: other }).allowed).toBe(false);
    }),
  );
});
