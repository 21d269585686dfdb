import { EnvironmentRegistry } from "../../components";
import { outline, register } from "../support/recorder";

const args = {
  registryName: "contosodev",
  host: "contosodev.azurecr.io",
  resourceGroupName: "contoso-dev-rg",
  location: "eastus2",
  permissionMode: "abac",
  workspaceId: "/workspace",
  tags: { project: "contoso", environment: "dev", owner: "platform", purpose: "promotion" },
};
const registryType = "azure-native:resources:Resource";

test("an environment is a resource group, a registry and its diagnostics", async () => {
  const registered = await register(() => new EnvironmentRegistry("dev", args));
  expect(outline(registered)).toEqual([
    "airlock:index:EnvironmentRegistry dev",
    "azure-native:monitor:DiagnosticSetting dev-logs",
    "azure-native:resources:Resource dev",
    "azure-native:resources:ResourceGroup dev-rg",
  ]);
});

test("the registry is Premium, without admin user and anonymous pull, in the stated mode, with untagged retention off", async () => {
  const registered = await register(() => new EnvironmentRegistry("dev", args));
  expect(registered.find(({ type }) => type === registryType)?.inputs).toEqual({
    apiVersion: "2025-11-01",
    resourceProviderNamespace: "Microsoft.ContainerRegistry",
    parentResourcePath: "",
    resourceType: "registries",
    resourceGroupName: undefined,
    resourceName: "contosodev",
    location: "eastus2",
    sku: { name: "Premium" },
    tags: args.tags,
    properties: {
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      roleAssignmentMode: "AbacRepositoryPermissions",
      networkRuleBypassOptions: "AzureServices",
      publicNetworkAccess: "Enabled",
      policies: {
        exportPolicy: { status: "enabled" },
        retentionPolicy: { status: "disabled", days: 0 },
        softDeletePolicy: { status: "disabled", retentionDays: 7 },
      },
    },
  });
});

test("repository events, login events and metrics go to the workspace", async () => {
  const registered = await register(() => new EnvironmentRegistry("dev", args));
  expect(registered.find(({ name }) => name === "dev-logs")?.inputs).toEqual({
    name: "to-workspace",
    resourceUri: "id-of-dev",
    workspaceId: "/workspace",
    logs: [
      { category: "ContainerRegistryRepositoryEvents", enabled: true },
      { category: "ContainerRegistryLoginEvents", enabled: true },
    ],
    metrics: [{ category: "AllMetrics", enabled: true }],
  });
});

test("a permission mode that Azure doesn't know is refused before anything is made", async () => {
  let message = "";
  const registered = await register(() => {
    try {
      new EnvironmentRegistry("dev", { ...args, permissionMode: "open" });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe('EnvironmentRegistry "dev": permissionMode is open; expected abac or rbac');
  expect(outline(registered)).toEqual(["airlock:index:EnvironmentRegistry dev"]);
});
