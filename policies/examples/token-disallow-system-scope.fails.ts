import { Token } from "@pulumi/azure-native/containerregistry";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";

new Token("appliance", {
  resourceGroupName: "onestream-prod-rg",
  registryName: "onestreamprod",
  tokenName: "appliance",
  // Every repository, of every team.
  scopeMapId: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod/scopeMaps/_repositories_pull`,
});
