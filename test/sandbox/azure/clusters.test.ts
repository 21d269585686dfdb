import type { ArmBody } from "../../../sandbox/azure/resource-type";
import { groupId, openTestSandbox, type TestSandbox } from "../support";

let test: TestSandbox;
beforeEach(async () => {
  test = await openTestSandbox();
  await put(groupId, { location: "eastus2", properties: {} });
  await put(network, body({ addressSpace: { addressPrefixes: ["10.100.0.0/16"] } }));
  await put(subnet, { properties: { addressPrefix: "10.100.1.0/25" } });
  await put(identity, body({}));
});
afterEach(() => test.close());

const under = (path: string) => `${groupId}/providers/${path}`;
const network = under("Microsoft.Network/virtualNetworks/vnet");
const subnet = `${network}/subnets/aks`;
const identity = under("Microsoft.ManagedIdentity/userAssignedIdentities/cluster");
const cluster = under("Microsoft.ContainerService/managedClusters/aks");
const rules = under("Microsoft.Network/networkSecurityGroups/rules");
const put = (id: string, resource: ArmBody) => test.sandbox.manager.put(test.platform, id, resource);
const remove = (id: string) => test.sandbox.manager.delete(test.administrator, id);
const body = (properties: ArmBody["properties"]): ArmBody => ({ location: "eastus2", properties });
const pool = {
  name: "system",
  mode: "System",
  count: 2,
  maxPods: 30,
  vmSize: "Standard_D4s_v5",
  vnetSubnetID: subnet,
};
const whole = {
  dnsPrefix: "aks",
  kubernetesVersion: "1.36",
  nodeResourceGroup: "aks-nodes",
  agentPoolProfiles: [pool],
  networkProfile: { serviceCidr: "10.101.0.0/16" },
  serviceMeshProfile: { mode: "Istio", istio: { revisions: ["asm-1-30"] } },
  oidcIssuerProfile: { enabled: true },
  aadProfile: { managed: true },
  disableLocalAccounts: true,
};
const aks = (changes: object = {}): ArmBody => ({
  ...body({ ...whole, ...changes }),
  identity: { type: "UserAssigned", userAssignedIdentities: [identity] },
});

describe("managed clusters", () => {
  it("a cluster acts as identities that are in the directory as long as it stands", async () => {
    const made = await put(cluster, aks());
    const { kubeletidentity } = made.properties.identityProfile as {
      kubeletidentity: { objectId: string; resourceId: string };
    };
    expect(test.sandbox.directory.principal(kubeletidentity.objectId)).toMatchObject({
      name: "aks-agentpool",
      kind: "application",
    });
    expect(kubeletidentity.resourceId).toContain("/resourcegroups/aks-nodes/");
    const again = await put(cluster, aks({ disableLocalAccounts: true }));
    expect(again.properties.identityProfile).toEqual(made.properties.identityProfile);
    await remove(cluster);
    expect(test.sandbox.directory.principal(kubeletidentity.objectId)).toBeUndefined();
  });

  it.each<[string, object]>([
    ["InsufficientSubnetSize", { agentPoolProfiles: [{ ...pool, count: 3 }] }],
    ["BadRequest", { agentPoolProfiles: [{ ...pool, vmSize: "Standard_D4s_v99" }] }],
    ["BadRequest", { agentPoolProfiles: [{ ...pool, vmSize: "Standard_B4ms" }] }],
    ["MustDefineAtLeastOneSystemPool", { agentPoolProfiles: [{ ...pool, mode: "User" }] }],
    ["K8sVersionNotSupported", { kubernetesVersion: "1.30" }],
    ["BadRequest", { serviceMeshProfile: { mode: "Istio", istio: { revisions: ["asm-1-9"] } } }],
    ["BadRequest", { kubernetesVersion: "1.37" }],
    ["BadRequest", { aadProfile: {} }],
    ["ServiceCidrOverlapExistingSubnetsCidr", { networkProfile: { serviceCidr: "10.100.64.0/20" } }],
    [
      "InvalidResourceReference",
      { agentPoolProfiles: [{ ...pool, vnetSubnetID: `${network}/subnets/none` }] },
    ],
    [
      "BadRequest",
      { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.0/28"] } },
    ],
  ])("%s: %j", async (code, changes) => {
    await expect(put(cluster, aks(changes))).rejects.toMatchObject({ code });
  });

  it("two clusters of a subnet need room for both", async () => {
    await put(cluster, aks());
    await expect(put(`${cluster}-2`, aks({ dnsPrefix: "two" }))).rejects.toMatchObject({
      code: "InsufficientSubnetSize",
      message: expect.stringContaining("Pre-allocated IPs 93 exceeds IPs available 30") as string,
    });
  });

  it("what a cluster uses can't be deleted under it", async () => {
    await put(cluster, aks());
    await expect(remove(subnet)).rejects.toMatchObject({ code: "InUseSubnetCannotBeDeleted" });
    await expect(remove(identity)).rejects.toMatchObject({ code: "IdentityInUse" });
    await remove(cluster);
    await remove(subnet);
    await remove(identity);
  });
});

describe("network security groups", () => {
  const rule = (name: string, priority: number, direction = "Inbound") => ({ name, priority, direction });

  it.each<[string, object[]]>([
    ["SecurityRuleInvalidPriority", [rule("a", 99)]],
    ["SecurityRuleConflict", [rule("a", 100), rule("b", 100)]],
  ])("%s: %j", async (code, securityRules) => {
    await expect(put(rules, body({ securityRules }))).rejects.toMatchObject({ code });
  });

  it("a group stays as long as a subnet has it", async () => {
    await put(rules, body({ securityRules: [rule("a", 100), rule("b", 100, "Outbound")] }));
    await put(subnet, {
      properties: { addressPrefix: "10.100.1.0/25", networkSecurityGroup: { id: rules } },
    });
    await expect(remove(rules)).rejects.toMatchObject({ code: "InUseNetworkSecurityGroupCannotBeDeleted" });
    await remove(subnet);
    await remove(rules);
  });

  it("a subnet has no group that is not there", async () => {
    const properties = { addressPrefix: "10.100.1.0/25", networkSecurityGroup: { id: rules } };
    await expect(put(subnet, { properties })).rejects.toMatchObject({ code: "InvalidResourceReference" });
  });
});
