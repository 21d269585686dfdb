import { IsolatedNetwork, type IsolatedNetworkArgs, SecretsVault } from "../../components";
import { outline, register } from "../support/recorder";

const args: IsolatedNetworkArgs = {
  networkName: "contoso-poc-vnet",
  resourceGroupName: "contoso-poc-shared-rg",
  location: "eastus2",
  range: "10.100.0.0/16",
  subnets: {
    aks: { purpose: "nodes", range: "10.100.1.0/24" },
    pipeline: { purpose: "runners", range: "10.100.2.0/24" },
    acr: { purpose: "endpoints", range: "10.100.3.0/24" },
  },
  clusters: { dev: { nodes: 2, maxPods: 30 }, staging: { nodes: 2, maxPods: 30 } },
  otherRanges: { "contoso-vnet": "10.0.0.0/16" },
  tags: { environment: "poc" },
};

test("a network of its own: rules on every subnet, names of registries and vaults, nothing that connects it", async () => {
  const registered = await register(() => new IsolatedNetwork("net", args));
  expect(outline(registered)).toEqual([
    "airlock:index:IsolatedNetwork net",
    "azure-native:network:NetworkSecurityGroup net-acr-rules",
    "azure-native:network:NetworkSecurityGroup net-aks-rules",
    "azure-native:network:NetworkSecurityGroup net-pipeline-rules",
    "azure-native:network:Subnet net-acr",
    "azure-native:network:Subnet net-aks",
    "azure-native:network:Subnet net-pipeline",
    "azure-native:network:VirtualNetwork net",
    "azure-native:privatedns:PrivateZone net-registries",
    "azure-native:privatedns:PrivateZone net-vaults",
    "azure-native:privatedns:VirtualNetworkLink net-registries-link",
    "azure-native:privatedns:VirtualNetworkLink net-vaults-link",
  ]);
  const inputs = Object.fromEntries(registered.map(({ name, inputs }) => [name, inputs]));
  expect(inputs["net-acr"]).toEqual({
    subnetName: "acr",
    resourceGroupName: "contoso-poc-shared-rg",
    addressPrefix: "10.100.3.0/24",
    networkSecurityGroup: { id: "id-of-net-acr-rules" },
    privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
    // The SDK's own default.
    privateLinkServiceNetworkPolicies: "Enabled",
  });
  expect(inputs["net-pipeline-rules"]).toMatchObject({
    networkSecurityGroupName: "contoso-poc-vnet-pipeline-nsg",
    securityRules: [
      { name: "deny-inbound", direction: "Inbound", access: "Deny", sourceAddressPrefix: "*" },
      { name: "deny-other-networks", direction: "Outbound", destinationAddressPrefixes: ["10.0.0.0/16"] },
    ],
  });
  expect(inputs["net-registries-link"]).toMatchObject({
    virtualNetwork: { id: "id-of-net" },
    registrationEnabled: false,
  });
  const ranged = registered.find(({ type }) => type.endsWith(":VirtualNetwork"))!;
  expect(ranged.inputs.addressSpace).toEqual({ addressPrefixes: ["10.100.0.0/16"] });
});

const subnets = (aks: object) => ({ ...args.subnets, aks: { ...args.subnets.aks, ...aks } });

test.each<[Partial<IsolatedNetworkArgs>, string]>([
  [
    { otherRanges: { "contoso-vnet": "10.96.0.0/12" } },
    "range: 10.100.0.0/16 overlaps with 10.96.0.0/12 of contoso-vnet. Take a range of its own: two networks that share addresses can't be told apart",
  ],
  [
    { subnets: subnets({ range: "10.100.2.0/23" }) },
    "subnets.pipeline: 10.100.2.0/24 of pipeline overlaps with 10.100.2.0/23 of aks. Give each its own part",
  ],
  [
    { subnets: subnets({ range: "10.100.1.0/25" }) },
    "subnets.aks: 10.100.1.0/25 leaves 123 addresses, and Azure CNI needs 186: dev (2 + 1) × (1 + 30), staging (2 + 1) × (1 + 30). Take a /24 or larger, fewer nodes, or fewer pods on each",
  ],
  [
    { subnets: subnets({ purpose: "people" }) },
    "subnets.aks.purpose is people; expected nodes, runners or endpoints",
  ],
  [
    { subnets: subnets({ purpose: "runners" }) },
    "0 subnets are for nodes; expected one, where all clusters stand",
  ],
])("%j is refused before anything is made", async (changes, why) => {
  let refusal: unknown;
  const registered = await register(() => {
    try {
      new IsolatedNetwork("net", { ...args, ...changes });
    } catch (error) {
      refusal = error;
    }
  });
  expect((refusal as Error).message).toBe(`IsolatedNetwork "net": ${why}`);
  expect(outline(registered)).toEqual(["airlock:index:IsolatedNetwork net"]);
});

test("the vault for secrets is as closed as the one that signs, and has no key", async () => {
  const registered = await register(
    () =>
      new SecretsVault("secrets", {
        vaultName: "contoso-poc-secrets-kv",
        resourceGroupName: "contoso-poc-shared-rg",
        location: "eastus2",
        tenantId: "tenant",
        workspaceId: "/workspace",
        endpoint: { subnetId: "/subnet", location: "eastus2", zoneId: "/zone" },
        tags: { environment: "poc" },
      }),
    ({ type }) => (type.endsWith(":Vault") ? { properties: { vaultUri: "https://vault/" } } : {}),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:SecretsVault secrets",
    "azure-native:keyvault:Vault secrets",
    "azure-native:monitor:DiagnosticSetting secrets-logs",
    "azure-native:network:PrivateDnsZoneGroup secrets-endpoint-zone",
    "azure-native:network:PrivateEndpoint secrets-endpoint",
  ]);
  expect(registered[1].inputs.properties).toMatchObject({
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    softDeleteRetentionInDays: 90,
    publicNetworkAccess: "Disabled",
  });
});
