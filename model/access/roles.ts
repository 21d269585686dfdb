import { lastPart } from "../values";
import { builtInClusterRoles } from "./roles-of-clusters";
import type { Permission, RoleDefinition } from "./types";

const registries = "Microsoft.ContainerRegistry/registries";
const keys = "Microsoft.KeyVault/vaults/keys";

/** Data actions of a registry in `abac` mode. */
export const repositoryDataActions = {
  contentRead: `${registries}/repositories/content/read`,
  contentWrite: `${registries}/repositories/content/write`,
  contentDelete: `${registries}/repositories/content/delete`,
  metadataRead: `${registries}/repositories/metadata/read`,
  metadataWrite: `${registries}/repositories/metadata/write`,
  metadataDelete: `${registries}/repositories/metadata/delete`,
  catalogRead: `${registries}/catalog/read`,
} as const;

const data = repositoryDataActions;
const readRepositories = [data.contentRead, data.metadataRead];
const writeRepositories = [...readRepositories, data.contentWrite, data.metadataWrite];

/** GUIDs of the built-in roles that this project assigns or speaks of. */
export const roleGuids = {
  acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  acrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  acrDelete: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
  dataImporter: "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
  repositoryReader: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
  repositoryWriter: "2a1e307c-b015-4ebd-883e-5b7698a07328",
  repositoryContributor: "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
  catalogLister: "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
  registryConfigurationAdministrator: "3bc748fc-213d-45c1-8d91-9da5725539b9",
  registryConfigurationReader: "69b07be0-09bf-439a-b9a6-e73de851bd59",
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  userAccessAdministrator: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
  accessControlAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
  cryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
  cryptoOfficer: "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
  clusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
} as const;

/** The only roles whose repository conditions Azure honours. */
export const conditionedRoleGuids: readonly string[] = [
  roleGuids.repositoryReader,
  roleGuids.repositoryWriter,
  roleGuids.repositoryContributor,
];

function role(guid: string, name: string, permission: Partial<Permission>): RoleDefinition {
  const none: readonly string[] = [];
  return {
    guid,
    name,
    permissions: [
      { actions: none, notActions: none, dataActions: none, notDataActions: none, ...permission },
    ],
  };
}

function verbs(resource: string, names: readonly string[] = ["read", "write", "delete"]): string[] {
  return names.map((verb) => `${resource}/${verb}`);
}

const support = "Microsoft.Support/*";

const generalRoles: readonly RoleDefinition[] = [
  role(roleGuids.owner, "Owner", { actions: ["*"] }),
  role(roleGuids.contributor, "Contributor", {
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
      "Microsoft.Blueprint/blueprintAssignments/write",
      "Microsoft.Blueprint/blueprintAssignments/delete",
      "Microsoft.Compute/galleries/share/action",
      "Microsoft.Purview/consents/write",
      "Microsoft.Purview/consents/delete",
    ],
  }),
  role(roleGuids.reader, "Reader", { actions: ["*/read"] }),
  role(roleGuids.userAccessAdministrator, "User Access Administrator", {
    actions: ["*/read", "Microsoft.Authorization/*", support],
  }),
  role(roleGuids.accessControlAdministrator, "Role Based Access Control Administrator", {
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "*/read",
      support,
    ],
  }),
  role("4d97b98b-1d4f-4787-a291-c67834d212e7", "Network Contributor", {
    actions: [
      "Microsoft.Authorization/*/read",
      "Microsoft.Insights/alertRules/*",
      "Microsoft.Network/*",
      "Microsoft.Resources/deployments/*",
      "Microsoft.Resources/subscriptions/resourceGroups/read",
      support,
    ],
  }),
  role("43d0d8ad-25c7-4714-9337-8ba259a9fe05", "Monitoring Reader", { actions: ["*/read", support] }),
  role("749f88d5-cbae-40b8-bcfc-e573ddc772fa", "Monitoring Contributor", {
    actions: ["*/read", "Microsoft.Insights/*", "Microsoft.OperationalInsights/workspaces/write", support],
  }),
  role("73c42c96-874c-492b-b04d-ab87d138a893", "Log Analytics Reader", {
    actions: ["*/read", "Microsoft.OperationalInsights/workspaces/search/action", support],
    notActions: ["Microsoft.OperationalInsights/workspaces/sharedKeys/read"],
  }),
  role("36243c78-bf99-498c-9df9-86d9f8d28608", "Resource Policy Contributor", {
    actions: [
      "*/read",
      "Microsoft.Authorization/policyAssignments/*",
      "Microsoft.Authorization/policyDefinitions/*",
      "Microsoft.Authorization/policyExemptions/*",
      "Microsoft.Authorization/policySetDefinitions/*",
      "Microsoft.PolicyInsights/*",
      support,
    ],
  }),
];

