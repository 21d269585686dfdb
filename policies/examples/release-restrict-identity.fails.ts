import * as azuread from "@pulumi/azuread";

// Made here it would outlive its release, whose own stack takes away what that stack has made.
new azuread.Application("dashboard", { displayName: "v0.0.1-prod-gh-sa" });
