import * as keyvault from "@pulumi/azure-native/keyvault";

new keyvault.Key(
  "signing-key",
  {
    keyName: "cosign",
    vaultName: "onestream-signing-kv",
    resourceGroupName: "onestream-shared-rg",
    properties: { kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] },
  },
  { protect: true },
);
