import { customRoleGuid } from "./names";
import { administratorCondition } from "./condition";
import { repositoryDataActions, roleGuids } from "./roles";
import type { PermissionMode, RoleDefinition } from "./types";

export { customRoleGuid } from "./names";

/**
 * The roles of our own, each for what no built-in role does exactly: matrix cells turn into them, save that only an
 * administrator grants `groupTidier`, and a cluster alone has `nodeJoiner`.
 */
export type CustomRoleKey =
  | "importer"
  | "sourceReader"
  | "locker"
  | "custodian"
  | "tidier"
  | "groupTidier"
  | "verifier"
  | "nodeJoiner"
  | "clusterReader"
  | "workloadDeployer"
  | "admissionKeeper"
  | "admittedKeeper";

export interface CustomRole<Key extends string = CustomRoleKey> {
  readonly key: Key;
  /** Unique in the tenant. */
  readonly displayName: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
}

const registries = "Microsoft.ContainerRegistry/registries";
const data = repositoryDataActions;
const groups = "Microsoft.Resources/subscriptions/resourceGroups";
const leftoverTypes = [
  "Microsoft.Compute/virtualMachines",
  "Microsoft.Compute/disks",
  "Microsoft.Storage/storageAccounts",
  "Microsoft.Storage/storageAccounts/blobServices/containers",
];
const leftoverDeletions = leftoverTypes.map((type) => `${type}/delete`);

/** The custom roles that the shared stack defines. */
export function customRoles(organization: string): CustomRole[] {
  return [
    {
      key: "importer",
      displayName: `${organization} image importer`,
      description: "Imports images into a registry; neither pushes, pulls nor deletes.",
      actions: [`${registries}/read`, `${registries}/importImage/action`],
      dataActions: [],
    },
    {
      key: "sourceReader",
      displayName: `${organization} import source reader`,
      description: "Reads the registry that images are imported from.",
      actions: [`${registries}/read`, `${registries}/pull/read`],
      dataActions: [data.contentRead, data.metadataRead],
    },
    {
      key: "locker",
      displayName: `${organization} image locker`,
      description: "Locks and unlocks images and tags; can't change them.",
      actions: [],
      dataActions: [data.metadataRead, data.metadataWrite],
    },
    {
      key: "custodian",
      displayName: `${organization} image custodian`,
      description: "Lists and deletes images that are not locked; neither pulls nor pushes.",
      actions: [`${registries}/read`],
      dataActions: [data.catalogRead, data.metadataRead, data.metadataDelete, data.contentDelete],
    },
    {
      key: "tidier",
      displayName: `${organization} leftovers custodian`,
      description:
        "Deletes what tests leave in a resource group: machines, disks, storage; nothing of the path.",
      actions: [`${groups}/read`, ...leftoverTypes.map((type) => `${type}/read`), ...leftoverDeletions],
      dataActions: [],
    },
    {
      key: "groupTidier",
      displayName: `${organization} leftover groups custodian`,
      description:
        "Deletes a resource group that tests leave, with what the leftovers custodian deletes in it.",
      // A group goes when it is empty, and only who sees everything can say that it is.
      actions: ["*/read", `${groups}/delete`, ...leftoverDeletions],
      dataActions: [],
    },
    {
      // Key Vault Crypto User verifies too, but it also signs.
      key: "verifier",
      displayName: `${organization} signature verifier`,
      description: "Verifies signatures with the vault's keys; can't sign.",
      actions: [],
      dataActions: ["Microsoft.KeyVault/vaults/keys/read", "Microsoft.KeyVault/vaults/keys/verify/action"],
    },
  ];
}

/** A custom role as the access graph knows it. */
export function customRoleDefinition(
  subscriptionId: string,
  organization: string,
  role: CustomRole<string>,
): RoleDefinition {
  return {
    guid: customRoleGuid(subscriptionId, organization, role.key),
    name: role.displayName,
    permissions: [
      { actions: role.actions, notActions: [], dataActions: role.dataActions, notDataActions: [] },
    ],
  };
}

/**
 * The role that an administrator grants the platform identity at bootstrap, on the subscription, so that it can make
 * what the stacks declare. It can't delete what holds images, keys or logs, and it has no right to any content.
 *
 * @param makesClusters whether there is a proof of concept, whose clusters it makes: the path's own stand there already
 */
export function platformRole(organization: string, makesClusters: boolean): CustomRole<"platform"> {
  return {
    key: "platform",
    displayName: `${organization} platform`,
    description:
      "Makes the registries, tokens, vaults, networks, diagnostics and custom roles of the promotion path.",
    actions: [...platformActions, ...(makesClusters ? clusterActions : [])],
    dataActions: [],
  };
}

function managed(type: string): string[] {
  return ["read", "write", "delete"].map((verb) => `Microsoft.Network/${type}/${verb}`);
}

