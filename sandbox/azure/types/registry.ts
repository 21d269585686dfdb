import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import type { Properties, ResourceType } from "../resource-type";
import { objectAt, requireLocation, requireName } from "./rules";
import { textOf } from "../../text";

const premiumOnly = ["networkRuleSet", "encryption"];

export const registry: ResourceType = {
  token: "azure-native:containerregistry:Registry",
  armType: "Microsoft.ContainerRegistry/registries",
  apiVersion: "2023-01-01-preview",
  path: ["resourceGroupName", "registryName"],
  shape: "flat",
  required: ["sku"],
  replaceOn: ["location"],
  computed: [
    "name",
    "type",
    "loginServer",
    "creationDate",
    "provisioningState",
    "dataEndpointHostNames",
    "privateEndpointConnections",
    "systemData",
  ],
  validate(body, id, context, existing) {
    requireName(id.name, /^[a-zA-Z0-9]{5,50}$/, "a registry's name has 5-50 letters and digits");
    requireLocation(body, id.name);
    const taken = context
      .resourcesOf(registry.armType)
      .some(
        (other) => other.name.toLowerCase() === id.name.toLowerCase() && idKey(other.id) !== idKey(id.text),
      );
    if (taken)
      throw conflict("AlreadyInUse", `The registry DNS name ${id.name}.azurecr.io is already in use.`);
    const sku = skuName(body.sku);
    if (!["Basic", "Standard", "Premium"].includes(sku)) {
      throw badRequest("SkuNotSupported", `The SKU '${sku}' is not one of Basic, Standard, Premium.`);
    }
    validateSku(sku, body.properties);
    validatePolicies(sku, objectAt(body.properties, "policies"));
    const mode = body.properties.roleAssignmentMode;
    if (mode !== undefined && mode !== "AbacRepositoryPermissions" && mode !== "LegacyRegistryPermissions") {
      throw badRequest("InvalidParameter", `The roleAssignmentMode '${textOf(mode)}' is not known.`);
    }
    if (existing && existing.location !== body.location) {
      throw conflict(
        "InvalidResourceLocation",
        `The registry '${id.name}' already exists in '${existing.location}'.`,
      );
    }
  },
  complete(body, id, context, existing) {
    const sku = skuName(body.sku);
    const properties = body.properties;
    return {
      ...body,
      sku: { name: sku, tier: sku },
      properties: {
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        dataEndpointEnabled: false,
        networkRuleBypassOptions: "AzureServices",
        publicNetworkAccess: "Enabled",
        zoneRedundancy: "Disabled",
        ...properties,
        roleAssignmentMode:
          properties.roleAssignmentMode ??
          existing?.properties.roleAssignmentMode ??
          "LegacyRegistryPermissions",
        policies: { ...defaultPolicies, ...objectAt(properties, "policies") },
        loginServer: context.loginServer(id.name),
        creationDate: existing?.properties.creationDate ?? context.now,
        dataEndpointHostNames: [],
        privateEndpointConnections: [],
      },
    };
  },
};

const defaultPolicies = {
  quarantinePolicy: { status: "disabled" },
  trustPolicy: { type: "Notary", status: "disabled" },
  retentionPolicy: { days: 7, status: "disabled" },
  exportPolicy: { status: "enabled" },
  azureADAuthenticationAsArmPolicy: { status: "enabled" },
  softDeletePolicy: { retentionDays: 7, status: "disabled" },
};

function skuName(sku: unknown): string {
  return textOf((sku as { name?: unknown } | undefined)?.name);
}

function validateSku(sku: string, properties: Properties): void {
  if (sku === "Premium") return;
  const asked = premiumOnly.filter((name) => properties[name] !== undefined);
  if (properties.dataEndpointEnabled === true) asked.push("dataEndpointEnabled");
  if (properties.publicNetworkAccess === "Disabled") asked.push("publicNetworkAccess");
  if (sku === "Basic" && properties.anonymousPullEnabled === true) asked.push("anonymousPullEnabled");
  if (asked.length > 0) {
    throw badRequest("FeatureNotSupported", `The SKU ${sku} does not support ${asked.join(", ")}.`);
  }
}

function validatePolicies(sku: string, policies: Properties): void {
  const enabled = (name: string): boolean => objectAt(policies, name).status === "enabled";
  if (enabled("retentionPolicy") && sku !== "Premium") {
    throw badRequest("FeatureNotSupported", `The SKU ${sku} does not support the retention policy.`);
  }
  if (enabled("retentionPolicy") && enabled("softDeletePolicy")) {
    throw badRequest(
      "InvalidPolicy",
      "The retention policy and the soft delete policy can't both be enabled.",
    );
  }
  if (enabled("trustPolicy")) {
    throw badRequest("ContentTrustRetired", "Content trust can no longer be enabled since 2026-05-31.");
  }
  const days = objectAt(policies, "retentionPolicy").days;
  if (days !== undefined && !(Number.isInteger(days) && (days as number) >= 0 && (days as number) <= 365)) {
    throw badRequest(
      "InvalidPolicy",
      `The retention policy's days must be 0-365, not ${JSON.stringify(days)}.`,
    );
  }
}
