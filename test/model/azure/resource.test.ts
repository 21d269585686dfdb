import { azureResource } from "../../../model/azure/resource";
import { type Properties, unknown } from "../../../model/values";

const subscription = "22222222-2222-4222-8222-222222222222";
const group = `/subscriptions/${subscription}/resourceGroups/onestream-prod-rg`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/onestreamprod`;
const read = (type: string, properties: Properties) => azureResource({ type, properties }, subscription);

const named = { resourceGroupName: "onestream-prod-rg", registryName: "onestreamprod" };
const own = { adminUserEnabled: true };

test.each<[string, Properties]>([
  ["azure-native:containerregistry:Registry", { ...named, ...own }],
  ["azure-native:containerregistry/v20230701:Registry", { ...named, ...own }],
  ["azure-native_containerregistry_v20251101:containerregistry:Registry", { ...named, ...own }],
  ["azure-native_containerregistry_v20251101:index:Registry", { ...named, ...own }],
  ["azure-nextgen:containerregistry/latest:Registry", { ...named, ...own }],
  [
    "azure:containerservice/registry:Registry",
    { resourceGroupName: "onestream-prod-rg", name: "onestreamprod", adminEnabled: true },
  ],
  [
    "azurerm:index/containerRegistry:ContainerRegistry",
    { resourceGroupName: "onestream-prod-rg", name: "onestreamprod", adminEnabled: true },
  ],
  [
    "azure-native:resources:Resource",
    {
      resourceGroupName: "onestream-prod-rg",
      resourceProviderNamespace: "Microsoft.ContainerRegistry/registries",
      parentResourcePath: "",
      resourceType: "onestreamprod",
      resourceName: "",
      properties: own,
    },
  ],
  [
    "azapi:index/resource:Resource",
    {
      type: "Microsoft.ContainerRegistry/registries@2025-11-01",
      parentId: group,
      name: "onestreamprod",
      body: { properties: own },
    },
  ],
  [
    "azapi:index/resource:Resource",
    {
      type: "microsoft.containerregistry/registries@2025-11-01",
      parentId: group,
      name: "onestreamprod",
      body: JSON.stringify({ properties: own }),
    },
  ],
  [
    "azapi:index/updateResource:UpdateResource",
    {
      type: "Microsoft.ContainerRegistry/registries@2025-11-01",
      resourceId: registry,
      body: { properties: own },
    },
  ],
])("%s is a registry", (type, properties) => {
  expect(read(type, properties)).toMatchObject({
    module: "containerregistry",
    kind: "Registry",
    properties: { registryName: "onestreamprod", adminUserEnabled: true },
    id: expect.stringMatching(new RegExp(`^${registry}$`, "i")) as string,
  });
});

const grant = { principalId: "p", roleDefinitionId: "r" };

test.each<[string, Properties]>([
  ["azure-native:authorization:RoleAssignment", { scope: registry, ...grant }],
  ["azure:authorization/assignment:Assignment", { scope: registry, ...grant }],
  ["azure:role/assignment:Assignment", { scope: registry, ...grant }],
  ["azurerm:index/roleAssignment:RoleAssignment", { scope: registry, ...grant }],
  [
    "azapi:index/resource:Resource",
    {
      type: "Microsoft.Authorization/roleAssignments@2022-04-01",
      parentId: registry,
      name: "n",
      body: { properties: grant },
    },
  ],
  [
    "azure-native:resources:Resource",
    {
      resourceGroupName: "onestream-prod-rg",
      resourceProviderNamespace: "Microsoft.ContainerRegistry",
      parentResourcePath: "registries/onestreamprod/providers/Microsoft.Authorization",
      resourceType: "roleAssignments",
      resourceName: "n",
      // What it stands on is said by its place alone.
      properties: { ...grant, scope: "/elsewhere" },
    },
  ],
])("%s is a role assignment on the registry", (type, properties) => {
  expect(read(type, properties)).toMatchObject({
    module: "authorization",
    kind: "RoleAssignment",
    properties: { scope: registry, ...grant },
  });
});

test.each([
  [
    "azure:pim/eligibleRoleAssignment:EligibleRoleAssignment",
    "authorization",
    "RoleEligibilityScheduleRequest",
  ],
  [
    "azurerm:index/pimActiveRoleAssignment:PimActiveRoleAssignment",
    "authorization",
    "RoleAssignmentScheduleRequest",
  ],
  ["azurerm:index/containerRegistryTask:ContainerRegistryTask", "containerregistry", "ContainerRegistryTask"],
  ["azure:containerservice/registryTask:RegistryTask", "containerregistry", "RegistryTask"],
  ["azurerm:index/storageAccount:StorageAccount", "azurerm", "StorageAccount"],
  ["azure:core/subscriptionTemplateDeployment:SubscriptionTemplateDeployment", "resources", "Deployment"],
  ["azapi:index/resourceAction:ResourceAction", "unknown", "a hidden type"],
  ["azapi:index/dataPlaneResource:DataPlaneResource", "unknown", "a hidden type"],
])("%s", (type, module, kind) => {
  expect(read(type, {})).toMatchObject({ module, kind });
});

test("a token of azapi has the registry of its parent's id", () => {
  const token = read("azapi:index/resource:Resource", {
    type: "Microsoft.ContainerRegistry/registries/tokens@2025-11-01",
    parentId: registry,
    name: "ci",
    body: { properties: { status: "enabled" } },
  });
  expect(token).toMatchObject({
    kind: "Token",
    properties: { registryName: "onestreamprod", tokenName: "ci", status: "enabled" },
    id: `${registry}/tokens/ci`,
  });
});

test.each<[string, Properties]>([
  [
    "a namespace that is not known",
    { resourceProviderNamespace: unknown, resourceType: "x", resourceName: "y" },
  ],
  ["a step upwards", { resourceProviderNamespace: "Microsoft.X", resourceType: "../y", resourceName: "z" }],
  [
    "a type without its end",
    { resourceProviderNamespace: "Microsoft.X", resourceType: "a/b", resourceName: "c" },
  ],
])("%s hides the type", (_, properties) => {
  expect(read("azure-native:resources:Resource", { resourceGroupName: "g", ...properties })).toMatchObject({
    module: "unknown",
    kind: "a hidden type",
  });
});

test("another cloud is none of Azure's", () => {
  expect(read("aws:iam/role:Role", {})).toBeUndefined();
  expect(read("azuread:index/group:Group", {})).toBeUndefined();
});
