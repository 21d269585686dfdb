/** Azure's figures that a promotion path runs into; docs/doctor.md says where each one is from. */
export const limits = {
  /** Federated credentials of one application or managed identity. */
  federatedCredentials: 20,
  /** Manifests below one image that an import copies. */
  importedManifests: 50,
  /** Actions of one scope map. */
  scopeMapActions: 500,
  /** Role assignments of one subscription: on itself, its groups and its resources. */
  roleAssignments: 4000,
  /** From here on the assignments get scarce. */
  manyRoleAssignments: 3600,
} as const;
