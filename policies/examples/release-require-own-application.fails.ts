import * as azuread from "@pulumi/azuread";

// Somebody else's application, signed in to by the job of the release's last stage.
new azuread.ApplicationFederatedIdentityCredential("v0.0.1", {
  applicationId: "/applications/aaaaaaaa-0000-4000-8000-000000000001",
  displayName: "github-environment",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:onestream/platform:environment:v0.0.1",
  audiences: ["api://AzureADTokenExchange"],
});
