import * as managedidentity from "@pulumi/azure-native/managedidentity";

// A pod of one service account signs in as a managed identity; an application's credential is made in the shared stack.
new managedidentity.FederatedIdentityCredential("auth-service", {
  resourceGroupName: "onestream-prod-rg",
  resourceName: "auth-service",
  federatedIdentityCredentialResourceName: "aks",
  issuer:
    "https://eastus2.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/33333333-3333-4333-8333-333333333333/",
  subject: "system:serviceaccount:iam:auth-service",
  audiences: ["api://AzureADTokenExchange"],
});
