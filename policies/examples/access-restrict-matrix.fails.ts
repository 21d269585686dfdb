import * as authorization from "@pulumi/azure-native/authorization";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";

new authorization.RoleAssignment("auditor", {
  scope: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.Storage/storageAccounts/onestreamaudit`,
  // Reader
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
