import * as azuread from "@pulumi/azuread";

const dashboard = new azuread.Application("dashboard", { displayName: "sp-onestream-dashboard" });
// Whose jobs are no release's: which application they sign in as is judged by other policies.
new azuread.ServicePrincipal("dashboard", { clientId: dashboard.clientId });
