import { ConfigMap } from "@pulumi/kubernetes/core/v1";

new ConfigMap("prod-parameters", {
  metadata: {
    name: "airlock-prod",
    namespace: "airlock-system",
    labels: { "airlock.dev/admits": "prod" },
  },
  data: {
    registries: "onestreamprod.azurecr.io\ndocker.io",
    images:
      "onestreamprod.azurecr.io/iam/auth-service@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
    injected: "auth-service=docker.io/library/nginx",
  },
});
