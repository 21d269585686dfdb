/** Azure's figures that a promotion path runs into; docs/doctor.md says where each one is from. */
export const limits = {
  /** Federated credentials of one application or managed identity. */
  federatedCredentials: 20,
  /** Manifests below one image that an import copies. */
  importedManifests: 50,
  /** Actions of one scope map. */
  scopeMapActions: 500,
  /** Tokens of one registry, and scope maps as well, by SKU. */
  registryTokens: { Basic: 100, Standard: 500, Premium: 50_000 },
  /** Bytes of one role assignment's condition. */
  conditionBytes: 8 * 1024,
  /** Role assignments of one subscription: on itself, its groups and its resources. */
  roleAssignments: 4000,
  /** From here on the assignments get scarce. */
  manyRoleAssignments: 3600,
} as const;
