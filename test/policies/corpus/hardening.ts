import type { Properties } from "../../../policies/values";
import { generic, inRegistry, passes, refused, resource, tags, type Case } from "./case";

const registryRule = "registry-require-hardening";
const works = "promotion-require-working-path";
const vaultRule = "vault-require-hardening";
const protection = "resource-require-protection";
const tagging = "resource-require-tags";

const registryProperties: Properties = {
  adminUserEnabled: false,
  anonymousPullEnabled: false,
  roleAssignmentMode: "AbacRepositoryPermissions",
  networkRuleBypassOptions: "AzureServices",
  publicNetworkAccess: "Disabled",
  policies: {
    exportPolicy: { status: "enabled" },
    retentionPolicy: { status: "disabled", days: 0 },
    softDeletePolicy: { status: "disabled", retentionDays: 7 },
  },
};

function registry(environment: string, properties: Properties = {}, more: Properties = {}, protect = true) {
  const made = generic(
    "Microsoft.ContainerRegistry",
    "registries",
    { ...registryProperties, ...properties },
    {
      resourceGroupName: `contoso-${environment}-rg`,
      resourceName: `contoso${environment}`,
      location: "eastus2",
      sku: { name: "Premium" },
      tags: tags(environment),
      ...more,
    },
  );
  return { ...made, protect };
}

