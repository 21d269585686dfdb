import { EnvironmentRegistry } from "../../components";
import { outline, register } from "../support/recorder";

const args = {
  registryName: "contosodev",
  host: "contosodev.azurecr.io",
  resourceGroupName: "contoso-dev-rg",
  location: "eastus2",
  permissionMode: "abac",
  network: { access: "public" },
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

const endpoint = { subnetId: "/subnet", location: "westeurope", zoneId: "/zone" };

test("a private registry is closed to the internet, and has an endpoint with a name in the zone", async () => {
  const registered = await register(
    () => new EnvironmentRegistry("prod", { ...args, network: { access: "private", endpoint } }),
  );
  const inputs = (name: string) =>
    registered.find((one) => one.name === name && one.type.startsWith("azure-native:"))!.inputs;
  expect(inputs("prod").properties).toMatchObject({ publicNetworkAccess: "Disabled" });
  expect(inputs("prod-endpoint")).toMatchObject({
    privateEndpointName: "prod-endpoint",
    // The network's region, not the registry's.
    location: "westeurope",
    subnet: { id: "/subnet" },
    privateLinkServiceConnections: [
      { name: "registry", groupIds: ["registry"], privateLinkServiceId: "id-of-prod" },
    ],
    tags: args.tags,
  });
  expect(inputs("prod-endpoint-zone")).toMatchObject({
    privateDnsZoneConfigs: [{ name: "registry", privateDnsZoneId: "/zone" }],
  });
});

test("a restricted registry lets in the ranges that are named, and nobody else", async () => {
  const network = { access: "restricted", ipRules: ["203.0.113.16/28"] };
  const registered = await register(() => new EnvironmentRegistry("dev", { ...args, network }));
  expect(registered.find(({ type }) => type === registryType)?.inputs.properties).toMatchObject({
    publicNetworkAccess: "Enabled",
    networkRuleSet: { defaultAction: "Deny", ipRules: [{ action: "Allow", value: "203.0.113.16/28" }] },
  });
});

test.each([
  [{ access: "closed" }, "network.access is closed; expected public, restricted or private"],
  [{ access: "restricted" }, "network.access is restricted, and ipRules lets nobody in"],
  [{ access: "private" }, "network.access is private, and network.endpoint is missing"],
])("refused: %j", async (network, why) => {
  let message = "";
  await register(() => {
    try {
      new EnvironmentRegistry("dev", { ...args, network });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe(`EnvironmentRegistry "dev": ${why}`);
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
