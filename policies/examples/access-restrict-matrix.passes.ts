import * as authorization from "@pulumi/azure-native/authorization";
import { customRoleGuid } from "../../model/access/custom-roles";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const subscription = `/subscriptions/${subscriptionId}`;
const importer = customRoleGuid(subscriptionId, "onestream", "importer");

// The cell `sp-onestream-prod-pipeline: { prod: [import] }`.
new authorization.RoleAssignment("promoter", {
  scope: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod`,
  roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${importer}`,
  principalId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
  principalType: "ServicePrincipal",
});
