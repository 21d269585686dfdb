import { ArmError } from "../azure/arm-error";
import { parseArmId } from "../azure/arm-id";
import type { ResourceManager } from "../azure/resource-manager";
import { groupResourceId, idFrom, pathFrom, pathInputs } from "../azure/resource-path";
import type { ArmBody, Properties, ResourceType, StoredResource } from "../azure/resource-type";
import { resourceTypeOf, resourceTypes } from "../azure/types";
import { missing, type ProviderModel, type ResourceHandler } from "./handler";
import { textOf } from "../text";

/** What stands beside `properties` in an ARM body. */
const envelope = [
  "location",
  "tags",
  "sku",
  "identity",
  "kind",
  "managedBy",
  "plan",
  "extendedLocation",
  "zones",
];

/** `azure-native`: ARM's resources in the shapes of Pulumi's generated SDK. */
export function azureNative(manager: ResourceManager, version: string): ProviderModel {
  const handlers = new Map<string, ResourceHandler>(
    resourceTypes.map((type) => [familyOf(type.token), typedHandler(manager, type)]),
  );
  handlers.set(familyOf(genericToken), genericHandler(manager));
  return {
    name: "azure-native",
    version,
    tokens: [...resourceTypes.map((type) => type.token), genericToken].sort(),
    handler: (token) => handlers.get(familyOf(token)),
    async invoke(caller, token) {
      if (token !== "azure-native:authorization:getClientConfig") return undefined;
      const { subscriptionId, tenantId } = manager.surroundings;
      return { clientId: caller.objectId, objectId: caller.objectId, subscriptionId, tenantId };
    },
  };
}

/** `azure-native:network/v20240501:Subnet` and `azure-native:network:Subnet` are the same type. */
function familyOf(token: string): string {
  return token.replace(/^(azure-native:[^/:]+)\/[^:]*:/, "$1:");
}

function typedHandler(manager: ResourceManager, type: ResourceType): ResourceHandler {
  const { subscriptionId } = manager.surroundings;
  const outputsOf = (stored: StoredResource): Properties =>
    type.outputs?.(stored) ?? generalOutputs(type, stored);
  const inputsOf = (stored: StoredResource): Properties => {
    const settable = type.inputs?.(stored) ?? omit(outputsOf(stored), [...type.computed, "azureApiVersion"]);
    return { ...settable, ...pathFrom(type, parseArmId(stored.id)!) };
  };
  return {
    token: type.token,
    replaceOn: [...pathInputs(type), ...(type.replaceOn ?? [])],
    computed: type.computed,
    ...(type.unread && { unread: type.unread }),
    check: (inputs) => missing([...pathInputs(type), ...(type.required ?? [])], inputs),
    idOf: (inputs) => idFrom(type, inputs, subscriptionId),
    async create(caller, inputs) {
      const id = idFrom(type, inputs, subscriptionId);
      const stored = await manager.put(caller, id, bodyOf(type, inputs), "new");
      return { id: stored.id, outputs: outputsOf(stored) };
    },
    async read(caller, id) {
      const stored = await readOrGone(() => manager.get(caller, id));
      return stored && { id: stored.id, outputs: outputsOf(stored), inputs: inputsOf(stored) };
    },
    async update(caller, id, inputs) {
      return outputsOf(await manager.put(caller, id, bodyOf(type, inputs)));
    },
    delete: (caller, id) => manager.delete(caller, id),
  };
}

const genericToken = "azure-native:resources:Resource";
const genericPath = [
  "resourceGroupName",
  "resourceProviderNamespace",
  "parentResourcePath",
  "resourceType",
  "resourceName",
];

