import * as containerinstance from "@pulumi/azure-native/containerinstance";

new containerinstance.ContainerGroup("migration", {
  resourceGroupName: "onestream-prod-rg",
  osType: "Linux",
  tags: { project: "onestream", environment: "prod", owner: "iam_team", purpose: "migration" },
  containers: [
    {
      name: "migration",
      image:
        "onestreamprod.azurecr.io/iam/migration@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
      resources: { requests: { cpu: 1, memoryInGB: 1 } },
    },
  ],
});
