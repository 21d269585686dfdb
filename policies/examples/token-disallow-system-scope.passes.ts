import { ScopeMap, Token } from "@pulumi/azure-native/containerregistry";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const inRegistry = { resourceGroupName: "onestream-prod-rg", registryName: "onestreamprod" };

const map = new ScopeMap("appliance", {
  ...inRegistry,
  scopeMapName: "appliance",
  actions: ["repositories/utility/clock/content/read"],
});
new Token(
  "appliance",
  {
    ...inRegistry,
    tokenName: "appliance",
    scopeMapId: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod/scopeMaps/appliance`,
  },
  { dependsOn: map },
);
