import { registriesOn } from "../../model/promotion-path";
import { modeOf } from "../../model/access/permission-mode";
import { isRegistry } from "../../model/azure/kinds";
import { registriesNamed } from "../access/registry-scope";
import { azureResource, type AzureResource } from "../../model/azure/resource";
import { networkFindings, widestPrefix } from "../hardening/network";
import { says } from "../hardening/resources";
import type { Finding, Resource, ResourceRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { isObject, propertyPath, textOf, unknown, type Value } from "../values";

/** What a registry is, besides the roles on it. */
export const registryRequireHardening: ResourceRule = {
  name: "registry-require-hardening",
  displayName: "Hardened registries",
  description:
    "Every registry is Premium, without admin user, anonymous pull or content trust; in a protected environment the internet can't reach it.",
  severity: "high",
  remediationSteps:
    "Make registries with EnvironmentRegistry, and state `network` in the path where the default does not fit.",
  looksAt: [
    "Registries in every form (azure-native of every version, generic, classic).",
    "SKU `Premium`: private endpoints, IP rules and geo-replication need it.",
    "The admin user, anonymous pull and the permission mode, of registries that are not protected: for those that are, [registry-disallow-prod-push](registry-disallow-prod-push.md) speaks.",
    "Content trust, which Azure has retired and which can't be switched on any more.",
    `In a protected environment: public network access is disabled, or the rule set denies by default and lets in no range wider than a /${widestPrefix}.`,
    "Whether promotion still works with these settings is [promotion-require-working-path](promotion-require-working-path.md)'s matter.",
  ],
  why: "One shared password for everything, pulls without a name in the log, and a login page for the whole internet: each is a setting, and each is Azure's to switch on in a single click.",
  check: (resource, stack) => {
    const azure = azureResource(resource, stack.settings.subscriptionId);
    return azure && isRegistry(azure) ? judge(azure, resource, stack) : [];
  },
};

function judge(azure: AzureResource, resource: Resource, stack: StackFacts): Finding[] {
  const { properties, root } = azure;
  const called = `registry ${textOf(properties.registryName) ?? resource.name}`;
  const under = (key: string) => propertyPath(root, key);
  const isProtected = registriesNamed(properties.registryName, stack).length > 0;
  return [
    ...skuFindings(resource, azure, called, stack),
    ...(isProtected ? [] : openFindings(azure, called, stack)),
    ...(trustOn(properties.policies)
      ? [
          {
            what: `content trust is on in ${called}, and Azure has retired it`,
            property: under("policies.trustPolicy.status"),
            fix: "Take trustPolicy away: images are signed with cosign",
          },
        ]
      : []),
    ...(stack.strict ? networkFindings(properties, { called, at: root, rules: "networkRuleSet" }) : []),
  ];
}

function skuFindings(resource: Resource, azure: AzureResource, called: string, stack: StackFacts): Finding[] {
  const sku = resource.properties.sku ?? azure.properties.sku;
  const name: Value = isObject(sku) ? sku.name : sku;
  if (says(name, "Premium") === true || (name === unknown && !stack.strict)) return [];
  const what = name === unknown ? "is not known before `pulumi up`" : `is ${textOf(name) ?? "left out"}`;
  return [{ what: `the SKU of ${called} ${what}`, property: "sku.name", fix: "Set it to Premium" }];
}

function openFindings({ properties, root }: AzureResource, called: string, stack: StackFacts): Finding[] {
  const on = (value: Value) => value === true || (value === unknown && stack.strict);
  const findings: Finding[] = [];
  if (on(properties.adminUserEnabled)) {
    findings.push({
      what: `the admin user of ${called} is on: one shared password for everything`,
      property: propertyPath(root, "adminUserEnabled"),
      fix: "Set it to false",
    });
  }
  if (on(properties.anonymousPullEnabled)) {
    findings.push({
      what: `anyone can pull from ${called} without a name`,
      property: propertyPath(root, "anonymousPullEnabled"),
      fix: "Set it to false",
    });
  }
  const environment = registriesOn(stack.settings.path).find(
    ({ registry }) => registry === textOf(properties.registryName)?.toLowerCase(),
  );
  const mode = modeOf(properties.roleAssignmentMode);
  if (environment?.mode === "abac" && mode !== "abac" && mode !== undefined) {
    findings.push({
      what: `${called} does not state the permission mode that the path gives ${environment.column}`,
      property: propertyPath(root, "roleAssignmentMode"),
      fix: "Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
    });
  }
  return findings;
}

function trustOn(policies: Value): boolean {
  const policy = isObject(policies) ? policies.trustPolicy : undefined;
  return isObject(policy) && says(policy.status, "enabled") === true;
}
