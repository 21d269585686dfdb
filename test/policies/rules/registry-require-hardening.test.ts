import { registryRequireHardening } from "../../../policies/rules/registry-require-hardening";
import { type Properties, unknown } from "../../../policies/values";
import { stack } from "../support/stacks";
import { registry, typedRegistry } from "../support/registry";
import { asking } from "../support/verdicts";

const says = asking(registryRequireHardening);

const check = (more: Properties, facts = stack("prod"), type = typedRegistry) =>
  says(registry(more, type), facts);

test("a Premium registry that hides from the internet passes; a classic one is read by its own names", () => {
  expect(check({})).toEqual([]);
  const classic = "azure:containerservice/registry:Registry";
  expect(
    check(
      {
        name: "contosoprod",
        sku: "Premium",
        publicNetworkAccess: undefined,
        publicNetworkAccessEnabled: false,
      },
      stack("prod"),
      classic,
    ),
  ).toEqual([]);
});

test.each<[string, Properties, string]>([
  [
    "another SKU",
    { sku: { name: "Standard" } },
    "the SKU of registry contosoprod is Standard (registry: sku.name). Set it to Premium",
  ],
  [
    "no SKU",
    { sku: undefined },
    "the SKU of registry contosoprod is left out (registry: sku.name). Set it to Premium",
  ],
  [
    "an unknown SKU",
    { sku: { name: unknown } },
    "the SKU of registry contosoprod is not known before `pulumi up` (registry: sku.name). Set it to Premium",
  ],
  [
    "content trust",
    { policies: { trustPolicy: { status: "enabled" } } },
    "content trust is on in registry contosoprod, and Azure has retired it (registry: policies.trustPolicy.status). Take trustPolicy away: images are signed with cosign",
  ],
  [
    "an open door",
    { publicNetworkAccess: "Enabled" },
    "registry contosoprod can be reached from the whole internet (registry: publicNetworkAccess). Disable public network access and connect a private endpoint, or deny by default and allow narrow ranges",
  ],
  [
    "a door that nobody knows yet",
    { publicNetworkAccess: unknown },
    "who can reach registry contosoprod is not known before `pulumi up` (registry: publicNetworkAccess). Write it as a plain value",
  ],
  [
    "half of the internet",
    {
      publicNetworkAccess: "Enabled",
      networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "128.0.0.0/1" }] },
    },
    "a rule of registry contosoprod lets in 128.0.0.0/1, which is more than a /20 (registry: networkRuleSet.ipRules[0]). Name the addresses of your runners and offices",
  ],
  [
    "rules that nobody knows yet",
    { publicNetworkAccess: "Enabled", networkRuleSet: { defaultAction: "Deny", ipRules: unknown } },
    "a rule of registry contosoprod lets in addresses that are not known yet, which is more than a /20 (registry: networkRuleSet.ipRules). Name the addresses of your runners and offices",
  ],
])("refused in prod: %s", (_, more, message) => {
  expect(check(more)).toEqual([message]);
});

test("dev may be open, with nobody's admin user and in the mode of the path", () => {
  const dev = {
    registryName: "contosodev",
    publicNetworkAccess: "Enabled",
    roleAssignmentMode: "AbacRepositoryPermissions",
  };
  expect(check(dev, stack("dev"))).toEqual([]);
  expect(
    check(
      { ...dev, adminUserEnabled: true, anonymousPullEnabled: true, roleAssignmentMode: undefined },
      stack("dev"),
    ),
  ).toEqual([
    "the admin user of registry contosodev is on: one shared password for everything (registry: adminUserEnabled). Set it to false",
    "anyone can pull from registry contosodev without a name (registry: anonymousPullEnabled). Set it to false",
    "registry contosodev does not state the permission mode that the path gives dev (registry: roleAssignmentMode). Set it to AbacRepositoryPermissions with API 2025-11-01, as EnvironmentRegistry does",
  ]);
});
