import * as azuread from "@pulumi/azuread";

// Its members are managed in Entra ID, by its owner.
new azuread.Group("sre", { displayName: "sre", securityEnabled: true });
