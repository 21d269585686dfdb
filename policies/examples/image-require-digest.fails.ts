import * as apps from "@pulumi/kubernetes/apps/v1";

new apps.Deployment("auth-service", {
  spec: {
    selector: { matchLabels: { app: "auth-service" } },
    template: {
      metadata: { labels: { app: "auth-service" } },
      spec: {
        containers: [{ name: "auth-service", image: "onestreamprod.azurecr.io/iam/auth-service:1.2.3" }],
      },
    },
  },
});
