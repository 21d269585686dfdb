/** Categories of a registry's log that say who did what. */
export const registryEvents = ["ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"] as const;

/** Categories of a vault's log that say who did what. */
export const vaultEvents = ["AuditEvent"] as const;

/** Categories of a cluster's log that say who did what: changes, and sign-ins. */
export const clusterEvents = ["kube-audit-admin", "guard"] as const;
