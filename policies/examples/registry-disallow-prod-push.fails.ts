import * as authorization from "@pulumi/azure-native/authorization";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";

new authorization.RoleAssignment("hotfix-push", {
  scope: `${subscription}/resourceGroups/onestream-prod-rg`,
  // AcrPush
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/8311e382-0749-4cb8-b61a-304f252e45ec`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
