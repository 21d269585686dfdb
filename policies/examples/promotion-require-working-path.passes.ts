import { ScopeMap } from "@pulumi/azure-native/containerregistry";

new ScopeMap("v1-2-3-prod", {
  resourceGroupName: "onestream-prod-rg",
  registryName: "onestreamprod",
  scopeMapName: "v1-2-3-prod",
  description: "Reads what release 1.2.3 deploys.",
  actions: ["repositories/iam/login/content/read", "repositories/iam/login/metadata/read"],
});
