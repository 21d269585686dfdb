import { isolationRows } from "../../../cli/doctor/poc";
import { columnsOf } from "../../../cli/access/effective";
import { graphFromResources, type RegisteredResource } from "../../../model/access/from-resources";
import { roleGuids } from "../../../model/access/roles";
import { clusterId, registryId, resourceGroupId } from "../../../model/physical-names";
import { pocSettings } from "../../support/poc";

const settings = pocSettings();
const [dev, staging] = settings.path.environments;
const made = (type: string, name: string, inputs: object, id?: string): RegisteredResource => ({
  type,
  name,
  ...(id !== undefined && { id }),
  inputs: inputs as Record<string, unknown>,
  outputs: {},
});
const registries = [dev, staging].map((environment) =>
  made(
    "azure-native:containerregistry:Registry",
    environment.name,
    { registryName: environment.registry, roleAssignmentMode: "AbacRepositoryPermissions" },
    registryId(settings, environment),
  ),
);
const identities = Object.keys(settings.identities).flatMap((name): RegisteredResource[] => [
  made("azuread:index/application:Application", name, { displayName: name, clientId: `client-${name}` }),
  {
    ...made("azuread:index/servicePrincipal:ServicePrincipal", `${name}-principal`, {
      clientId: `client-${name}`,
    }),
    outputs: { objectId: name },
  },
]);
const vault = made(
  "azure-native:keyvault:Vault",
  "signing",
  { vaultName: "contoso-poc-cosign-kv" },
  `${resourceGroupId(settings, "shared")}/providers/Microsoft.KeyVault/vaults/contoso-poc-cosign-kv`,
);
const assigned = (principalId: string, roleGuid: string, scope: string) =>
  made(
    "azure-native:authorization:RoleAssignment",
    `${principalId}-${roleGuid}`,
    {
      principalId,
      scope,
      roleDefinitionId: `/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid}`,
    },
    `${scope}/providers/Microsoft.Authorization/roleAssignments/one`,
  );

function rowsOf(...more: RegisteredResource[]) {
  const resources = [...registries, ...identities, vault, ...more];
  const graph = graphFromResources(resources, {
    subscriptionId: settings.subscriptionId,
    environments: { [dev.registry]: "dev", [staging.registry]: "staging" },
  });
  const columns = columnsOf(graph, ["dev", "staging"], settings);
  return Object.fromEntries(
    isolationRows({ resources, settings }, graph, columns).map(({ name, status, detail }) => [
      name,
      `${status}: ${detail}`,
    ]),
  );
}

test("what is by itself is isolated, and every cell that says none is true", () => {
  expect(rowsOf()).toEqual({
    network: "ok: nothing connects it, and its ranges are its own",
    production: "ok: none of 11 resources names anything of production",
    operations: "ok: a workspace and alerts of its own",
    access: "ok: all 11 cells that say none are true",
  });
});

test("what ties it to production is named, with the resource", () => {
  const rows = rowsOf(
    made("azure-native:resources:ResourceGroup", "shared-rg", { resourceGroupName: "contoso-poc-shared-rg" }),
    made("azure-native:network:VirtualNetworkPeering", "afternoon", {
      remoteVirtualNetwork: {
        id: `/subscriptions/${settings.subscriptionId}/resourceGroups/contoso-shared-rg/providers/Microsoft.Network/virtualNetworks/contoso-vnet`,
      },
    }),
  );
  expect(rows).toMatchObject({
    network: "problem: VirtualNetworkPeering connects the network to another one (afternoon: type)",
    production:
      "problem: a proof of concept names the resource group contoso-shared-rg (afternoon: remoteVirtualNetwork.id)",
    operations:
      "problem: no workspace of its own takes the logs (shared-rg: type), no action group tells anybody (shared-rg: type) and no alert watches it (shared-rg: type)",
  });
});

test.each([
  [
    "directly",
    assigned("sp-contoso-poc-staging-pipeline", roleGuids.repositoryReader, registryId(settings, dev)),
    "sp-contoso-poc-staging-pipeline may pull in dev",
  ],
  [
    "by inheritance from the group",
    assigned("sp-contoso-poc-promotion-engine", roleGuids.clusterUser, resourceGroupId(settings, "dev")),
    "sp-contoso-poc-promotion-engine may cluster-user in dev.cluster",
  ],
  [
    "on the cluster of the other environment",
    assigned("sp-contoso-poc-dev-pipeline", roleGuids.clusterUser, clusterId(settings, { name: "staging" })),
    "sp-contoso-poc-dev-pipeline may cluster-user in staging.cluster",
  ],
])("a cell that says none, and is filled %s, is a problem", (_, assignment, said) => {
  expect(rowsOf(assignment).access).toBe(`problem: ${said}`);
});

test("so is one that is filled through a group", () => {
  const group = {
    ...made("azuread:index/group:Group", "team", { displayName: "team" }),
    outputs: { objectId: "team" },
  };
  const member = made("azuread:index/groupMember:GroupMember", "member", {
    groupObjectId: "team",
    memberObjectId: "sp-contoso-poc-staging-pipeline",
  });
  const rows = rowsOf(group, member, assigned("team", roleGuids.cryptoUser, vault.id!));
  expect(rows.access).toBe("problem: sp-contoso-poc-staging-pipeline may sign and verify in signing");
});
