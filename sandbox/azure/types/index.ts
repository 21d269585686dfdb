import type { ResourceType } from "../resource-type";
import { actionGroup, activityLogAlert } from "./alert";
import { disk, virtualMachine } from "./compute";
import { containerApp } from "./container-app";
import { diagnosticSetting } from "./diagnostic-setting";
import { key } from "./key";
import { managedCluster } from "./managed-cluster";
import { managedIdentity } from "./managed-identity";
import { managementLock } from "./management-lock";
import { policyAssignment } from "./policy-assignment";
import { blobContainer, blobService, storageAccount } from "./storage";
import { subnet, virtualNetwork } from "./network";
import { privateZone, virtualNetworkLink } from "./private-dns";
import { privateDnsZoneGroup, privateEndpoint } from "./private-endpoint";
import { registry } from "./registry";
import { replication } from "./replication";
import { resourceGroup } from "./resource-group";
import { roleAssignment } from "./role-assignment";
import { roleDefinition } from "./role-definition";
import { scopeMap } from "./scope-map";
import { secret } from "./secret";
import { networkSecurityGroup } from "./security-group";
import { token } from "./token";
import { vault } from "./vault";
import { workspace } from "./workspace";

/** Every resource type of Azure that the sandbox knows. */
export const resourceTypes: readonly ResourceType[] = [
  actionGroup,
  activityLogAlert,
  blobContainer,
  blobService,
  containerApp,
  diagnosticSetting,
  disk,
  key,
  managedCluster,
  managedIdentity,
  managementLock,
  networkSecurityGroup,
  policyAssignment,
  privateDnsZoneGroup,
  privateEndpoint,
  privateZone,
  registry,
  replication,
  resourceGroup,
  roleAssignment,
  roleDefinition,
  scopeMap,
  secret,
  storageAccount,
  subnet,
  token,
  vault,
  virtualMachine,
  virtualNetwork,
  virtualNetworkLink,
  workspace,
];

const byArmType = new Map(resourceTypes.map((type) => [type.armType.toLowerCase(), type]));

export function resourceTypeOf(armType: string): ResourceType | undefined {
  return byArmType.get(armType.toLowerCase());
}
