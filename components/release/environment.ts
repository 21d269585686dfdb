import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy";
import type { TokenPassword } from "../airlock-resources";
import type { Identity } from "./identity";
import type { Pair } from "./pair";

/** Name of the secret with the registry password. */
const passwordSecret = "REGISTRY_PASSWORD";

/** A GitHub environment into which the stage's tag alone deploys. It stays when the stage ends, with nothing in it. */
export function registerEnvironment({ name, args, parent }: Pair): RepositoryEnvironment {
  const where = { repository: args.gitHub.repository, environment: args.tag };
  const environment = new RepositoryEnvironment(
    name,
    {
      ...where,
      canAdminsBypass: false,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    },
    { parent },
  );
  new RepositoryEnvironmentDeploymentPolicy(
    `${name}-tag`,
    { ...where, tagPattern: args.tag },
    { parent, dependsOn: environment },
  );
  return environment;
}

/** What a job of an open stage finds there: the registry password, and by their names what is no secret about its accounts. */
export function fillEnvironment(
  { name, args, registryAccount, parent }: Pair,
  environment: RepositoryEnvironment,
  { application }: Identity,
  { password }: TokenPassword,
): void {
  const where = { repository: args.gitHub.repository, environment: args.tag };
  const options = { parent, dependsOn: environment, deleteBeforeReplace: true };
  new ActionsEnvironmentSecret(name, { ...where, secretName: passwordSecret, value: password }, options);
  const values = {
    AZURE_CLIENT_ID: application.clientId,
    AZURE_TENANT_ID: args.tenantId,
    AZURE_SUBSCRIPTION_ID: args.subscriptionId,
    REGISTRY: args.registry.loginServer,
    REGISTRY_USER: registryAccount,
  };
  for (const [variableName, value] of Object.entries(values)) {
    const called = `${name}-${variableName.toLowerCase().replaceAll("_", "-")}`;
    new ActionsEnvironmentVariable(called, { ...where, variableName, value }, options);
  }
}
