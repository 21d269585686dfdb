import type { ResourceType } from "../resource-type";
import { actionGroup, activityLogAlert } from "./alert";
import { containerApp } from "./container-app";
import { diagnosticSetting } from "./diagnostic-setting";
import { key } from "./key";
import { managedCluster } from "./managed-cluster";
import { managedIdentity } from "./managed-identity";
import { managementLock } from "./management-lock";
import { subnet, virtualNetwork } from "./network";
import { privateZone, virtualNetworkLink } from "./private-dns";
import { privateDnsZoneGroup, privateEndpoint } from "./private-endpoint";
import { registry } from "./registry";
import { replication } from "./replication";
import { resourceGroup } from "./resource-group";
import { roleAssignment } from "./role-assignment";
import { roleDefinition } from "./role-definition";
import { scopeMap } from "./scope-map";
import { networkSecurityGroup } from "./security-group";
import { token } from "./token";
import { vault } from "./vault";
import { workspace } from "./workspace";

/** Every resource type of Azure that the sandbox knows. */
export const resourceTypes: readonly ResourceType[] = [
  actionGroup,
  activityLogAlert,
  containerApp,
  diagnosticSetting,
  key,
  managedCluster,
  managedIdentity,
  managementLock,
  networkSecurityGroup,
  privateDnsZoneGroup,
  privateEndpoint,
  privateZone,
  registry,
  replication,
  resourceGroup,
  roleAssignment,
  roleDefinition,
  scopeMap,
  subnet,
  token,
  vault,
  virtualNetwork,
  virtualNetworkLink,
  workspace,
];

const byArmType = new Map(resourceTypes.map((type) => [type.armType.toLowerCase(), type]));

export function resourceTypeOf(armType: string): ResourceType | undefined {
  return byArmType.get(armType.toLowerCase());
}
