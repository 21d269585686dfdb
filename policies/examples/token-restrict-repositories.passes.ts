import { ScopeMap } from "@pulumi/azure-native/containerregistry";

new ScopeMap("scanner", {
  resourceGroupName: "onestream-prod-rg",
  registryName: "onestreamprod",
  scopeMapName: "scanner",
  actions: ["repositories/iam/auth-service/content/read", "repositories/iam/login/content/read"],
});
