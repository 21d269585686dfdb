import { parseSettings } from "../../model/config";
import { podBaseline, podSecurityOn } from "../../model/cluster/pod-security";
import { ownNamespaces } from "../../model/cluster/own-namespaces";
import { accessRestrictMatrix } from "../../policies/rules/access-restrict-matrix";
import { stackFacts } from "../../policies/stack-facts";
import { type Properties, unknown } from "../../policies/values";
import { clusteredProject, clusteredSettings, clusterResource } from "../support/existing-cluster";
import { stack as withoutClusters, today } from "./support/stacks";
import { verdicts } from "./support/verdicts";

const [group] = clusterResource.split("/providers/");
const [subscription] = group.split("/resourceGroups/");

type Stack = "shared" | "dev" | "staging" | "prod";
function facts(stack: Stack) {
  if (stack !== "dev") return stackFacts(clusteredSettings(undefined, stack), today);
  const values = { ...clusteredProject(), kind: "environment", environment: "dev" };
  return stackFacts(parseSettings({ project: "contoso", stack, values }), today);
}
const check = (type: string, properties: Properties, stack: Stack = "prod") =>
  verdicts(accessRestrictMatrix, facts(stack), type, properties);

const native = (type: string) => `azure-native:${type}`;
const named = { resourceGroupName: "contoso-aks-rg", resourceName: "contoso-prod" };
const deployment = (resource: Properties): Properties => ({
  resourceGroupName: "contoso-aks-rg",
  properties: { mode: "Incremental", template: { resources: [resource] } },
});

/** Every way to write a resource that is prod's cluster, or stands in it. */
const ofTheCluster: [string, string, Properties][] = [
  ["the cluster", native("containerservice:ManagedCluster"), named],
  ["in a version of its own", native("containerservice/v20250901:ManagedCluster"), named],
  [
    "in capitals",
    native("containerservice:ManagedCluster"),
    { resourceGroupName: "CONTOSO-AKS-RG", resourceName: "Contoso-Prod" },
  ],
  ["a node pool", native("containerservice:AgentPool"), { ...named, agentPoolName: "mine" }],
  ["trusted access", native("containerservice:TrustedAccessRoleBinding"), named],
  [
    "Flux",
    native("kubernetesconfiguration:FluxConfiguration"),
    { clusterName: "contoso-prod", resourceGroupName: "contoso-aks-rg" },
  ],
  ["an extension by scope", native("kubernetesruntime:Service"), { resourceUri: clusterResource }],
  [
    "the policy of one cluster",
    native("authorization:PolicyAssignment"),
    { scope: clusterResource, policyAssignmentName: "mine" },
  ],
  [
    "generic",
    native("resources:Resource"),
    {
      resourceGroupName: "contoso-aks-rg",
      resourceProviderNamespace: "Microsoft.ContainerService",
      parentResourcePath: "managedClusters/contoso-prod",
      resourceType: "agentPools",
      resourceName: "mine",
    },
  ],
  [
    "azapi",
    "azapi:index/resource:Resource",
    { type: "Microsoft.ContainerService/managedClusters@2025-09-01", name: "contoso-prod", parentId: group },
  ],
  [
    "azapi, a child",
    "azapi:index/resource:Resource",
    {
      type: "Microsoft.ContainerService/managedClusters/agentPools@2025-09-01",
      name: "mine",
      parentId: clusterResource.toUpperCase(),
    },
  ],
  [
    "azapi, an update",
    "azapi:index/updateResource:UpdateResource",
    { type: "Microsoft.ContainerService/managedClusters@2025-09-01", resourceId: clusterResource },
  ],
  [
    "azapi, an action",
    "azapi:index/resourceAction:ResourceAction",
    {
      type: "Microsoft.ContainerService/managedClusters@2025-09-01",
      resourceId: clusterResource,
      action: "stop",
    },
  ],
  [
    "azapi, an update that its body disguises",
    "azapi:index/updateResource:UpdateResource",
    {
      type: "Microsoft.ContainerService/managedClusters@2025-09-01",
      resourceId: clusterResource,
      body: { properties: { resourceId: "/elsewhere", scope: "/elsewhere" } },
    },
  ],
  [
    "with more slashes",
    native("kubernetesruntime:Service"),
    { resourceUri: `/${clusterResource.replace("/providers/", "//providers/")}/` },
  ],
  [
    "classic",
    "azure:containerservice/kubernetesCluster:KubernetesCluster",
    { name: "contoso-prod", resourceGroupName: "contoso-aks-rg" },
  ],
  [
    "Terraform's node pool",
    "azurerm:index/kubernetesClusterNodePool:KubernetesClusterNodePool",
    { name: "mine", kubernetesClusterId: clusterResource },
  ],
  [
    "a template",
    native("resources:Deployment"),
    deployment({ type: "Microsoft.ContainerService/managedClusters", name: "contoso-prod", properties: {} }),
  ],
  [
    "a template's extension",
    native("resources:Deployment"),
    deployment({
      type: "Microsoft.KubernetesConfiguration/extensions",
      name: "flux",
      scope: "Microsoft.ContainerService/managedClusters/contoso-prod",
    }),
  ],
];

