import type { NameFacts } from "../facts";
import type { NameKind } from "../name-rules";
import { textOf } from "../../values";
import { type Declared } from "./declared";

/** Type → its name's kind, and the property that holds it. */
export const named: Readonly<Record<string, readonly [kind: NameKind, property: string]>> = {
  "containerregistry:Registry": ["registry", "registryName"],
  "containerregistry:ScopeMap": ["scopeMap", "scopeMapName"],
  "containerregistry:Token": ["token", "tokenName"],
  "resources:ResourceGroup": ["resourceGroup", "resourceGroupName"],
  "keyvault:Vault": ["vault", "vaultName"],
  "keyvault:Key": ["vaultKey", "keyName"],
  "authorization:RoleAssignment": ["roleAssignment", "roleAssignmentName"],
  "authorization:RoleDefinition": ["roleDefinition", "roleDefinitionId"],
  "operationalinsights:Workspace": ["workspace", "workspaceName"],
  "network:VirtualNetwork": ["virtualNetwork", "virtualNetworkName"],
  "network:PrivateEndpoint": ["privateEndpoint", "privateEndpointName"],
  "azuread:ApplicationFederatedIdentityCredential": ["federatedCredential", "displayName"],
  "azuread:ApplicationFlexibleFederatedIdentityCredential": ["federatedCredential", "displayName"],
  "managedidentity:FederatedIdentityCredential": [
    "federatedCredential",
    "federatedIdentityCredentialResourceName",
  ],
};

/** The physical name of a resource, when the program states it. A name that is left out is made by the provider. */
export function nameFacts({ where, module, kind, properties }: Declared, environment?: string): NameFacts[] {
  const rule = named[`${module}:${kind}`];
  const name = rule && textOf(properties[rule[1]]);
  return rule === undefined || name === undefined
    ? []
    : [{ kind: rule[0], name, where, property: rule[1], ...(environment !== undefined && { environment }) }];
}
