import { clusterRoles } from "../../../model/access/cluster-roles";
import { customRoleDefinition } from "../../../model/access/custom-roles";
import { expandMatrix, roleGuidFor } from "../../../model/access/matrix";
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

/** ARM id of the cluster of an environment. */
export const clusterOf = (environment: "dev" | "staging") =>
  under(`Microsoft.ContainerService/managedClusters/${environment}-aks`);
/** The application of all API servers of AKS. */
export const server = "6dae42f8-4368-4678-94ff-3960e28e3630";

const settings = pocSettings();
const administrator = "sp-administrator";
/** The three of B3, a deployer of dev, and one who may ask for the credential of dev's administrator. */
export const [devPipeline, stagingPipeline, engine, deployer] = Object.keys(settings.identities);
export { administrator };

export interface ClusterWorld extends TestSandbox {
  /** Entra object ids, by name. */
  readonly ids: Readonly<Record<string, string>>;
  /** A token as kubelogin asks for one. */
  tokenOf(name: string, audience: string): Promise<string>;
}

/** A sandbox with the clusters of a proof of concept, and its identities with what the matrix gives them there. */
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
  for (const environment of ["dev", "staging"] as const)
    await put(clusterOf(environment), {
      identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
      properties: {
        dnsPrefix: `aks-${environment}`,
        kubernetesVersion: "1.36",
        agentPoolProfiles: [{ ...pool, vnetSubnetID: `${network}/subnets/aks` }],
        aadProfile: { managed: true, enableAzureRBAC: true },
        disableLocalAccounts: true,
        apiServerAccessProfile: { enablePrivateCluster: true },
      },
    });
  const { organization } = settings;
  for (const role of clusterRoles(organization)) {
    const { guid, name, permissions } = customRoleDefinition(subscriptionId, organization, role);
    await put(roleId(guid), {
      location: undefined,
      properties: { roleName: name, permissions, assignableScopes: [subscription] },
    });
  }
  const ids = Object.fromEntries(
    [...Object.keys(settings.identities), administrator].map((name) => [
      name,
      addIdentity(test.sandbox, name).objectId,
    ]),
  );
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
  for (const { identity: who, role, target, condition } of expandMatrix(settings)) {
    if (target.kind !== "cluster") continue;
    const cluster = clusterOf(target.environment as "dev");
    const scope = target.namespace === undefined ? cluster : `${cluster}/namespaces/${target.namespace}`;
    await assign(ids[who], scope, roleGuidFor(role, subscriptionId, organization), condition);
  }
  await assign(ids[administrator], clusterOf("dev"), "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8");
  return {
    ...test,
    ids,
    tokenOf: async (name, audience) =>
      (await (await credentialIn(test, name)).getToken(`${audience}/.default`)).token,
  };
}
