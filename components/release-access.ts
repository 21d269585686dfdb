import * as authorization from "@pulumi/azure-native/authorization";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as azuread from "@pulumi/azuread";
import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy";
import * as pulumi from "@pulumi/pulumi";
import { assignmentName } from "../model/access/names";
import { releaseActions, releaseRole } from "../model/access/release-access";
import { roleDefinitionId } from "../model/access/roles";
import { entraAudience, gitHubIssuer } from "../model/federated-subject";
import { limits, refusalOf } from "../model/proof";
import { gitHubAccount, isReleaseVersion, registryAccount } from "../model/release/names";
import { RevocationProof, TokenPassword } from "./airlock-resources";
import { withoutTraces } from "./without-traces";

/** The registry of a stage's environment. */
export interface ReleaseRegistryArgs {
  /** ARM id. */
  registryId: string;
  /** Name of the registry. */
  registryName: string;
  /** Resource group that it stands in. */
  resourceGroupName: string;
  /** Where clients sign in. */
  loginServer: string;
  /** Its permission mode; only in `abac` a role reaches single repositories. */
  permissionMode: string;
}

/** The repository whose workflows build and deploy the release. */
export interface ReleaseGitHubArgs {
  /** Name of the repository, without its owner: that one is the GitHub provider's. */
  repository: string;
  /** Subject of a job of the stage's GitHub environment, in each form that GitHub may give it, by a name for the credential. */
  federatedSubjects: { [key: string]: string };
}

export interface ReleaseAccessArgs {
  /** Version of the release, e.g. `v0.0.1`. */
  version: string;
  /** Environment of the stage. */
  environment: string;
  /** Tag of the release in this stage, and name of its GitHub environment: `v0.0.1-qa`. */
  tag: string;
  /** The release's repositories, by their exact names. */
  repositories: string[];
  /** Whether nothing is pushed to the environment: then the accounts only read there. */
  protected: boolean;
  /** `open`: the accounts can be used. `closing`: they are disabled. `closed`: that nobody gets in is proven as well. */
  phase: string;
  /** When the registry password ends, in UTC: 30 days ahead at most. */
  expires: string;
  /** Another number makes a new password, while the one before it goes on working. Default: 0. */
  rotation?: number;
  /** Subscription that role definitions are named in. */
  subscriptionId: string;
  /** The environment's registry. */
  registry: ReleaseRegistryArgs;
  /** Whose jobs sign in. */
  gitHub: ReleaseGitHubArgs;
}

/** Name of the secret with the registry password, in the stage's GitHub environment. */
const passwordSecret = "REGISTRY_PASSWORD";

/**
 * The two accounts of a release in one stage: one for GitHub's jobs, without a password, and a token of the registry with a
 * password that ends. Both reach the release's repositories in this environment and nothing else. Credentials of the next stage
 * depend on the `proof` of this one.
 */
export class ReleaseAccess extends pulumi.ComponentResource {
  /** Display name of the account that GitHub's jobs sign in as. */
  public readonly gitHubAccount: string;
  /** Application (client) id of it. */
  public readonly clientId: pulumi.Output<string>;
  /** Object id of its service principal. */
  public readonly objectId: pulumi.Output<string>;
  /** Name of the registry's token: the user to sign in with. */
  public readonly registryAccount: string;
  /** When the registry accepted the token's password for the first time. */
  public readonly acceptedAt: pulumi.Output<string>;
  /** When it was proven that nobody gets in any more; only of a closed stage. */
  public readonly provenAt?: pulumi.Output<string>;
  /** Until when an access token issued earlier can live; only of a closed stage. */
  public readonly accessTokensLiveUntil?: pulumi.Output<string>;

