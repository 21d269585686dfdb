import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { Properties, ResourceType } from "../resource-type";
import { objectAt, requireLocation, requireName } from "./rules";
import { textOf } from "../../text";

const premiumOnly = ["networkRuleSet", "encryption"];
const mostIpRules = 200;

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
    validateNetwork(body.properties);
    validatePolicies(sku, body.properties);
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

function validateNetwork(properties: Properties): void {
  const rules = objectsAt(objectAt(properties, "networkRuleSet"), "ipRules");
  if (rules.length > mostIpRules)
    throw badRequest(
      "InvalidParameter",
      `A registry has at most ${mostIpRules} IP rules, not ${rules.length}.`,
    );
}

function validatePolicies(sku: string, properties: Properties): void {
  const policies = objectAt(properties, "policies");
  for (const name of Object.keys(policies)) {
    const { status } = objectAt(policies, name);
    if (!["enabled", "disabled", undefined].includes(status as string | undefined))
      throw badRequest(
        "InvalidPolicy",
        `The status '${textOf(status)}' of ${name} is not enabled or disabled.`,
      );
  }
  const enabled = (name: string): boolean => objectAt(policies, name).status === "enabled";
  if (objectAt(policies, "exportPolicy").status === "disabled") {
    if (sku !== "Premium")
      throw badRequest("FeatureNotSupported", `The SKU ${sku} does not support the export policy.`);
    if (properties.publicNetworkAccess !== "Disabled")
      throw badRequest(
        "InvalidPolicy",
        "Exports can be disabled only where publicNetworkAccess is Disabled.",
      );
  }
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
  requireDays("retention policy's days", objectAt(policies, "retentionPolicy").days, 0, 365);
  requireDays("soft delete policy's days", objectAt(policies, "softDeletePolicy").retentionDays, 1, 90);
}

function requireDays(what: string, days: unknown, least: number, most: number): void {
  if (days === undefined) return;
  if (Number.isInteger(days) && (days as number) >= least && (days as number) <= most) return;
  throw badRequest("InvalidPolicy", `The ${what} must be ${least}-${most}, not ${JSON.stringify(days)}.`);
}
