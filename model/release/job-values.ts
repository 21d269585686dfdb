/** Name of the secret of a stage's GitHub environment with the registry password. */
export const registryPassword = "REGISTRY_PASSWORD";

/** Names of the variables of a stage's GitHub environment. The last says where in a key vault the password is. */
export const jobVariables = [
  "AZURE_CLIENT_ID",
  "AZURE_TENANT_ID",
  "AZURE_SUBSCRIPTION_ID",
  "REGISTRY",
  "REGISTRY_USER",
  "REGISTRY_PASSWORD_SECRET",
] as const;

export type JobVariable = (typeof jobVariables)[number];
