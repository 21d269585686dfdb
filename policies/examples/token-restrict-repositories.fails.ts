import { ScopeMap } from "@pulumi/azure-native/containerregistry";

new ScopeMap("scanner", {
  resourceGroupName: "onestream-prod-rg",
  registryName: "onestreamprod",
  scopeMapName: "scanner",
  // Also what somebody pushes there next year.
  actions: ["repositories/iam/*/content/read"],
});
