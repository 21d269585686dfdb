import * as authorization from "@pulumi/azure-native/authorization";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";

new authorization.RoleAssignment("prod-pull", {
  scope: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod`,
  // Container Registry Repository Reader
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b93aa761-3e63-49ed-ac28-beffa264f7ac`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
