import { ImageImport, ImageLock } from "../../components";
import { settings } from "../../stacks/settings";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const registries = "providers/Microsoft.ContainerRegistry/registries";
const image = {
  loginServer: "onestreamprod.azurecr.io",
  repository: "iam/login",
  digest: "sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
  tags: ["1.2.3-prod"],
};

new ImageImport("iam/login", {
  ...image,
  registryId: `${subscription}/resourceGroups/onestream-prod-rg/${registries}/onestreamprod`,
  version: "1.2.3",
  environment: "prod",
  source: {
    registryId: `${subscription}/resourceGroups/onestream-staging-rg/${registries}/onestreamstaging`,
    loginServer: "onestreamstaging.azurecr.io",
  },
  publicKey: settings.signing.publicKey ?? "",
});
new ImageLock("iam/login", image);
