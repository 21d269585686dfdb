import * as azuread from "@pulumi/azuread";

new azuread.ApplicationFederatedIdentityCredential("promoter", {
  applicationId: "/applications/0b6f2c1e-5a0d-4d51-8f0e-6a5c7d1e2f30",
  displayName: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:onestream/platform:ref:refs/heads/main",
  audiences: ["api://AzureADTokenExchange"],
});
