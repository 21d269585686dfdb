import { ScopeMap, Token } from "@pulumi/azure-native/containerregistry";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const registries = "providers/Microsoft.ContainerRegistry/registries";

const map = new ScopeMap("v0.0.1-prod", {
  resourceGroupName: "onestream-prod-rg",
  registryName: "onestreamprod",
  scopeMapName: "v0-0-1-prod-acr-sa",
  actions: ["repositories/iam/auth-service/content/read"],
});
new Token("v0.0.1-staging", {
  resourceGroupName: "onestream-staging-rg",
  registryName: "onestreamstaging",
  tokenName: "v0-0-1-staging-acr-sa",
  scopeMapId: `${subscription}/resourceGroups/onestream-staging-rg/${registries}/onestreamstaging/scopeMaps/v0-0-1-staging-acr-sa`,
  status: "disabled",
});
new Token(
  "v0.0.1-prod",
  {
    resourceGroupName: "onestream-prod-rg",
    registryName: "onestreamprod",
    tokenName: "v0-0-1-prod-acr-sa",
    scopeMapId: `${subscription}/resourceGroups/onestream-prod-rg/${registries}/onestreamprod/scopeMaps/v0-0-1-prod-acr-sa`,
    status: "enabled",
  },
  { dependsOn: map },
);
