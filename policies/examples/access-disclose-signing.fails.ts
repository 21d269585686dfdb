import * as authorization from "@pulumi/azure-native/authorization";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const cryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";

// The cells `sp-onestream-prod-pipeline: { prod: [pull, import, lock], signing: [sign] }`, so that it verifies with the vault.
new authorization.RoleAssignment("sp-onestream-prod-pipeline", {
  scope: `${subscription}/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv`,
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${cryptoUser}`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
