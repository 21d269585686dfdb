import * as azuread from "@pulumi/azuread";

new azuread.Application("dashboard", { displayName: "sp-onestream-dashboard" });
