import * as containerservice from "@pulumi/azure-native/containerservice";

new containerservice.ManagedCluster("prod", {
  resourceName: "onestream-prod-aks",
  resourceGroupName: "onestream-prod-rg",
  location: "eastus2",
  identity: { type: "SystemAssigned" },
  disableLocalAccounts: false,
  aadProfile: { managed: true, enableAzureRBAC: true },
  apiServerAccessProfile: { authorizedIPRanges: ["0.0.0.0/0"], disableRunCommand: true },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
  addonProfiles: { azurepolicy: { enabled: true } },
  networkProfile: { networkPlugin: "azure", networkDataplane: "cilium", networkPolicy: "cilium" },
  tags: { project: "onestream", environment: "prod", owner: "platform_team", purpose: "image-promotion" },
});