  constructor(name: string, args: ReleaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:ReleaseAccess", name, args, opts);
    const stage = { version: args.version, environment: args.environment };
    this.gitHubAccount = gitHubAccount(stage);
    this.registryAccount = registryAccount(stage);
    const refusal = refusalIn(args, { gitHub: this.gitHubAccount, registry: this.registryAccount });
    if (refusal !== undefined) throw new pulumi.ResourceError(`ReleaseAccess "${name}": ${refusal}`, this);
    const pair: Pair = {
      name,
      args,
      gitHubAccount: this.gitHubAccount,
      registryAccount: this.registryAccount,
      open: args.phase === "open",
      parent: this,
      credential: pulumi.mergeOptions({ parent: this }, { dependsOn: opts?.dependsOn }),
    };

    const { identity, password } = withoutTraces(() => ({
      identity: registerIdentity(pair),
      password: registerToken(pair, registerEnvironment(pair)),
    }));
    this.clientId = identity.application.clientId;
    this.objectId = identity.principal.objectId;
    this.acceptedAt = password.acceptedAt;
    if (args.phase === "closed") {
      const proof = registerProof(pair, identity, password);
      this.provenAt = proof.provenAt;
      this.accessTokensLiveUntil = proof.accessTokensLiveUntil;
    }
    this.registerOutputs({
      gitHubAccount: this.gitHubAccount,
      clientId: this.clientId,
      objectId: this.objectId,
      registryAccount: this.registryAccount,
      acceptedAt: this.acceptedAt,
      provenAt: this.provenAt,
      accessTokensLiveUntil: this.accessTokensLiveUntil,
    });
  }
}

/** What the resources of one pair of accounts have in common. */
interface Pair {
  readonly name: string;
  readonly args: ReleaseAccessArgs;
  readonly gitHubAccount: string;
  readonly registryAccount: string;
  /** Whether the accounts can be used. */
  readonly open: boolean;
  readonly parent: pulumi.Resource;
  /** For what lets somebody in: it waits for whatever the component depends on. */
  readonly credential: pulumi.CustomResourceOptions;
}

/** An account in Entra ID. */
interface Identity {
  readonly application: azuread.Application;
  readonly principal: azuread.ServicePrincipal;
}

/** Why these arguments make no pair of accounts; undefined when they do. */
function refusalIn(
  args: ReleaseAccessArgs,
  accounts: { readonly gitHub: string; readonly registry: string },
): string | undefined {
  const { version, phase, registry, repositories, gitHub } = args;
  if (!isReleaseVersion(version)) return `version is ${version}; expected v<major>.<minor>.<patch>`;
  if (!["open", "closing", "closed"].includes(phase))
    return `phase is ${phase}; expected open, closing or closed`;
  if (repositories.length === 0) return "repositories is empty. Name the repositories that are released";
  if (registry.permissionMode !== "abac") {
    return `registry.permissionMode is ${registry.permissionMode}; expected abac. Elsewhere every role reaches the whole registry: set the environment's mode to abac`;
  }
  const actions = releaseActions(args.protected, repositories);
  if (actions.length > limits.scopeMapActions) {
    return `${repositories.length} repositories need ${actions.length} actions of a scope map; Azure allows ${limits.scopeMapActions}. Make a release of its own for some of them`;
  }
  const subjects = Object.keys(gitHub.federatedSubjects).sort();
  const at = "gitHub.federatedSubjects";
  return refusalOf({
    names: [
      ...repositories.map((name) => ({ kind: "repository" as const, name, where: "repositories" })),
      { kind: "tag", name: args.tag, where: "tag" },
      { kind: "token", name: accounts.registry, where: "version" },
      ...subjects.map((name) => ({
        kind: "federatedCredential" as const,
        name,
        where: `${at}.${name}`,
      })),
    ],
    identities: [{ identity: accounts.gitHub, where: at, federatedCredentials: subjects.length }],
  });
}