describe.each<Stack>(["shared", "dev", "staging", "prod"])("in the stack %s", (stack) => {
  test.each(ofTheCluster)("%s is refused", (_, type, properties) => {
    expect(check(type, properties, stack)).toEqual([
      expect.stringMatching(
        /^contoso-prod, the cluster of prod, is not the project's to change \(it: .+\)\. Leave the cluster to whoever made it$/,
      ),
    ]);
  });
});

test("what is nobody's cluster passes", () => {
  for (const [type, properties] of [
    ["containerservice:ManagedCluster", { ...named, resourceName: "contoso-other" }],
    ["containerservice:ManagedCluster", { ...named, resourceGroupName: "contoso-dev-rg" }],
    ["containerservice:ManagedCluster", { resourceGroupName: unknown, resourceName: "contoso-other" }],
    ["containerservice:AgentPool", { ...named, resourceName: "contoso-prod-2" }],
    ["managedidentity:UserAssignedIdentity", named],
    ["authorization:ManagementLockByScope", { scope: `${group}-2`, lockName: "keep" }],
  ] as const) {
    expect(check(native(type), properties)).toEqual([]);
  }
  expect(
    verdicts(accessRestrictMatrix, withoutClusters("prod"), native("containerservice:ManagedCluster"), named),
  ).toEqual([]);
});

test("whose cluster is not known yet is refused where nothing may stay open", () => {
  const what =
    "whether it is a cluster of the path is not known before `pulumi up` (it: type). Leave the cluster to whoever made it";
  const hidden: Properties[] = [
    { resourceGroupName: unknown, resourceName: "contoso-prod" },
    { resourceGroupName: "contoso-aks-rg", resourceName: unknown },
  ];
  for (const properties of hidden) {
    expect(check(native("containerservice:AgentPool"), properties)).toEqual([what]);
    expect(check(native("containerservice:AgentPool"), properties, "dev")).toEqual([]);
  }
  const pool = "azure:containerservice/kubernetesClusterNodePool:KubernetesClusterNodePool";
  expect(check(pool, { name: "mine", kubernetesClusterId: unknown })).toEqual([what]);
});

