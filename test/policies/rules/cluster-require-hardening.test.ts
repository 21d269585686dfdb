import { clusterRequireHardening } from "../../../policies/rules/cluster-require-hardening";
import { type Properties, unknown } from "../../../policies/values";
import { hardenedCluster } from "../corpus/case";
import { stack } from "../support/stacks";
import { asking } from "../support/verdicts";

const says = asking(clusterRequireHardening);
const cluster = (changes: Properties = {}, type = "azure-native:containerservice:ManagedCluster") => ({
  type,
  name: "aks",
  properties: { ...hardenedCluster, ...changes },
});

test("what Cluster makes passes, in every version of the type", () => {
  expect(says(cluster())).toEqual([]);
  expect(says(cluster({}, "azure-native:containerservice/v20250901:ManagedCluster"))).toEqual([]);
  expect(says({ ...cluster(), type: "azure-native:compute:Disk", properties: {} })).toEqual([]);
});

test.each<[Properties, string]>([
  [
    { disableLocalAccounts: undefined },
    "the cluster has local accounts, whose credential is in no matrix (aks: disableLocalAccounts). Set it to true",
  ],
  [
    { aadProfile: { managed: true } },
    "the cluster takes no roles of Azure (aks: aadProfile.enableAzureRBAC). Set it to true",
  ],
  [
    { apiServerAccessProfile: { enablePrivateCluster: true } },
    "the cluster runs commands that come through Azure, from any network (aks: apiServerAccessProfile.disableRunCommand). Set it to true",
  ],
  [
    { apiServerAccessProfile: { disableRunCommand: true, authorizedIPRanges: ["203.0.0.0/8"] } },
    "the API lets in 203.0.0.0/8, which is more than a /20 (aks: apiServerAccessProfile.authorizedIPRanges[0]). Set enablePrivateCluster, or name the public addresses of runners and offices",
  ],
  [
    { apiServerAccessProfile: { disableRunCommand: true, authorizedIPRanges: unknown } },
    "who reaches the API is not known before `pulumi up` (aks: apiServerAccessProfile.authorizedIPRanges). Set enablePrivateCluster, or name the public addresses of runners and offices",
  ],
  [
    { networkProfile: { networkPolicy: "none" } },
    "every pod of the cluster reaches every other (aks: networkProfile.networkPolicy). Set it to cilium",
  ],
  [
    { servicePrincipalProfile: { clientId: "x", secret: "y" } },
    "the cluster acts as a service principal, which has a password (aks: servicePrincipalProfile). Give it a managed identity",
  ],
])("%j is refused", (changes, expected) => {
  expect(says(cluster(changes))).toEqual([expected]);
});

test("a value that is not known is refused in a protected environment, and judged later in dev", () => {
  const hidden = cluster({ disableLocalAccounts: unknown, securityProfile: unknown });
  expect(says(hidden).length).toBe(2);
  expect(says(hidden, stack("dev"))).toEqual([]);
});

test("a managed identity in the older spelling is no service principal", () => {
  expect(says(cluster({ servicePrincipalProfile: { clientId: "msi" } }))).toEqual([]);
});
