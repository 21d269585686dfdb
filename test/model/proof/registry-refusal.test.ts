import { registryRefusal } from "../../../model/proof/registry-refusal";

const plan = {
  registryName: "contosodev",
  resourceGroupName: "contoso-dev-rg",
  sku: "Premium",
  properties: { roleAssignmentMode: "AbacRepositoryPermissions", publicNetworkAccess: "Disabled" },
};

test("a plan that works", () => {
  expect(registryRefusal("dev", plan)).toBeUndefined();
});

test.each([
  [
    { registryName: "contoso-dev" },
    'registryName: registry name "contoso-dev" is not usable. Expected 5 to 50',
  ],
  [{ resourceGroupName: "a".repeat(91) }, "resourceGroupName: resource group name"],
  [
    { sku: "Standard" },
    "properties: the registry of dev is Standard and uses no public network access. Make it Premium",
  ],
  [
    { properties: { publicNetworkAccess: "Disabled", networkRuleBypassOptions: "None" } },
    "properties: trusted services may not bypass the network rules of dev",
  ],
])("%j can't be promoted into or out of", (changed, message) => {
  expect(registryRefusal("dev", { ...plan, ...changed })).toContain(message);
});
