import { clusterRoles } from "../../../model/access/cluster-roles";
import { customRoleDefinition } from "../../../model/access/custom-roles";
import { expandMatrix, roleGuidFor } from "../../../model/access/matrix";
import { roleGuids } from "../../../model/access/roles";
import { subscriptionId } from "../../../sandbox/places";
import { pocSettings } from "../../support/poc";
import { credentialIn } from "../http/credential";
import {
  addIdentity,
  assignmentId,
  groupId,
  openTestSandbox,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";

const under = (path: string) => `${groupId}/providers/${path}`;
const network = under("Microsoft.Network/virtualNetworks/vnet");
const identity = under("Microsoft.ManagedIdentity/userAssignedIdentities/cluster");

/** ARM id of the one cluster. */
export const cluster = under("Microsoft.ContainerService/managedClusters/aks");
/** The application of all API servers of AKS. */
export const server = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** Who may get how far into the cluster. */
export type Who = "sp-contoso-poc-dev-deploy" | "user" | "nobody" | "admin";

export interface ClusterWorld extends TestSandbox {
  /** Entra object ids. */
  readonly ids: Readonly<Record<Who, string>>;
  /** A token as kubelogin asks for one. */
  tokenOf(name: Who, audience: string): Promise<string>;
}

/** A sandbox with a cluster, and one who deploys there, one who may sign in, one who asks for the administrator's credential, and a stranger. */
export async function openClusterWorld(): Promise<ClusterWorld> {
  const test = await openTestSandbox();
  const { manager } = test.sandbox;
  const put = (id: string, body: object) =>
    manager.put(test.administrator, id, { location: "eastus2", properties: {}, ...body });
  await put(groupId, {});
  await put(network, { properties: { addressSpace: { addressPrefixes: ["10.100.0.0/16"] } } });
  await put(`${network}/subnets/aks`, {
    location: undefined,
    properties: { addressPrefix: "10.100.1.0/24" },
  });
  await put(identity, {});
  const pool = { name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5" };
  await put(cluster, {
    identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
    properties: {
      dnsPrefix: "aks",
      kubernetesVersion: "1.36",
      agentPoolProfiles: [{ ...pool, vnetSubnetID: `${network}/subnets/aks` }],
      aadProfile: { managed: true, enableAzureRBAC: true },
      disableLocalAccounts: true,
      apiServerAccessProfile: { enablePrivateCluster: true },
    },
  });
  for (const role of clusterRoles("contoso-poc")) {
    const { guid, name, permissions } = customRoleDefinition(subscriptionId, "contoso-poc", role);
    await put(roleId(guid), {
      location: undefined,
      properties: { roleName: name, permissions, assignableScopes: [subscription] },
    });
  }
  const idOf = (name: Who) => addIdentity(test.sandbox, name).objectId;
  const deployer = "sp-contoso-poc-dev-deploy";
  const ids = {
    [deployer]: idOf(deployer),
    user: idOf("user"),
    nobody: idOf("nobody"),
    admin: idOf("admin"),
  };
  let number = 0;
  const assign = (principalId: string, scope: string, guid: string, condition?: string) =>
    put(assignmentId(scope, ++number), {
      location: undefined,
      properties: {
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(guid),
        ...(condition && { condition, conditionVersion: "2.0" }),
      },
    });
  // As the matrix has it, so that what the library assigns is what is tried.
  for (const { identity: who, role, target, condition } of expandMatrix(pocSettings())) {
    if (who !== deployer || target.kind !== "cluster") continue;
    const scope = target.namespace === undefined ? cluster : `${cluster}/namespaces/${target.namespace}`;
    await assign(ids[deployer], scope, roleGuidFor(role, subscriptionId, "contoso-poc"), condition);
  }
  await assign(ids.user, cluster, roleGuids.clusterUser);
  await assign(ids.admin, cluster, "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8");
  return {
    ...test,
    ids,
    tokenOf: async (name, audience) =>
      (await (await credentialIn(test, name)).getToken(`${audience}/.default`)).token,
  };
}
