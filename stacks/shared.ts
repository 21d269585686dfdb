import * as network from "@pulumi/azure-native/network";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as privatedns from "@pulumi/azure-native/privatedns";
import * as resources from "@pulumi/azure-native/resources";
import { AccessMatrix, SigningVault } from "../components";
import { clusterRoles } from "../model/access/cluster-roles";
import { customRoles } from "../model/access/custom-roles";
import { expandMatrix } from "../model/access/matrix";
import { sharedNetwork } from "../model/network/shared";
import { clusterGroupId } from "../model/physical-names";
import { accessOn } from "./grants";
import { makeIdentities } from "./identities";
import { names, tagsFor } from "./naming";
import { principalsOf } from "./principals";
import { defineRoles } from "./roles";
import { settings } from "./settings";
import { requiredTenant } from "./tenant";

const tenantId = requiredTenant();
const subscription = `/subscriptions/${settings.subscriptionId}`;
const tags = tagsFor("shared");

const group = new resources.ResourceGroup("shared-rg", {
  resourceGroupName: names.resourceGroup("shared"),
  location: settings.location,
  tags,
});
const inGroup = { resourceGroupName: group.name, location: settings.location, tags };

const workspace = new operationalinsights.Workspace("logs", {
  ...inGroup,
  workspaceName: names.workspace,
  sku: { name: operationalinsights.WorkspaceSkuNameEnum.PerGB2018 },
  retentionInDays: 90,
});

const virtualNetwork = new network.VirtualNetwork("vnet", {
  ...inGroup,
  virtualNetworkName: names.virtualNetwork,
  addressSpace: { addressPrefixes: [sharedNetwork.range] },
});
const pipelineSubnet = new network.Subnet("pipeline-subnet", {
  resourceGroupName: group.name,
  virtualNetworkName: virtualNetwork.name,
  subnetName: "pipeline-subnet",
  addressPrefix: sharedNetwork.subnets.pipeline,
});

const endpointsSubnet = new network.Subnet(
  "endpoints-subnet",
  {
    resourceGroupName: group.name,
    virtualNetworkName: virtualNetwork.name,
    subnetName: "endpoints-subnet",
    addressPrefix: sharedNetwork.subnets.endpoints,
  },
  // Azure changes one subnet of a network at a time.
  { dependsOn: pipelineSubnet },
);

/** A zone in which runners of the network find the private addresses of a service. */
function privateZone(name: string, zoneName: string): privatedns.PrivateZone {
  const common = { resourceGroupName: group.name, privateZoneName: zoneName, location: "Global", tags };
  const zone = new privatedns.PrivateZone(name, common);
  new privatedns.VirtualNetworkLink(`${name}-link`, {
    ...common,
    privateZoneName: zone.name,
    virtualNetworkLinkName: names.virtualNetwork,
    virtualNetwork: { id: virtualNetwork.id },
    registrationEnabled: false,
  });
  return zone;
}
const registryZone = privateZone("registry-zone", "privatelink.azurecr.io");
const vaultZone = privateZone("vault-zone", "privatelink.vaultcore.azure.net");

const vault = new SigningVault("signing", {
  ...inGroup,
  endpoint: { subnetId: endpointsSubnet.id, location: settings.location, zoneId: vaultZone.id },
  vaultName: names.signingVault,
  keyName: "cosign",
  tenantId,
  workspaceId: workspace.id,
});

defineRoles(customRoles(settings.organization), [subscription]);
/** Roles of a cluster's column that nobody holds are not made, and none can be assigned outside of the clusters' groups. */
const clusterGroups = settings.path.environments.flatMap(({ cluster }) =>
  cluster ? [clusterGroupId(settings, cluster)] : [],
);
const held = expandMatrix(settings).flatMap(({ role }) => (role.kind === "custom" ? [role.key] : []));
defineRoles(
  clusterRoles(settings.organization).filter(({ key }) => held.includes(key)),
  [...new Set(clusterGroups)],
);

/** Object id of every identity by its name in the matrix, and client id of every application for the workflows that sign in. */
export const { principals, clientIds } = makeIdentities();

new AccessMatrix("signing", {
  subscriptionId: settings.subscriptionId,
  scope: vault.vaultId,
  ...accessOn((target) => target.kind === "vault", principalsOf(principals)),
});
new AccessMatrix("shared-rg", {
  subscriptionId: settings.subscriptionId,
  scope: group.id,
  ...accessOn(
    (target) => target.kind === "resourceGroup" && target.environment === "shared",
    principalsOf(principals),
  ),
});

export const workspaceId = workspace.id;
export const pipelineSubnetId = pipelineSubnet.id;
export const endpointsSubnetId = endpointsSubnet.id;
export const networkLocation = settings.location;
export const registryZoneId = registryZone.id;
export const signingKey = vault.keyUriWithVersion;
export const signingVaultUri = vault.vaultUri;
