import { v5 as uuid } from "uuid";
import type { RegisteredResource } from "../../model/access/from-resources";
import { azureResource } from "../../model/azure/resource";
import type { Properties as Declared } from "../../model/values";

type Properties = Record<string, unknown>;

/** A registration as Pulumi's mocks hand it over. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  readonly id?: string;
}

// Any fixed namespace will do: object ids have to be the same in every run, and nothing else.
const namespace = "5b4b26a4-3f0a-5c0c-9c4e-6d6a1c0f4b11";

/** A stand-in for an id that the cloud would make, the same in every run. */
export function mockId(kind: string, name: string): string {
  return uuid(`${kind}:${name}`, namespace);
}

/**
 * What a resource would be once it exists, as far as access depends on it: ids as ARM forms them, names as outputs,
 * object ids derived from names.
 */
export function mockResource(registration: Registration, subscriptionId: string): RegisteredResource {
  const { type, name, inputs } = registration;
  const [provider, module = "", kind = ""] = type.split(":");
  if (provider.startsWith("azuread")) return directoryObject(registration, kind);
  const id = azureResource({ type, properties: inputs as Declared }, subscriptionId)?.id;
  // A managed identity is somebody, whom assignments name.
  const somebody = kind === "UserAssignedIdentity" ? { principalId: mockId(kind, id ?? name) } : {};
  if (!provider.startsWith("azure-native"))
    return { type, name, id: registration.id || id || name, inputs, outputs: { ...inputs, ...somebody } };
  const [path, physicalName] = id
    ? [id, id.slice(id.lastIndexOf("/") + 1)]
    : armPath(module.split("/")[0], kind, registration, subscriptionId);
  // Azure gives a vault its address.
  const address = kind === "Vault" ? { vaultUri: `https://${physicalName}.vault.azure.net/` } : {};
  const properties = { ...(inputs.properties as Properties | undefined), ...address };
  const outputs = { ...inputs, ...somebody, name: physicalName, properties };
  return { type, name, id: path, inputs, outputs };
}

function directoryObject({ type, name, inputs }: Registration, kind: string): RegisteredResource {
  const display = text(inputs.displayName) || text(inputs.userPrincipalName) || text(inputs.clientId) || name;
  const objectId = mockId(kind, display);
  const clientId = text(inputs.clientId) || mockId("client", display);
  return { type, name, id: objectId, inputs, outputs: { ...inputs, objectId, clientId } };
}

// ARM's type by the SDK's class, and the inputs that name what it stands in, outermost first.
const types: Readonly<Record<string, readonly [armType: string, ...parents: string[]]>> = {
  Registry: ["Microsoft.ContainerRegistry/registries"],
  ScopeMap: ["Microsoft.ContainerRegistry/registries/scopeMaps", "registryName"],
  Token: ["Microsoft.ContainerRegistry/registries/tokens", "registryName"],
  Replication: ["Microsoft.ContainerRegistry/registries/replications", "registryName"],
  Vault: ["Microsoft.KeyVault/vaults"],
  Key: ["Microsoft.KeyVault/vaults/keys", "vaultName"],
  Secret: ["Microsoft.KeyVault/vaults/secrets", "vaultName"],
  Workspace: ["Microsoft.OperationalInsights/workspaces"],
  VirtualNetwork: ["Microsoft.Network/virtualNetworks"],
  Subnet: ["Microsoft.Network/virtualNetworks/subnets", "virtualNetworkName"],
  PrivateEndpoint: ["Microsoft.Network/privateEndpoints"],
  PrivateDnsZoneGroup: ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "privateEndpointName"],
  PrivateZone: ["Microsoft.Network/privateDnsZones"],
  VirtualNetworkLink: ["Microsoft.Network/privateDnsZones/virtualNetworkLinks", "privateZoneName"],
};

// What stands on a scope, by the input that names it.
const onScopes: Readonly<Record<string, readonly [armType: string, own: string]>> = {
  RoleAssignment: ["Microsoft.Authorization/roleAssignments", "roleAssignmentName"],
  RoleDefinition: ["Microsoft.Authorization/roleDefinitions", "roleDefinitionId"],
  ManagementLockByScope: ["Microsoft.Authorization/locks", "lockName"],
};

function armPath(
  module: string,
  kind: string,
  { name, inputs }: Registration,
  subscriptionId: string,
): [path: string, physicalName: string] {
  const subscription = `/subscriptions/${subscriptionId}`;
  const group = text(inputs.resourceGroupName);
  const below = group === "" ? subscription : `${subscription}/resourceGroups/${group}`;
  const own = text(inputs[`${kind[0]?.toLowerCase()}${kind.slice(1)}Name`]) || text(inputs.name) || name;
  switch (`${module}:${kind}`) {
    case "resources:ResourceGroup":
      return [`${subscription}/resourceGroups/${own}`, own];
    case "resources:Resource": {
      const physical = text(inputs.resourceName) || name;
      const parents = text(inputs.parentResourcePath).split("/").filter(Boolean);
      const path = [text(inputs.resourceProviderNamespace), ...parents, text(inputs.resourceType), physical];
      return [`${below}/providers/${path.join("/")}`, physical];
    }
  }
  const onScope = onScopes[kind];
  if (onScope !== undefined) {
    const [armType, nameOf] = onScope;
    const physical = text(inputs[nameOf]) || mockId(kind, name);
    return [`${text(inputs.scope)}/providers/${armType}/${physical}`, physical];
  }
  const [armType, ...parents] = types[kind] ?? [`Microsoft.${module}/${kind}`];
  const [namespace, ...collections] = armType.split("/");
  const names = [...parents.map((parent) => text(inputs[parent])), own];
  const path = collections.flatMap((collection, index) => [collection, names[index]]);
  return [`${below}/providers/${namespace}/${path.join("/")}`, own];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
