import type { ResourceType } from "../resource-type";
import { disk, virtualMachine } from "./compute";
import { containerApp } from "./container-app";
import { diagnosticSetting } from "./diagnostic-setting";
import { key } from "./key";
import { managementLock } from "./management-lock";
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
import { token } from "./token";
import { vault } from "./vault";
import { workspace } from "./workspace";

/** Every resource type of Azure that the sandbox knows. */
export const resourceTypes: readonly ResourceType[] = [
  blobContainer,
  blobService,
  containerApp,
  diagnosticSetting,
  disk,
  key,
  managementLock,
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