// One by one: a wildcard would take in pull, push and whatever Azure adds next.
const platformActions: readonly string[] = [
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Resources/subscriptions/resourceGroups/write",
  `${registries}/read`,
  `${registries}/write`,
  `${registries}/operationStatuses/read`,
  // A copy in another region; what a registry still has elsewhere is not lost with it.
  ...["read", "write", "delete", "operationStatuses/read"].map(
    (verb) => `${registries}/replications/${verb}`,
  ),
  // A release's token, which dies with the release, and its password.
  ...["scopeMaps", "tokens"].flatMap((type) =>
    ["read", "write", "delete", "operationStatuses/read"].map((verb) => `${registries}/${type}/${verb}`),
  ),
  `${registries}/generateCredentials/action`,
  "Microsoft.KeyVault/vaults/read",
  "Microsoft.KeyVault/vaults/write",
  "Microsoft.KeyVault/vaults/keys/read",
  "Microsoft.KeyVault/vaults/keys/write",
  "Microsoft.KeyVault/vaults/keys/versions/read",
  "Microsoft.OperationalInsights/workspaces/read",
  "Microsoft.OperationalInsights/workspaces/write",
  "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
  "Microsoft.Network/virtualNetworks/read",
  "Microsoft.Network/virtualNetworks/write",
  "Microsoft.Network/virtualNetworks/delete",
  "Microsoft.Network/virtualNetworks/subnets/read",
  "Microsoft.Network/virtualNetworks/subnets/write",
  "Microsoft.Network/virtualNetworks/subnets/delete",
  // A private endpoint stands in a subnet, is let in by what it leads to, and has its name in a zone of the network.
  "Microsoft.Network/virtualNetworks/join/action",
  "Microsoft.Network/virtualNetworks/subnets/join/action",
  ...["privateEndpoints", "privateEndpoints/privateDnsZoneGroups", "privateDnsZones"].flatMap(managed),
  ...managed("privateDnsZones/virtualNetworkLinks"),
  "Microsoft.Network/privateDnsZones/join/action",
  `${registries}/privateEndpointConnectionsApproval/action`,
  // A copy's data endpoint takes an address at each private endpoint of its registry.
  "Microsoft.Network/privateEndpoints/privateLinkServiceProxies/write",
  "Microsoft.KeyVault/vaults/privateEndpointConnectionsApproval/action",
  // Networks' rules, and identities of clusters.
  ...managed("networkSecurityGroups"),
  "Microsoft.Network/networkSecurityGroups/join/action",
  ...["read", "write", "delete", "assign/action"].map(
    (verb) => `Microsoft.ManagedIdentity/userAssignedIdentities/${verb}`,
  ),
  ...["actionGroups", "activityLogAlerts"].flatMap((type) =>
    ["read", "write", "delete"].map((verb) => `Microsoft.Insights/${type}/${verb}`),
  ),
  // How networks and zones say whether a change is done.
  "Microsoft.Network/locations/operations/read",
  "Microsoft.Network/locations/operationResults/read",
  "Microsoft.Network/privateDnsOperationStatuses/read",
  "Microsoft.Network/privateDnsOperationResults/read",
  "Microsoft.Insights/diagnosticSettings/read",
  "Microsoft.Insights/diagnosticSettings/write",
  "Microsoft.Insights/diagnosticSettings/delete",
  "Microsoft.Authorization/roleDefinitions/read",
  "Microsoft.Authorization/roleDefinitions/write",
  "Microsoft.Authorization/roleDefinitions/delete",
  // What Azure Policy refuses in a cluster.
  ...["read", "write", "delete"].map((verb) => `Microsoft.Authorization/policyAssignments/${verb}`),
];

// Neither a user's nor an administrator's credential. But whoever writes a cluster says who administers it.
const clusterActions = ["read", "write", "delete"].map(
  (verb) => `Microsoft.ContainerService/managedClusters/${verb}`,
);

/** GUIDs of every role that matrix cells can turn into in the given permission modes. */
export function assignableRoleGuids(
  subscriptionId: string,
  organization: string,
  modes: readonly PermissionMode[],
): string[] {
  const { reader, cryptoUser, acrPull, acrPush, acrDelete } = roleGuids;
  const { repositoryReader, repositoryWriter, repositoryContributor, catalogLister } = roleGuids;
  return [
    reader,
    cryptoUser,
    ...(modes.includes("abac")
      ? [repositoryReader, repositoryWriter, repositoryContributor, catalogLister]
      : []),
    ...(modes.includes("rbac") ? [acrPull, acrPush, acrDelete] : []),
    // Who deletes whole groups, and where, an administrator says by hand.
    ...customRoles(organization)
      .filter(({ key }) => key !== "groupTidier")
      .map(({ key }) => customRoleGuid(subscriptionId, organization, key)),
  ];
}

/**
 * The condition on the platform identity's Role Based Access Control Administrator: it assigns the matrix's roles and
 * no others. It narrows the role, not the registry: who may do what where is the matrix's to say and the pack's to check.
 *
 * @param others GUIDs of what the matrix assigns besides: roles of clusters, and of a proof of concept
 */
export function platformCondition(
  subscriptionId: string,
  organization: string,
  modes: readonly PermissionMode[],
  others: readonly string[] = [],
): string {
  const own = assignableRoleGuids(subscriptionId, organization, modes);
  return administratorCondition([...new Set([...own, ...others])]);
}
