import { customRoleGuid } from "../../model/access/names";
import { expandMatrix } from "../../model/access/matrix";
import { roleGuids } from "../../model/access/roles";
import { clusterGroupId, clusterId, namespaceId, registryId } from "../../model/physical-names";
import { environmentNamed } from "../../model/promotion-path";
import { accessRestrictMatrix } from "../../policies/rules/access-restrict-matrix";
import { stackFacts } from "../../policies/stack-facts";
import type { Properties } from "../../policies/values";
import { cluster, clusteredSettings, clusterResource } from "../support/existing-cluster";
import { roleId, today } from "./support/stacks";
import { judge, verdicts } from "./support/verdicts";

const type = "azure-native:authorization:RoleAssignment";
const settings = clusteredSettings();
const prod = environmentNamed(settings.path, "prod");
const own = (key: string) => customRoleGuid(settings.subscriptionId, "contoso", key);
const facts = (stack: "shared" | "staging" | "prod" = "prod") =>
  stackFacts(clusteredSettings(undefined, stack), today);
const check = (properties: Properties, stack?: "shared" | "staging" | "prod") =>
  verdicts(accessRestrictMatrix, facts(stack), type, { principalId: "somebody", ...properties });
const fix = "Remove the assignment, or state it in the access matrix, where it can be reviewed";

/** What prod's stack assigns because of its cluster. */
const program = [
  ...expandMatrix(settings)
    .filter(({ column }) => column === "prod.cluster")
    .map(({ identity, role, condition, target }) => ({
      scope:
        target.kind === "clusterGroup"
          ? clusterGroupId(settings, cluster)
          : target.kind === "cluster" && target.namespace !== undefined
            ? namespaceId(settings, prod, target.namespace)
            : clusterId(settings, prod),
      roleDefinitionId: roleId(role.kind === "custom" ? own(role.key) : role.guid),
      principalId: `id of ${identity}`,
      principalType: "ServicePrincipal",
      ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
    })),
  {
    scope: registryId(settings, prod),
    roleDefinitionId: roleId(roleGuids.repositoryReader),
    principalId: cluster.kubelet,
    principalType: "ServicePrincipal",
  },
].map((properties, index) => ({ type, name: `assignment-${index}`, properties }));

test("every cell of prod's cluster passes, and that its nodes pull from prod's registry", () => {
  expect(program).toHaveLength(6);
  expect(judge(accessRestrictMatrix, facts(), program)).toEqual([]);
});

test("to one more than the cells give it to, a role does not go", () => {
  const deployer = program.find(({ properties }) => properties.scope.endsWith("/namespaces/iam"))!;
  const another = {
    ...deployer,
    name: "another",
    properties: { ...deployer.properties, principalId: "another" },
  };
  expect(judge(accessRestrictMatrix, facts(), [...program, another])).toEqual([
    expect.stringContaining(
      "contoso workload deployer is assigned to 2 principals, but the access matrix gives it to 1: sp-production-deploy",
    ),
  ]);
});

describe("what no cell accounts for", () => {
  const [scope, iam] = [clusterResource, `${clusterResource}/namespaces/iam`];
  const clusterAdmin = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
  const roleProperty = "roleDefinitionId";
  test.each<[string, string, string, string, string]>([
    [
      "an administrator",
      scope,
      clusterAdmin,
      "Azure Kubernetes Service RBAC Cluster Admin on contoso-prod",
      roleProperty,
    ],
    [
      "a deployer everywhere",
      scope,
      own("workloadDeployer"),
      "contoso workload deployer on contoso-prod",
      roleProperty,
    ],
    [
      "a deployer in another namespace",
      `${clusterResource}/namespaces/payments`,
      own("workloadDeployer"),
      "contoso workload deployer on …/namespaces/payments",
      "scope",
    ],
    [
      "a deployer without a condition",
      iam,
      own("workloadDeployer"),
      "contoso workload deployer on the namespace iam of contoso-prod without a condition",
      "condition",
    ],
    [
      "a user of everything in the group",
      clusterGroupId(settings, cluster),
      roleGuids.clusterUser,
      "Azure Kubernetes Service Cluster User Role on contoso-aks-rg",
      roleProperty,
    ],
    [
      "another cluster of the group",
      clusterResource.replace("contoso-prod", "contoso-other"),
      roleGuids.clusterUser,
      "Azure Kubernetes Service Cluster User Role on …/managedClusters/contoso-other",
      "scope",
    ],
  ])("%s", (_, at, role, what, property) => {
    expect(check({ scope: at, roleDefinitionId: roleId(role) })).toEqual([
      `no cell of the access matrix accounts for ${what} (it: ${property}). ${fix}`,
    ]);
  });

  test.each(["shared", "staging"] as const)("the right role, in the stack of %s", (stack) => {
    expect(check({ scope, roleDefinitionId: roleId(roleGuids.clusterUser) }, stack)).toEqual([
      `no cell of the access matrix accounts for Azure Kubernetes Service Cluster User Role on …/managedClusters/contoso-prod (it: scope). ${fix}`,
    ]);
  });
});
