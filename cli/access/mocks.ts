import { v5 as uuid } from "uuid";
import type { RegisteredResource } from "../../model/access/from-resources";
import { azureResource } from "../../model/azure/resource";
import { familyOfType } from "../../model/azure/types";
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
  if (provider === "kubernetes") return { type, name, id: objectId(registration), inputs, outputs: inputs };
  const id = azureResource({ type, properties: named(registration) }, subscriptionId)?.id;
  // A managed identity is somebody, whom assignments name.
  const somebody = kind === "UserAssignedIdentity" ? { principalId: mockId(kind, id ?? name) } : {};
  if (!provider.startsWith("azure-native"))
    return { type, name, id: registration.id || id || name, inputs, outputs: { ...inputs, ...somebody } };
  const path = id ?? somePath(module.split("/")[0], kind, registration, subscriptionId);
  const physicalName = path.slice(path.lastIndexOf("/") + 1);
  // Azure gives a vault its address.
  const address = kind === "Vault" ? { vaultUri: `https://${physicalName}.vault.azure.net/` } : {};
  const properties = { ...(inputs.properties as Properties | undefined), ...address };
  const outputs = { ...inputs, ...somebody, ...clusterOutputs(kind, path), name: physicalName, properties };
  return { type, name, id: path, inputs, outputs };
}

/** An object of Kubernetes is its namespace and its name. */
function objectId({ name, inputs }: Registration): string {
  const metadata = (inputs.metadata ?? {}) as Properties;
  return [text(metadata.namespace), text(metadata.name) || name].filter((part) => part !== "").join("/");
}

/** Azure makes a cluster's nodes somebody, and gives it an issuer of tokens. */
function clusterOutputs(kind: string, id: string): Properties {
  if (kind !== "ManagedCluster") return {};
  return {
    identityProfile: { kubeletidentity: { objectId: mockId(kind, id) } },
    oidcIssuerProfile: { enabled: true, issuerURL: "https://eastus2.oic.prod-aks.azure.com/" },
  };
}

function directoryObject({ type, name, inputs }: Registration, kind: string): RegisteredResource {
  const display = text(inputs.displayName) || text(inputs.userPrincipalName) || text(inputs.clientId) || name;
  const objectId = mockId(kind, display);
  const clientId = text(inputs.clientId) || mockId("client", display);
  return { type, name, id: objectId, inputs, outputs: { ...inputs, objectId, clientId } };
}

// What a program leaves unnamed, the provider names after the resource.
function named({ type, name, inputs }: Registration): Declared {
  const [, module = "", kind = ""] = type.split(":");
  const path = module.split("/")[0];
  const own = kind === "Resource" ? "resourceName" : familyOfType(path, kind)?.names.at(-1);
  return { ...(own && { [own]: name }), ...(inputs as Declared) };
}

// A type that the library does not read: its id only has to be one.
function somePath(
  module: string,
  kind: string,
  { name, inputs }: Registration,
  subscription: string,
): string {
  const group = text(inputs.resourceGroupName);
  const own = text(inputs[`${kind[0]?.toLowerCase()}${kind.slice(1)}Name`]) || text(inputs.name) || name;
  const place = `/subscriptions/${subscription}${group && `/resourceGroups/${group}`}`;
  return `${place}/providers/Microsoft.${module}/${kind}/${own}`;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
