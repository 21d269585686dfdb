import * as azuread from "@pulumi/azuread";
import { gitHubEnvironmentSubject } from "../../model/federated-subject";

const repository = { owner: "onestream", repository: "platform" };

// The workflow's own token is the proof: there is nothing to leak.
new azuread.ApplicationFederatedIdentityCredential("promoter", {
  applicationId: "/applications/0b6f2c1e-5a0d-4d51-8f0e-6a5c7d1e2f30",
  displayName: "github-environment",
  issuer: "https://token.actions.githubusercontent.com",
  subject: gitHubEnvironmentSubject(repository, "prod"),
  audiences: ["api://AzureADTokenExchange"],
});
