import * as fc from "fast-check";
import { roleGuids } from "../../model/access/roles";
import { ArmError } from "../../sandbox/azure/arm-error";
import type { ArmBody } from "../../sandbox/azure/resource-type";
import { resourceTypes } from "../../sandbox/azure/types";
import { tenantId } from "../../sandbox/places";
import { azureNative } from "../../sandbox/pulumi/azure-native";
import {
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../sandbox/support";
import { mutated } from "./hostile";
import { runs } from "./runs";

let world: TestSandbox;
const registry = registryId("onestreamdev");
const network = `${groupId}/providers/Microsoft.Network/virtualNetworks/onestream-vnet`;
const subnet = `${network}/subnets/pipeline-subnet`;
const zone = `${groupId}/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io`;
const endpoint = `${groupId}/providers/Microsoft.Network/privateEndpoints/onestreamdev-pe`;
const workspace = `${groupId}/providers/Microsoft.OperationalInsights/workspaces/onestream-logs`;
const vault = `${groupId}/providers/Microsoft.KeyVault/vaults/onestream-signing-kv`;
const disk = `${groupId}/providers/Microsoft.Compute/disks/data`;
const account = `${groupId}/providers/Microsoft.Storage/storageAccounts/reports`;
const identity = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/cluster`;
const actions = `${groupId}/providers/Microsoft.Insights/actionGroups/told`;
const eastus2 = { location: "eastus2" };
const global = { location: "global" };

/** One valid resource of each type, each after what it leans on. */
const valid = (): [id: string, body: ArmBody][] => [
  [groupId, { ...eastus2, tags: { owner: "platform" }, properties: {} }],
  [
    registry,
    {
      ...eastus2,
      sku: { name: "Premium" },
      properties: {
        roleAssignmentMode: "AbacRepositoryPermissions",
        adminUserEnabled: false,
        publicNetworkAccess: "Enabled",
        networkRuleSet: { defaultAction: "Deny", ipRules: [{ action: "Allow", value: "203.0.113.0/24" }] },
        policies: {
          retentionPolicy: { days: 30, status: "disabled" },
          softDeletePolicy: { status: "disabled" },
        },
      },
    },
  ],
  [
    `${registry}/replications/westeurope`,
    { location: "westeurope", properties: { zoneRedundancy: "Disabled" } },
  ],
  [`${registry}/scopeMaps/readers`, { properties: { actions: ["repositories/iam/*/content/read"] } }],
  [
    `${registry}/tokens/reader`,
    { properties: { scopeMapId: `${registry}/scopeMaps/readers`, status: "enabled" } },
  ],
  [network, { ...eastus2, properties: { addressSpace: { addressPrefixes: ["10.100.0.0/16"] } } }],
  [
    `${groupId}/providers/Microsoft.Network/networkSecurityGroups/rules`,
    {
      ...eastus2,
      properties: {
        securityRules: [
          { name: "deny", priority: 4000, direction: "Inbound", access: "Deny", protocol: "*" },
        ],
      },
    },
  ],
  [
    subnet,
    {
      properties: {
        addressPrefix: "10.100.2.0/24",
        networkSecurityGroup: { id: `${groupId}/providers/Microsoft.Network/networkSecurityGroups/rules` },
      },
    },
  ],
  [identity, { ...eastus2, properties: {} }],
  [
    `${groupId}/providers/Microsoft.ContainerService/managedClusters/cluster`,
    {
      ...eastus2,
      identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
      properties: {
        dnsPrefix: "cluster",
        kubernetesVersion: "1.36",
        agentPoolProfiles: [
          { name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5", vnetSubnetID: subnet },
        ],
        networkProfile: { serviceCidr: "10.101.0.0/16" },
        aadProfile: { managed: true },
        disableLocalAccounts: true,
      },
    },
  ],
  [
    actions,
    { ...global, properties: { groupShortName: "airlock", enabled: true, emailReceivers: [{ name: "a" }] } },
  ],
  [
    `${groupId}/providers/Microsoft.Insights/activityLogAlerts/access`,
    {
      ...global,
      properties: {
        scopes: [groupId],
        condition: { allOf: [{ field: "category", equals: "Administrative" }] },
        actions: { actionGroups: [{ actionGroupId: actions }] },
      },
    },
  ],
  [
    endpoint,
    {
      ...eastus2,
      properties: {
        subnet: { id: subnet },
        privateLinkServiceConnections: [
          { name: "a", privateLinkServiceId: registry, groupIds: ["registry"] },
        ],
      },
    },
  ],
  [zone, { ...global, properties: {} }],
  [
    `${zone}/virtualNetworkLinks/link`,
    { ...global, properties: { virtualNetwork: { id: network }, registrationEnabled: false } },
  ],
  [
    `${endpoint}/privateDnsZoneGroups/default`,
    { properties: { privateDnsZoneConfigs: [{ name: "acr", privateDnsZoneId: zone }] } },
  ],
  [workspace, { ...eastus2, properties: { retentionInDays: 90, sku: { name: "PerGB2018" } } }],
  [
    `${registry}/providers/Microsoft.Insights/diagnosticSettings/logs`,
    {
      properties: {
        workspaceId: workspace,
        logs: [{ category: "ContainerRegistryRepositoryEvents", enabled: true }],
        metrics: [{ category: "AllMetrics", enabled: true }],
      },
    },
  ],
  [
    vault,
    {
      ...eastus2,
      properties: { tenantId, sku: { family: "A", name: "premium" }, enableRbacAuthorization: true },
    },
  ],
  [
    `${vault}/secrets/password`,
    { properties: { value: "not a password", attributes: { exp: 4_102_444_800 } } },
  ],
  [`${vault}/keys/cosign`, { properties: { kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] } }],
  [
    roleId("00000000-0000-4000-8000-00000000000a"),
    {
      properties: {
        roleName: "Importer",
        permissions: [
          { actions: ["Microsoft.ContainerRegistry/registries/read"], notActions: [], dataActions: [] },
        ],
        assignableScopes: [subscription],
      },
    },
  ],
  [
    assignmentId(registry, 1),
    {
      properties: {
        principalId: world.administrator.objectId,
        principalType: "User",
        roleDefinitionId: roleId(roleGuids.repositoryReader),
        condition:
          "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'iam/'))",
        conditionVersion: "2.0",
      },
    },
  ],
  [`${network}/providers/Microsoft.Authorization/locks/keep`, { properties: { level: "CanNotDelete" } }],
  [
    `${groupId}/providers/Microsoft.Authorization/policyAssignments/pod-security`,
    {
      properties: {
        policyDefinitionId:
          "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d",
        enforcementMode: "Default",
        parameters: { effect: { value: "Deny" } },
      },
    },
  ],
  [disk, { ...eastus2, properties: { creationData: { createOption: "Empty" }, diskSizeGB: 8 } }],
  [
    `${groupId}/providers/Microsoft.Compute/virtualMachines/runner`,
    { ...eastus2, properties: { storageProfile: { osDisk: { managedDisk: { id: disk } }, dataDisks: [] } } },
  ],
  [account, { ...eastus2, sku: { name: "Standard_LRS" }, kind: "StorageV2", properties: {} }],
  [`${account}/blobServices/default`, { properties: {} }],
  [`${account}/blobServices/default/containers/logs`, { properties: { metadata: { release: "v0.0.1" } } }],
  [`${groupId}/providers/Microsoft.App/containerApps/app`, { ...eastus2, properties: { configuration: {} } }],
];

beforeAll(async () => {
  world = await openTestSandbox(["onestreamdev"]);
  await addRegistry(world, "onestreamdev");
});
afterAll(() => world.close());

test("there is a body for every type", async () => {
  for (const [id, body] of valid()) await world.sandbox.manager.put(world.administrator, id, body);
  const stored = resourceTypes.map(({ armType }) => [armType, world.sandbox.manager.all(armType).length]);
  expect(stored.filter(([, count]) => count === 0)).toEqual([]);
});

/** Bodies and inputs are objects by the way they come. */
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What every other request leans on still answers. */
function requireSound(id: string): void {
  const { manager, graph, imports } = world.sandbox;
  graph.current();
  expect(imports).toBeDefined();
  const stored = manager.find(id);
  if (!stored) return;
  JSON.stringify(stored);
  manager.authorize(world.administrator, { plane: "control", action: `${stored.type}/write`, scope: id });
}

test("whatever a body says, Azure's rules refuse it or it stands, and nothing else breaks", async () => {
  const { manager } = world.sandbox;
  const bodies = valid();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bodies).chain(([id, body]) => fc.tuple(fc.constant(id), mutated(body))),
      async ([id, body]) => {
        try {
          await manager.put(world.administrator, id, body as ArmBody);
        } catch (error) {
          expect(error).toBeInstanceOf(ArmError);
          expect((error as ArmError).status).toBeLessThan(500);
        }
        requireSound(id);
      },
    ),
    runs(150),
  );
});

test("whatever a program's inputs say, the provider's answer is one", async () => {
  const model = azureNative(world.sandbox.manager, "3.28.0");
  const handlers = model.tokens.map((token) => model.handler(token)!);
  const inputs = valid().map(([, { properties, ...rest }]) => ({ ...rest, ...properties, properties }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...handlers),
      fc
        .constantFrom(...inputs)
        .chain(mutated)
        .filter(isObject),
      async (handler, properties) => {
        for (const failure of handler.check(properties)) expect(typeof failure.reason).toBe("string");
        expect(typeof (handler.idOf?.(properties) ?? "")).toBe("string");
        try {
          await handler.create(world.administrator, { resourceGroupName: "onestream-dev-rg", ...properties });
        } catch (error) {
          expect(error).toBeInstanceOf(ArmError);
        }
        world.sandbox.graph.current();
      },
    ),
    runs(150),
  );
});