const registryRoles: readonly RoleDefinition[] = [
  role(roleGuids.acrPull, "AcrPull", { actions: [`${registries}/pull/read`] }),
  role(roleGuids.acrPush, "AcrPush", { actions: [`${registries}/pull/read`, `${registries}/push/write`] }),
  role(roleGuids.acrDelete, "AcrDelete", { actions: [`${registries}/artifacts/delete`] }),
  role("6cef56e8-d556-48e5-a04f-b8e64114680f", "AcrImageSigner", {
    actions: [`${registries}/sign/write`],
    dataActions: [`${registries}/trustedCollections/write`],
  }),
  role("cdda3590-29a3-44f6-95f2-9f980659eb04", "AcrQuarantineReader", {
    actions: [`${registries}/quarantine/read`],
    dataActions: [`${registries}/quarantinedArtifacts/read`],
  }),
  role("c8d4ff99-41c3-41a8-9f60-21dfdad59608", "AcrQuarantineWriter", {
    actions: [`${registries}/quarantine/read`, `${registries}/quarantine/write`],
    dataActions: [`${registries}/quarantinedArtifacts/read`, `${registries}/quarantinedArtifacts/write`],
  }),
  role(roleGuids.dataImporter, "Container Registry Data Importer and Data Reader", {
    actions: [`${registries}/importImage/action`, `${registries}/read`, `${registries}/pull/read`],
    dataActions: [...readRepositories, data.catalogRead],
  }),
  role(roleGuids.repositoryReader, "Container Registry Repository Reader", { dataActions: readRepositories }),
  role(roleGuids.repositoryWriter, "Container Registry Repository Writer", {
    dataActions: writeRepositories,
  }),
  role(roleGuids.repositoryContributor, "Container Registry Repository Contributor", {
    dataActions: [...writeRepositories, data.contentDelete, data.metadataDelete],
  }),
  role(roleGuids.catalogLister, "Container Registry Repository Catalog Lister", {
    dataActions: [data.catalogRead],
  }),
  role(
    roleGuids.registryConfigurationAdministrator,
    "Container Registry Contributor and Data Access Configuration Administrator",
    {
      actions: [
        ...verbs(registries),
        ...["replications", "privateEndpointConnections", "tokens", "scopeMaps", "webhooks"].flatMap((part) =>
          verbs(`${registries}/${part}`),
        ),
        `${registries}/listCredentials/action`,
        `${registries}/regenerateCredential/action`,
        `${registries}/generateCredentials/action`,
      ],
    },
  ),
  role(
    roleGuids.registryConfigurationReader,
    "Container Registry Configuration Reader and Data Access Configuration Reader",
    {
      actions: [
        `${registries}/read`,
        ...["replications", "privateEndpointConnections", "tokens", "scopeMaps", "webhooks"].map(
          (part) => `${registries}/${part}/read`,
        ),
        // Azure's own surprise: a "reader" that reads the admin user's password.
        `${registries}/listCredentials/action`,
      ],
    },
  ),
  role("fb382eab-e894-4461-af04-94435c366c3f", "Container Registry Tasks Contributor", {
    actions: [
      `${registries}/read`,
      ...verbs(`${registries}/tasks`),
      ...verbs(`${registries}/taskRuns`),
      ...verbs(`${registries}/runs`, ["read", "write", "cancel/action", "listLogSasUrl/action"]),
      `${registries}/scheduleRun/action`,
      `${registries}/listBuildSourceUploadUrl/action`,
    ],
  }),
  role("bf94e731-3a51-4a7c-8c54-a1ab9971dfc1", "Container Registry Transfer Pipeline Contributor", {
    actions: [
      ...["importPipelines", "exportPipelines", "pipelineRuns"].flatMap((part) =>
        verbs(`${registries}/${part}`),
      ),
    ],
  }),
];

const vaultRoles: readonly RoleDefinition[] = [
  role(roleGuids.cryptoUser, "Key Vault Crypto User", {
    dataActions: [
      `${keys}/read`,
      ...["update", "backup", "encrypt", "decrypt", "wrap", "unwrap", "sign", "verify"].map(
        (operation) => `${keys}/${operation}/action`,
      ),
    ],
  }),
  role(roleGuids.cryptoOfficer, "Key Vault Crypto Officer", { dataActions: [`${keys}/*`] }),
  role(roleGuids.secretsUser, "Key Vault Secrets User", {
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  }),
  role("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer", {
    dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
  }),
  role("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator", {
    actions: ["Microsoft.Authorization/*/read", "Microsoft.KeyVault/vaults/read", support],
    dataActions: ["Microsoft.KeyVault/vaults/*"],
  }),
  role("8b54135c-b56d-4d72-a534-26097cfdc8d8", "Key Vault Data Access Administrator", {
    actions: [
      "Microsoft.Authorization/roleAssignments/write",
      "Microsoft.Authorization/roleAssignments/delete",
      "Microsoft.KeyVault/vaults/*/read",
      support,
    ],
  }),
];

/** Azure's roles as far as they bear on registries, vaults and access itself. A role that is not here is unknown. */
export const builtInRoles: RoleDefinition[] = [
  ...generalRoles,
  ...registryRoles,
  ...vaultRoles,
  ...builtInClusterRoles.map(({ guid, name, ...permission }) => role(guid, name, permission)),
];

/** ARM id of a role definition as role assignments refer to it. */
export function roleDefinitionId(subscriptionId: string, guid: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/** The GUID at the end of a role definition's ARM id (with or without subscription), lower case. */
export function roleGuidOf(definitionId: string): string {
  return lastPart(definitionId).toLowerCase();
}