/** A GitHub environment into which the stage's tag alone deploys. It stays when the stage ends, with nothing in it. */
function registerEnvironment({ name, args, parent }: Pair): RepositoryEnvironment {
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

/** The account of GitHub's jobs: once the stage ends, it is disabled and has neither credential nor role. */
function registerIdentity(pair: Pair): Identity {
  const { name, args, open, parent, credential } = pair;
  const application = new azuread.Application(
    name,
    {
      displayName: pair.gitHubAccount,
      description: `Release ${args.version} in ${args.environment}: signs in from the GitHub environment ${args.tag}.`,
      signInAudience: "AzureADMyOrg",
    },
    { parent },
  );
  const principal = new azuread.ServicePrincipal(
    `${name}-principal`,
    { clientId: application.clientId, appRoleAssignmentRequired: false, accountEnabled: open },
    credential,
  );
  if (!open) return { application, principal };
  for (const key of Object.keys(args.gitHub.federatedSubjects).sort()) {
    new azuread.ApplicationFederatedIdentityCredential(
      `${name}-${key}`,
      {
        applicationId: application.id,
        displayName: key,
        issuer: gitHubIssuer,
        subject: args.gitHub.federatedSubjects[key],
        audiences: [entraAudience],
      },
      credential,
    );
  }
  registerAssignment(pair, principal);
  return { application, principal };
}

function registerAssignment({ name, args, credential }: Pair, { objectId }: azuread.ServicePrincipal): void {
  const { guid, condition } = releaseRole(args.protected, args.repositories);
  const roleId = roleDefinitionId(args.subscriptionId, guid);
  const scope = args.registry.registryId;
  new authorization.RoleAssignment(
    name,
    {
      roleAssignmentName: objectId.apply((id) => assignmentName(scope, id, roleId)),
      scope,
      principalId: objectId,
      principalType: authorization.PrincipalType.ServicePrincipal,
      roleDefinitionId: roleId,
      condition,
      conditionVersion: "2.0",
    },
    // Azure allows one assignment of a role to a principal on a scope, so the old one has to go first.
    { ...credential, deleteBeforeReplace: true },
  );
}

/** The registry's token with its password, which GitHub's jobs find in the stage's environment. */
function registerToken(pair: Pair, environment: RepositoryEnvironment): TokenPassword {
  const { name, args, registryAccount, open, parent, credential } = pair;
  const { registryId, registryName, resourceGroupName, loginServer } = args.registry;
  const inRegistry = { resourceGroupName, registryName };
  const scopeMap = new containerregistry.ScopeMap(
    name,
    {
      ...inRegistry,
      scopeMapName: registryAccount,
      description: `Release ${args.version} in ${args.environment}`,
      actions: releaseActions(args.protected, args.repositories),
    },
    { parent },
  );
  const token = new containerregistry.Token(
    name,
    {
      ...inRegistry,
      tokenName: registryAccount,
      scopeMapId: scopeMap.id,
      status: open ? containerregistry.TokenStatus.Enabled : containerregistry.TokenStatus.Disabled,
    },
    credential,
  );
  const password = new TokenPassword(
    name,
    {
      registryId,
      loginServer,
      tokenName: registryAccount,
      expires: args.expires,
      rotation: args.rotation ?? 0,
      ended: !open,
    },
    { parent, dependsOn: token },
  );
  if (open) {
    new ActionsEnvironmentSecret(
      name,
      {
        repository: args.gitHub.repository,
        environment: args.tag,
        secretName: passwordSecret,
        value: password.password,
      },
      { parent, dependsOn: environment, deleteBeforeReplace: true },
    );
  }
  return password;
}

function registerProof(
  { name, args, registryAccount, parent }: Pair,
  { application, principal }: Identity,
  { password, createdAt, expires, acceptedAt }: TokenPassword,
): RevocationProof {
  const { registryId, loginServer } = args.registry;
  return new RevocationProof(
    name,
    {
      registryId,
      loginServer,
      tokenName: registryAccount,
      password,
      passwordCreatedAt: createdAt,
      passwordExpires: expires,
      acceptedAt,
      applicationId: application.objectId,
      servicePrincipalId: principal.objectId,
      scopes: [registryId],
    },
    { parent },
  );
}
