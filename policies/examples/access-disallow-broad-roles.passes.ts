import * as authorization from "@pulumi/azure-native/authorization";

const group = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg";

new authorization.RoleDefinition("settings-reader", {
  roleDefinitionId: "5d1c7b52-3c1e-4f7a-9a35-0c9f1f6d2e01",
  roleName: "onestream registry settings reader",
  scope: group,
  assignableScopes: [group],
  permissions: [
    {
      actions: [
        "Microsoft.ContainerRegistry/registries/read",
        "Microsoft.ContainerRegistry/registries/replications/read",
      ],
    },
  ],
});
