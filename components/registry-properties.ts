/** ARM's names for the two permission modes. */
const roleAssignmentModes: { [mode: string]: string } = {
  abac: "AbacRepositoryPermissions",
  rbac: "LegacyRegistryPermissions",
};

/**
 * Properties of a registry as ARM spells them (API 2025-11-01).
 *
 * Untagged retention stays off: it deletes what is pinned by digest and skips OCI manifests. Exports stay on: a
 * registry that forbids them can't be imported from. Trusted services may bypass: an import is one of them.
 */
export function registryProperties(permissionMode: string, refuse: (why: string) => Error): object {
  const roleAssignmentMode = roleAssignmentModes[permissionMode];
  if (roleAssignmentMode === undefined) {
    throw refuse(`permissionMode is ${permissionMode}; expected abac or rbac`);
  }
  return {
    adminUserEnabled: false,
    anonymousPullEnabled: false,
    roleAssignmentMode,
    networkRuleBypassOptions: "AzureServices",
    publicNetworkAccess: "Enabled",
    policies: {
      exportPolicy: { status: "enabled" },
      retentionPolicy: { status: "disabled", days: 0 },
      softDeletePolicy: { status: "disabled", retentionDays: 7 },
    },
  };
}
