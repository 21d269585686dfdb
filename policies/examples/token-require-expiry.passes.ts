import { TokenPassword } from "../../components";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";

new TokenPassword("v0.0.1-prod", {
  registryId: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod`,
  loginServer: "onestreamprod.azurecr.io",
  tokenName: "v0-0-1-prod-acr-sa",
  // A week after the stage was opened.
  expires: "2026-11-28T10:00:00Z",
});