/** The generic resource: any known ARM type, in ARM's own body shape. */
function genericHandler(manager: ResourceManager): ResourceHandler {
  const { subscriptionId } = manager.surroundings;
  const idOf = (inputs: Properties): string => {
    const parent = textOf(inputs.parentResourcePath ?? "").replace(/^\/+|\/+$/g, "");
    const path = [parent, inputs.resourceType, inputs.resourceName].filter((part) => part !== "");
    return groupResourceId(
      subscriptionId,
      inputs.resourceGroupName,
      textOf(inputs.resourceProviderNamespace),
      ...path,
    );
  };
  return {
    token: genericToken,
    replaceOn: [...genericPath, "location"],
    computed: ["name", "type"],
    unread: ["apiVersion"],
    check(inputs) {
      const failures = missing(
        ["apiVersion", ...genericPath.filter((name) => name !== "parentResourcePath")],
        inputs,
      );
      const parent = textOf(inputs.parentResourcePath ?? "")
        .split("/")
        .filter((_, index) => index % 2 === 0);
      const armType = [inputs.resourceProviderNamespace, ...parent, inputs.resourceType]
        .filter(Boolean)
        .join("/");
      if (failures.length > 0 || resourceTypeOf(armType)) return failures;
      const known = resourceTypes.map((type) => type.armType).sort();
      return [
        {
          property: "resourceType",
          reason: `the sandbox does not know the resource type '${armType}'; it knows ${known.join(", ")}`,
        },
      ];
    },
    idOf,
    async create(caller, inputs) {
      const id = idOf(inputs);
      const stored = await manager.put(caller, id, genericBody(inputs), "new");
      return { id: stored.id, outputs: genericOutputs(inputs.apiVersion, stored) };
    },
    async read(caller, id) {
      const stored = await readOrGone(() => manager.get(caller, id));
      if (!stored) return undefined;
      const outputs = genericOutputs(undefined, stored);
      const parsed = parseArmId(stored.id)!;
      const [resourceProviderNamespace, ...types] = parsed.type.split("/");
      const inputs = {
        ...omit(outputs, ["name", "type", "azureApiVersion"]),
        resourceGroupName: parsed.resourceGroup,
        resourceProviderNamespace,
        parentResourcePath: types
          .slice(0, -1)
          .map((segment, index) => `${segment}/${parsed.names[index]}`)
          .join("/"),
        resourceType: types[types.length - 1],
        resourceName: parsed.name,
      };
      return { id: stored.id, outputs, inputs };
    },
    async update(caller, id, inputs) {
      return genericOutputs(inputs.apiVersion, await manager.put(caller, id, genericBody(inputs)));
    },
    delete: (caller, id) => manager.delete(caller, id),
  };
}

async function readOrGone(read: () => StoredResource): Promise<StoredResource | undefined> {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArmError && error.status === 404) return undefined;
    throw error;
  }
}

function bodyOf(type: ResourceType, inputs: Properties): ArmBody {
  const given = omit(inputs, type.path);
  const beside = Object.fromEntries(Object.entries(given).filter(([name]) => isEnvelope(type, name)));
  const properties =
    type.shape === "nested"
      ? ((given.properties ?? {}) as Properties)
      : omit(given, [...Object.keys(beside), "id", "type", "name"]);
  return { ...beside, properties };
}

/** A workspace keeps its sku among the properties. */
function isEnvelope(type: ResourceType, name: string): boolean {
  return (
    envelope.includes(name) &&
    !(name === "sku" && type.armType === "Microsoft.OperationalInsights/workspaces")
  );
}

function generalOutputs(type: ResourceType, stored: StoredResource): Properties {
  const { id: _id, properties, systemData, ...rest } = stored;
  return {
    ...(type.shape === "flat" ? properties : { properties }),
    ...rest,
    azureApiVersion: type.apiVersion,
    ...(type.computed.includes("systemData") ? { systemData } : {}),
  };
}

function genericBody(inputs: Properties): ArmBody {
  const { properties } = inputs;
  const beside = Object.fromEntries(Object.entries(inputs).filter(([name]) => envelope.includes(name)));
  return { ...beside, properties: (properties ?? {}) as Properties };
}

function genericOutputs(apiVersion: unknown, stored: StoredResource): Properties {
  const { id: _id, systemData: _systemData, ...rest } = stored;
  return { ...rest, ...(apiVersion === undefined ? {} : { azureApiVersion: apiVersion }) };
}

function omit(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
