import type { NameFacts } from "../facts";
import type { NameKind } from "../checks/names";
import { type Declared, textAt } from "./declared";

/** Type → its name's kind, and the property that holds it. */
const named: Readonly<Record<string, readonly [kind: NameKind, property: string]>> = {
  "containerregistry:registry": ["registry", "registryName"],
  "containerregistry:scopemap": ["scopeMap", "scopeMapName"],
  "containerregistry:token": ["token", "tokenName"],
  "resources:resourcegroup": ["resourceGroup", "resourceGroupName"],
  "keyvault:vault": ["vault", "vaultName"],
  "keyvault:key": ["vaultKey", "keyName"],
  "authorization:roleassignment": ["roleAssignment", "roleAssignmentName"],
  "authorization:roledefinition": ["roleDefinition", "roleDefinitionId"],
  "operationalinsights:workspace": ["workspace", "workspaceName"],
  "network:virtualnetwork": ["virtualNetwork", "virtualNetworkName"],
  "network:privateendpoint": ["privateEndpoint", "privateEndpointName"],
  "azuread:applicationfederatedidentitycredential": ["federatedCredential", "displayName"],
  "azuread:applicationflexiblefederatedidentitycredential": ["federatedCredential", "displayName"],
  "managedidentity:federatedidentitycredential": [
    "federatedCredential",
    "federatedIdentityCredentialResourceName",
  ],
};

/** The physical name of a resource, when the program states it. A name that is left out is made by the provider. */
export function nameFacts({ where, module, kind, properties }: Declared, environment?: string): NameFacts[] {
  const rule = named[`${module}:${kind.toLowerCase()}`];
  const name = rule && textAt(properties, rule[1]);
  return rule === undefined || name === undefined
    ? []
    : [{ kind: rule[0], name, where, property: rule[1], ...(environment !== undefined && { environment }) }];
}