function vault(properties: Properties = {}, more: Properties = {}, protect = true) {
  const made = resource("azure-native:keyvault:Vault", {
    vaultName: "contoso-signing-kv",
    resourceGroupName: "contoso-shared-rg",
    location: "eastus2",
    tags: tags("shared"),
    properties: {
      tenantId: "11111111-1111-4111-8111-111111111111",
      sku: { family: "A", name: "premium" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: "Disabled",
      networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
      ...properties,
    },
    ...more,
  });
  return { ...made, protect };
}

const push = "registry-disallow-prod-push";

export const hardening: readonly Case[] = [
  passes("prod", "prod's registry as the library makes it", registry("prod")),
  passes("dev", "dev's registry, open to the network", registry("dev", { publicNetworkAccess: "Enabled" })),
  passes(
    "prod",
    "prod's registry behind narrow rules",
    registry("prod", {
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        defaultAction: "Deny",
        ipRules: [{ action: "Allow", iPAddressOrRange: "203.0.113.16/28" }],
      },
    }),
  ),
  passes(
    "dev",
    "dev's registry whose exports stay on, with soft delete off",
    registry("dev", { publicNetworkAccess: "Enabled", policies: { exportPolicy: { status: "enabled" } } }),
  ),
  passes("shared", "the signing vault as the library makes it", vault()),
  refused(
    { [push]: "properties.adminUserEnabled" },
    "prod",
    "the admin user in prod",
    registry("prod", { adminUserEnabled: true }),
  ),
  refused(
    { [push]: "properties.anonymousPullEnabled" },
    "prod",
    "anonymous pull in prod",
    registry("prod", { anonymousPullEnabled: true }),
  ),
  refused(
    { [push]: "properties.roleAssignmentMode", [works]: "properties.roleAssignmentMode" },
    "prod",
    "the legacy permission mode in prod",
    registry("prod", { roleAssignmentMode: "LegacyRegistryPermissions" }),
  ),
  refused(
    { [push]: "roleAssignmentMode", [works]: "roleAssignmentMode", [registryRule]: "publicNetworkAccess" },
    "prod",
    "the typed registry, which can't state the mode",
    {
      ...inRegistry("Registry", "prod", { sku: { name: "Premium" }, tags: tags("prod") }),
      protect: true,
    },
  ),
  refused(
    { [registryRule]: "properties.adminUserEnabled" },
    "dev",
    "the admin user in dev",
    registry("dev", { adminUserEnabled: true, publicNetworkAccess: "Enabled" }),
  ),
  refused(
    { [registryRule]: "properties.anonymousPullEnabled" },
    "dev",
    "anonymous pull in dev",
    registry("dev", { anonymousPullEnabled: true, publicNetworkAccess: "Enabled" }),
  ),
  refused(
    { [registryRule]: "properties.publicNetworkAccess" },
    "prod",
    "prod's registry open to the network",
    registry("prod", { publicNetworkAccess: "Enabled" }),
  ),
  refused(
    { [registryRule]: "properties.networkRuleSet.ipRules[0]" },
    "prod",
    "a rule that lets everybody in",
    registry("prod", {
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        defaultAction: "Deny",
        ipRules: [{ action: "Allow", iPAddressOrRange: "0.0.0.0/0" }],
      },
    }),
  ),
  refused(
    { [registryRule]: "properties.publicNetworkAccess" },
    "prod",
    "a rule set that allows by default",
    registry("prod", { publicNetworkAccess: "Enabled", networkRuleSet: { defaultAction: "Allow" } }),
  ),
  refused(
    { [registryRule]: "sku.name" },
    "dev",
    "the Basic SKU",
    registry("dev", { publicNetworkAccess: "Enabled" }, { sku: { name: "Basic" } }),
  ),
  refused(
    {
      [registryRule]: "properties.policies.trustPolicy.status",
      [works]: "properties.policies.trustPolicy.status",
    },
    "dev",
    "content trust, which Azure has retired",
    registry("dev", {
      publicNetworkAccess: "Enabled",
      policies: { trustPolicy: { type: "Notary", status: "enabled" } },
    }),
  ),
  refused(
    { [works]: "properties.policies.retentionPolicy.status" },
    "staging",
    "untagged manifests are swept, promoted digests among them",
    registry("staging", {
      publicNetworkAccess: "Enabled",
      policies: { retentionPolicy: { status: "enabled", days: 7 } },
    }),
  ),
  refused(
    { [works]: "properties.policies.exportPolicy.status" },
    "staging",
    "exports off at a source",
    registry("staging", { policies: { exportPolicy: { status: "disabled" } } }),
  ),
  refused(
    { [works]: "properties.networkRuleBypassOptions" },
    "prod",
    "trusted services shut out, behind closed doors",
    registry("prod", { networkRuleBypassOptions: "None" }),
  ),
  refused(
    { [vaultRule]: "properties.enableRbacAuthorization, properties.accessPolicies" },
    "shared",
    "access policies in place of roles",
    vault({
      enableRbacAuthorization: false,
      accessPolicies: [{ objectId: "x", tenantId: "y", permissions: { keys: ["sign"] } }],
    }),
  ),
  refused(
    { [vaultRule]: "properties.enablePurgeProtection" },
    "shared",
    "a vault that can be purged",
    vault({ enablePurgeProtection: undefined }),
  ),
  refused(
    { [vaultRule]: "properties.softDeleteRetentionInDays" },
    "shared",
    "seven days of soft delete",
    vault({ softDeleteRetentionInDays: 7 }),
  ),
  refused(
    { [vaultRule]: "properties.publicNetworkAccess" },
    "shared",
    "a vault open to the network",
    vault({ publicNetworkAccess: "Enabled", networkAcls: { defaultAction: "Allow" } }),
  ),
  refused(
    { [protection]: "protect" },
    "prod",
    "a registry that `pulumi destroy` may take",
    registry("prod", {}, {}, false),
  ),
  refused(
    { [protection]: "protect" },
    "shared",
    "a signing vault that `pulumi destroy` may take",
    vault({}, {}, false),
  ),
  refused({ [tagging]: "tags" }, "prod", "no tags", registry("prod", {}, { tags: undefined })),
  refused(
    { [tagging]: "tags.environment" },
    "prod",
    "another environment's tag",
    registry("prod", {}, { tags: tags("dev") }),
  ),
  refused(
    { [tagging]: "tags" },
    "dev",
    "no owner",
    resource("azure-native:resources:ResourceGroup", {
      resourceGroupName: "contoso-dev-rg",
      location: "eastus2",
      tags: { ...tags("dev"), owner: undefined },
    }),
  ),
  {
    ...refused(
      { "resource-require-logs": "diagnosticSettings" },
      "dev",
      "a registry whose events go nowhere",
      registry("dev", { publicNetworkAccess: "Enabled" }),
    ),
    whole: true,
  },
  {
    ...refused(
      { "resource-require-logs": "diagnosticSettings" },
      "shared",
      "a vault whose events go nowhere",
      vault(),
    ),
    whole: true,
  },
];