describe("the baseline for pods", () => {
  const type = native("authorization:PolicyAssignment");
  const right = podSecurityOn(group, "pod-security-prod");
  const fix =
    "Remove it: that stack assigns the baseline, which denies and leaves out no namespace of anybody's";
  const says = (property: string) =>
    `the baseline for pods on the group of contoso-prod is not as the stack of prod makes it (it: ${property}). ${fix}`;

  test("as the environment's stack makes it passes there, and in no other", () => {
    const written = { ...right, displayName: "Pods that can do nothing to their node" };
    expect(check(type, written)).toEqual([]);
    // The engine keeps no order of keys.
    const { effect, excludedNamespaces } = right.parameters;
    expect(check(type, { ...written, parameters: { excludedNamespaces, effect } })).toEqual([]);
    for (const stack of ["shared", "dev", "staging"] as const) {
      expect(check(type, written, stack)).toEqual([says("scope")]);
    }
  });

  test.each<[string, Properties]>([
    ["enforcementMode", { enforcementMode: "DoNotEnforce" }],
    ["enforcementMode", { enforcementMode: unknown }],
    ["parameters", { parameters: { ...right.parameters, effect: { value: "Audit" } } }],
    [
      "parameters",
      { parameters: { ...right.parameters, excludedNamespaces: { value: [...ownNamespaces, "iam"] } } },
    ],
    ["notScopes", { notScopes: [clusterResource] }],
    ["resourceSelectors", { resourceSelectors: [] }],
    ["policyDefinitionId", { policyDefinitionId: `${subscription}/mine` }],
    ["policyAssignmentName", { policyAssignmentName: "mine" }],
  ])("with another %s is refused", (property, changes) => {
    expect(check(type, { ...right, ...changes })).toEqual([says(property)]);
  });

  test("whatever it is written in", () => {
    const { scope, policyAssignmentName, ...properties } = right;
    const weak = { ...properties, enforcementMode: "DoNotEnforce" };
    const arm = "Microsoft.Authorization/policyAssignments";
    const azapi = { type: `${arm}@2025-01-01`, name: policyAssignmentName, parentId: scope };
    expect(check("azapi:index/resource:Resource", { ...azapi, body: { properties: weak } })).toHaveLength(1);
    expect(
      check(
        native("resources:Deployment"),
        deployment({ type: arm, name: policyAssignmentName, properties: weak }),
      ),
    ).toHaveLength(1);
    expect(
      check("azure:core/resourceGroupPolicyAssignment:ResourceGroupPolicyAssignment", {
        resourceGroupId: scope,
        name: "mine",
        policyDefinitionId: podBaseline,
        enforce: false,
      }),
    ).toHaveLength(1);
  });

  test("another policy, and the baseline elsewhere, are nobody's business here", () => {
    expect(check(type, { ...right, policyDefinitionId: "/tags", policyAssignmentName: "tags" })).toEqual([]);
    expect(check(type, { ...right, scope: subscription })).toEqual([]);
  });

  test.each<[string, string, Properties]>([
    ["of the group", native("authorization:PolicyExemption"), { scope: group.toUpperCase() }],
    ["with more slashes", native("authorization:PolicyExemption"), { scope: `/${group}/` }],
    [
      "that ARM reads in a way of its own",
      native("authorization:PolicyExemption"),
      { scope: group.replace("aks-rg", "%61ks-rg") },
    ],
    [
      "of the subscription",
      native("authorization/v20220701preview:PolicyExemption"),
      { scope: subscription },
    ],
    [
      "above it",
      native("authorization:PolicyExemption"),
      { scope: "/providers/Microsoft.Management/managementGroups/all" },
    ],
    [
      "by azapi",
      "azapi:index/resource:Resource",
      { type: "Microsoft.Authorization/policyExemptions@2022-07-01-preview", name: "x", parentId: group },
    ],
    [
      "classic",
      "azure:core/resourceGroupPolicyExemption:ResourceGroupPolicyExemption",
      { resourceGroupId: group, name: "x" },
    ],
    [
      "of a template",
      native("resources:Deployment"),
      deployment({ type: "Microsoft.Authorization/policyExemptions", name: "x" }),
    ],
    ["of what is not known", native("authorization:PolicyExemption"), { scope: unknown }],
  ])("has no exemption %s", (_, type, properties) => {
    expect(check(type, properties)).toEqual([
      expect.stringMatching(
        /^a policy exemption would let pods get to the nodes of contoso-prod \(it: .*scope\)\. Remove it: the baseline for pods has no exemptions$/,
      ),
    ]);
  });

  test("an exemption elsewhere passes", () => {
    const elsewhere = { scope: `${subscription}/resourceGroups/contoso-dev-rg` };
    expect(check(native("authorization:PolicyExemption"), elsewhere)).toEqual([]);
  });
});
