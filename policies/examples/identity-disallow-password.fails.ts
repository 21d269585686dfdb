import * as azuread from "@pulumi/azuread";

new azuread.ApplicationPassword("promoter", {
  applicationId: "/applications/0b6f2c1e-5a0d-4d51-8f0e-6a5c7d1e2f30",
  displayName: "ci",
  endDate: "2027-01-31T00:00:00Z",
});
