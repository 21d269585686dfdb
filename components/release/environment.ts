import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { type JobVariable, registryPassword } from "../../model/release/job-values";
import type { TokenPassword } from "../airlock-resources";
import type { Identity } from "./identity";
import type { Pair } from "./pair";

/** Names of variables and what they say. */
export type Variables = { readonly [Name in JobVariable]?: pulumi.Input<string> };

/**
 * A GitHub environment into which the stage's tag alone deploys. It stays when the stage ends, with nothing in it. What is
 * returned makes it so: what lets somebody in by this environment comes after it, for a job that names an environment which
 * isn't there makes one without any protection.
 */
export function registerEnvironment({
  name,
  args,
  parent,
}: Pick<Pair, "name" | "args" | "parent">): RepositoryEnvironmentDeploymentPolicy {
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
  return new RepositoryEnvironmentDeploymentPolicy(
    `${name}-tag`,
    { ...where, tagPattern: args.tag },
    { parent, dependsOn: environment },
  );
}

/** The registry password, as a secret that jobs of the environment see. */
export function registerGitHubSecret({ name, args, signIn }: Pair, { password }: TokenPassword): Variables {
  new ActionsEnvironmentSecret(
    name,
    {
      repository: args.gitHub.repository,
      environment: args.tag,
      secretName: registryPassword,
      value: password,
    },
    { ...signIn, deleteBeforeReplace: true },
  );
  return {};
}

/** What is no secret about the accounts of a stage, and a job needs to sign in. */
export function jobValues({ args, registryAccount }: Pair, { application }: Identity): Variables {
  return {
    AZURE_CLIENT_ID: application.clientId,
    AZURE_TENANT_ID: args.tenantId,
    AZURE_SUBSCRIPTION_ID: args.subscriptionId,
    REGISTRY: args.registry.loginServer,
    REGISTRY_USER: registryAccount,
  };
}

/** Variables that jobs of the environment see. */
export function registerVariables({ name, args, signIn }: Pair, values: Variables): void {
  for (const [variableName, value] of Object.entries(values)) {
    new ActionsEnvironmentVariable(
      `${name}-${variableName.toLowerCase().replaceAll("_", "-")}`,
      { repository: args.gitHub.repository, environment: args.tag, variableName, value },
      { ...signIn, deleteBeforeReplace: true },
    );
  }
}
