import * as authorization from "@pulumi/azure-native/authorization";
import { customRoleGuid } from "../../model/access/custom-roles";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const subscription = `/subscriptions/${subscriptionId}`;
const verifier = customRoleGuid(subscriptionId, "onestream", "verifier");

// The cells `sp-onestream-staging-pipeline: { staging: [pull, import, lock], signing: [verify] }`: this role verifies, and signs nothing.
new authorization.RoleAssignment("sp-onestream-staging-pipeline", {
  scope: `${subscription}/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv`,
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${verifier}`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
