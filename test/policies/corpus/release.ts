import { releaseRole } from "../../../model/access/release-access";
import { roleGuids } from "../../../model/access/roles";
import { unknown, type Properties } from "../../../policies/values";
import {
  assignment,
  inRegistry,
  passes,
  refused,
  registryId,
  resource,
  subscriptionId,
  type Case,
} from "./case";

const named = "token-restrict-repositories";
const system = "token-disallow-system-scope";
const ends = "token-require-expiry";
const own = "release-restrict-identity";
const oneStage = "release-require-one-stage";
const ownApplication = "release-require-own-application";
const places = "release-restrict-places";
const closed = "access-restrict-matrix";
const broad = "access-disallow-broad-roles";
const noPush = "registry-disallow-prod-push";
const federation = "identity-restrict-federation";
const passwords = "identity-disallow-password";
const works = "promotion-require-working-path";
const directory = "identity-disallow-directory-grants";

const token = (environment: string, more: Properties = {}) =>
  inRegistry("Token", environment, {
    tokenName: `v0-0-1-${environment}-acr-sa`,
    scopeMapId: `${registryId(environment)}/scopeMaps/v0-0-1-${environment}-acr-sa`,
    ...more,
  });
const scopeMap = (environment: string, actions: readonly string[], more: Properties = {}) =>
  inRegistry("ScopeMap", environment, {
    scopeMapName: `v0-0-1-${environment}-acr-sa`,
    actions: [...actions],
    ...more,
  });
const password = (environment: string, more: Properties = {}) =>
  resource("airlock:index:TokenPassword", {
    registryId: registryId(environment),
    loginServer: `contoso${environment}.azurecr.io`,
    tokenName: `v0-0-1-${environment}-acr-sa`,
    expires: "2026-11-28T10:00:00Z",
    ...more,
  });
const application = (displayName: string | typeof unknown, outputs: Properties = {}) =>
  resource("azuread:index/application:Application", { displayName }, { outputs: () => outputs });
/** Made from the one application of the run. */
const madeFrom = () => [application("").urn!];
const principal = (more: Properties = {}) =>
  resource("azuread:index/servicePrincipal:ServicePrincipal", { clientId: unknown, ...more }, { madeFrom });
const credential = (environment: string, more: Properties = {}) =>
  resource(
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    {
      applicationId: unknown,
      displayName: "github-environment",
      issuer: "https://token.actions.githubusercontent.com",
      subject: `repo:contoso/platform:environment:${environment}`,
      audiences: ["api://AzureADTokenExchange"],
      ...more,
    },
    { madeFrom },
  );
const inGitHub = (kind: string, properties: Properties) =>
  resource(`github:index/${kind[0].toLowerCase()}${kind.slice(1)}:${kind}`, {
    repository: "platform",
    ...properties,
  });
const secret = (environment: string) =>
  resource("github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", {
    repository: "platform",
    environment,
    secretName: "REGISTRY_PASSWORD",
    value: unknown,
  });
/** As ReleaseAccess assigns it. */
const role = (environment: string, guarded: boolean, repositories: readonly string[]) => {
  const { guid, condition } = releaseRole(guarded, repositories);
  return assignment(guid, registryId(environment), {
    principalId: unknown,
    condition,
    conditionVersion: "2.0",
  });
};
const repositories = ["iam/auth-service", "iam/login"];
const history = (stages: Properties, name = "v0.0.1") =>
  resource(
    "airlock:index:ReleaseHistory",
    { version: "v0.0.1", stages },
    { name, urn: `urn:pulumi:release-v0.0.1::contoso::airlock:index:ReleaseHistory::${name}` },
  );
const recorded = history({ staging: { opened: "2026-11-20T10:00:00Z" } });

const scopeMaps: Case[] = [
  passes(
    "release",
    "a scope map of the release's repositories that writes in staging",
    scopeMap("staging", ["repositories/iam/login/content/read", "repositories/iam/login/content/write"]),
  ),
  passes(
    "release",
    "a scope map that reads in prod",
    scopeMap("prod", ["repositories/iam/login/content/read", "repositories/iam/login/metadata/read"]),
  ),
  refused(
    { [named]: "actions" },
    "release",
    "a scope map with another release's repository",
    scopeMap("staging", ["repositories/iam/login/content/read", "repositories/iam/admin/content/read"]),
  ),
  refused(
    { [named]: "actions" },
    "release",
    "a scope map of a whole namespace",
    scopeMap("staging", ["repositories/iam/*/content/read"]),
  ),
  refused(
    { [named]: "actions" },
    "release",
    "a scope map of everything",
    scopeMap("staging", ["repositories/*/content/read"]),
  ),
  refused(
    { [named]: "actions" },
    "dev",
    "a scope map of a whole namespace, in dev",
    inRegistry("ScopeMap", "dev", {
      scopeMapName: "build",
      actions: ["repositories/iam/*/content/write", "repositories/iam/login/content/read"],
    }),
  ),
  refused(
    { [named]: "actions" },
    "release",
    "a scope map that deletes",
    scopeMap("staging", ["repositories/iam/login/content/delete"]),
  ),
  refused(
    { [named]: "actions", [noPush]: "actions" },
    "release",
    "a release's scope map that writes in prod",
    scopeMap("prod", ["repositories/iam/login/content/write"]),
  ),
  refused(
    { [named]: "actions", [works]: "actions" },
    "release",
    "a scope map of which nobody knows what it permits",
    inRegistry("ScopeMap", "staging", { scopeMapName: "v0-0-1-staging-acr-sa", actions: unknown }),
  ),
  refused(
    { [named]: "scopeMapName" },
    "release",
    "the scope map of another release",
    scopeMap("staging", ["repositories/iam/login/content/read"], { scopeMapName: "v0-0-2-staging-acr-sa" }),
  ),
  refused(
    { [named]: "scopeMapName" },
    "release",
    "a scope map of the first environment, which is no stage",
    scopeMap("dev", ["repositories/iam/login/content/read"]),
  ),
  refused(
    { [named]: "registryName" },
    "release",
    "staging's scope map in dev's registry",
    scopeMap("staging", ["repositories/iam/login/content/read"], { registryName: "contosodev" }),
  ),
];

const tokens: Case[] = [
  passes("release", "a token with its own scope map", token("staging")),
  passes(
    "release",
    "a token whose scope map is made in the same run",
    token("staging", { scopeMapId: unknown }),
  ),
  refused(
    { [own]: "tokenName" },
    "release",
    "a token on the side",
    token("staging", { tokenName: "spare-one" }),
  ),
  refused(
    { [own]: "scopeMapId" },
    "release",
    "a token with the scope map of another release",
    token("staging", { scopeMapId: `${registryId("staging")}/scopeMaps/v0-0-2-staging-acr-sa` }),
  ),
  refused(
    { [system]: "scopeMapId", [own]: "scopeMapId" },
    "release",
    "a token with Azure's push map, in staging",
    token("staging", { scopeMapId: `${registryId("staging")}/scopeMaps/_repositories_push` }),
  ),
  passes("release", "a password of a week", password("staging")),
  passes("release", "a password of thirty days", password("staging", { expires: "2026-12-21T23:00:00Z" })),
  passes(
    "release",
    "a password that is ended",
    password("staging", { expires: "2026-10-01T00:00:00Z", ended: true }),
  ),
  refused(
    { [ends]: "expires" },
    "release",
    "a password of thirty-one days",
    password("staging", { expires: "2026-12-22T10:00:00Z" }),
  ),
  refused({ [ends]: "expires" }, "dev", "a password without an end", password("dev", { expires: undefined })),
  refused(
    { [ends]: "expires" },
    "dev",
    "a password that ends when nobody can tell",
    password("dev", { expires: "soon" }),
  ),
  refused(
    { [ends]: "expires" },
    "prod",
    "a password whose end is not known",
    password("prod", { expires: unknown }),
  ),
  passes("dev", "a password whose end the update knows, in dev", password("dev", { expires: unknown })),
];

const identities: Case[] = [
  passes(
    "release",
    "the account of a stage that is open",
    application("v0.0.1-staging-gh-sa"),
    principal(),
    credential("v0.0.1-staging"),
    role("staging", false, repositories),
    secret("v0.0.1-staging"),
  ),
  refused(
    { [own]: "displayName" },
    "release",
    "an application on the side",
    application("sp-contoso-helper"),
  ),
  refused(
    { [own]: "displayName" },
    "release",
    "another release's account",
    application("v0.0.2-staging-gh-sa"),
  ),
  refused(
    { [own]: "displayName" },
    "release",
    "an application of which nobody knows the name",
    application(unknown),
  ),
  refused({ [own]: "useExisting" }, "release", "somebody else's principal", principal({ useExisting: true })),
  refused(
    { [own]: "type", [passwords]: "type" },
    "release",
    "a password of the release's account",
    resource("azuread:index/applicationPassword:ApplicationPassword", { applicationId: unknown }),
  ),
  refused(
    { [own]: "type", [directory]: "type" },
    "release",
    "the release's account in a team",
    resource("azuread:index/groupMember:GroupMember", { groupObjectId: unknown, memberObjectId: unknown }),
  ),
  refused(
    { [own]: "displayName" },
    "shared",
    "an identity of the matrix that is called like a release's account",
    application("v0.0.1-prod-gh-sa"),
  ),
  refused(
    { [own]: "subject", [federation]: "subject" },
    "shared",
    "an identity that a release's jobs can sign in as",
    credential("v0.0.1-staging"),
  ),
  refused(
    { [federation]: "subject" },
    "release",
    "a credential of a stage that is not open",
    credential("v0.0.1"),
  ),
  refused(
    { [federation]: "subject" },
    "release",
    "a credential of the promoter's environment",
    credential("prod"),
  ),
  refused(
    { [federation]: "subject" },
    "release",
    "a credential of another release",
    credential("v0.0.2-staging"),
  ),
  refused(
    { [closed]: "condition" },
    "release",
    "a role on more repositories than the release has",
    role("staging", false, [...repositories, "iam/admin"]),
  ),
  refused(
    { [closed]: "condition", [works]: "condition" },
    "release",
    "the release's role on everything",
    assignment(roleGuids.repositoryWriter, registryId("staging"), { principalId: unknown }),
  ),
  refused(
    { [closed]: "roleDefinitionId" },
    "release",
    "a role in a stage that is not open",
    role("prod", true, repositories),
  ),
  refused(
    { [closed]: "roleDefinitionId", [noPush]: "roleDefinitionId" },
    "release",
    "a role that pushes to prod",
    role("prod", false, repositories),
  ),
  refused({ [closed]: "scope" }, "release", "the release's role in dev", role("dev", false, repositories)),
  refused(
    { [closed]: "scope", [broad]: "roleDefinitionId" },
    "release",
    "Contributor on staging's resource group",
    assignment(roleGuids.contributor, registryId("staging").split("/providers/")[0], {
      principalId: unknown,
    }),
  ),
];

const whole = (one: Case): Case => ({ ...one, whole: true });
const disabled = { status: "disabled" };
const stages: Case[] = [
  whole(
    passes(
      "release",
      "staging is open",
      recorded,
      token("staging"),
      password("staging"),
      application("v0.0.1-staging-gh-sa"),
      principal({ accountEnabled: true }),
      credential("v0.0.1-staging"),
      secret("v0.0.1-staging"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "status" },
      "release",
      "two tokens that can be used",
      recorded,
      token("staging"),
      scopeMap("prod", ["repositories/iam/login/content/read"]),
      token("prod"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "ended" },
      "release",
      "a password of a stage that is not open",
      recorded,
      token("prod", { ...disabled, scopeMapId: unknown }),
      password("prod"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "environment" },
      "release",
      "a secret that stayed behind",
      recorded,
      secret("v0.0.1"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "accountEnabled" },
      "release",
      "two principals that are enabled",
      recorded,
      application("v0.0.1-staging-gh-sa"),
      principal({ accountEnabled: true }),
      { ...principal({ accountEnabled: true }), name: "another", urn: "urn:another" },
    ),
  ),
  whole(
    refused({ [oneStage]: "type" }, "release", "accounts without the release's history", token("staging")),
  ),
  whole(
    refused(
      { [oneStage]: "type" },
      "release",
      "a history of another name, which knows of nothing",
      history({ staging: { opened: "2026-11-20T10:00:00Z" } }, "again"),
      token("staging"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "stages" },
      "release",
      "a history that is not the file's",
      history({ staging: { opened: "2026-11-20T11:00:00Z" } }),
      token("staging"),
    ),
  ),
  whole(
    refused(
      { [oneStage]: "status" },
      "staging",
      "two tokens of one release that can be used, wherever they are made",
      token("staging"),
      token("prod", { scopeMapId: unknown }),
    ),
  ),
  whole(
    passes("staging", "tokens of two releases", token("staging"), {
      ...token("staging", { tokenName: "v0-0-2-staging-acr-sa", scopeMapId: unknown }),
      name: "another",
      urn: "urn:another",
    }),
  ),
];

const promoterApplication = "/applications/aaaaaaaa-0000-4000-8000-000000000001";
const ownId = "cccccccc-0000-4000-8000-000000000001";
const applications: Case[] = [
  whole(
    refused(
      { [ownApplication]: "applicationId" },
      "release",
      "the promoter's application, signed in to by the release's tag",
      recorded,
      application("v0.0.1-staging-gh-sa"),
      principal(),
      credential("v0.0.1-staging", { applicationId: promoterApplication }),
    ),
  ),
  whole(
    refused(
      { [ownApplication]: "applicationId" },
      "release",
      "the promoter's application, when the release's own has been there for a while",
      recorded,
      application("v0.0.1-staging-gh-sa", { objectId: ownId }),
      credential("v0.0.1-staging", { applicationId: promoterApplication }),
    ),
  ),
  whole(
    refused(
      { [ownApplication]: "applicationId" },
      "release",
      "an id that nobody knows yet, beside an application that is there",
      recorded,
      application("v0.0.1-staging-gh-sa", { objectId: ownId }),
      credential("v0.0.1-staging"),
    ),
  ),
  whole(
    refused(
      { [ownApplication]: "applicationId" },
      "release",
      "the account of another stage",
      recorded,
      application("v0.0.1-prod-gh-sa"),
      credential("v0.0.1-staging"),
    ),
  ),
  whole(
    refused(
      { [ownApplication]: "clientId" },
      "release",
      "a principal of somebody else's application",
      recorded,
      application("v0.0.1-staging-gh-sa", { clientId: ownId }),
      principal({ clientId: promoterApplication.split("/").pop()! }),
    ),
  ),
  whole(
    refused(
      { [ownApplication]: "applicationId", [federation]: "subject", [own]: "subject" },
      "shared",
      "the promoter's application, signed in to by a release's tag",
      credential("v0.0.1-staging", { applicationId: promoterApplication }),
    ),
  ),
  whole(
    passes(
      "release",
      "a release's own application that is there",
      recorded,
      application("v0.0.1-staging-gh-sa", { objectId: ownId, clientId: ownId }),
      principal({ clientId: ownId }),
      credential("v0.0.1-staging", { applicationId: `/applications/${ownId}` }),
    ),
  ),
  whole(
    passes(
      "release",
      "a release's own application that is about to be made, before its credential",
      recorded,
      application("v0.0.1-staging-gh-sa"),
      principal({ accountEnabled: true }),
    ),
  ),
  whole(
    passes(
      "release",
      "a stage's token and its account, with nothing to sign in with yet",
      recorded,
      token("staging"),
      application("v0.0.1-staging-gh-sa"),
      principal({ accountEnabled: true }),
    ),
  ),
  refused(
    { [own]: "type" },
    "release",
    "a managed identity that the release's tag signs in as",
    resource("azure-native:managedidentity:FederatedIdentityCredential", {
      resourceGroupName: "contoso-prod-rg",
      resourceName: "promoter",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/platform:environment:v0.0.1-staging",
      audiences: ["api://AzureADTokenExchange"],
    }),
  ),
];

const tagAlone = { protectedBranches: false, customBranchPolicies: true };
const environment = (name: string, more: Properties = {}) =>
  inGitHub("RepositoryEnvironment", {
    environment: name,
    canAdminsBypass: false,
    deploymentBranchPolicy: tagAlone,
    ...more,
  });
const deployment = (name: string, more: Properties) =>
  inGitHub("RepositoryEnvironmentDeploymentPolicy", { environment: name, ...more });
const variable = (variableName: string, value: string) =>
  inGitHub("ActionsEnvironmentVariable", { environment: "v0.0.1-staging", variableName, value });
const plain = "q8hV+2dJ0fVq1ZpX7rT3yW5uB9nM4kL6";
const misplaced = (property: string, name: string, made: ReturnType<typeof resource>) =>
  refused({ [places]: property }, "release", name, made);
const gates: Case[] = [
  ...["v0.0.1", "v0.0.1-staging"].map((tag) =>
    misplaced(
      "deploymentBranchPolicy",
      `the GitHub environment ${tag} without a branch policy`,
      environment(tag, { deploymentBranchPolicy: undefined }),
    ),
  ),
  misplaced(
    "deploymentBranchPolicy",
    "a release's GitHub environment for protected branches",
    environment("v0.0.1", {
      deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
    }),
  ),
  misplaced(
    "canAdminsBypass",
    "a release's GitHub environment that administrators go around",
    environment("v0.0.1", { canAdminsBypass: true }),
  ),
  misplaced(
    "environment",
    "a GitHub environment on the side",
    environment("release", { deploymentBranchPolicy: tagAlone }),
  ),
  misplaced(
    "repository",
    "a release's GitHub environment in another repository",
    environment("v0.0.1", { repository: "sandbox" }),
  ),
  misplaced(
    "branchPattern, tagPattern",
    "every branch deploys into a release's GitHub environment",
    deployment("v0.0.1", { branchPattern: "*" }),
  ),
  misplaced(
    "tagPattern",
    "every tag deploys into a release's GitHub environment",
    deployment("v0.0.1-staging", { tagPattern: "v*" }),
  ),
  misplaced(
    "branchPattern",
    "a branch beside the release's tag",
    deployment("v0.0.1-staging", { tagPattern: "v0.0.1-staging", branchPattern: "main" }),
  ),
  refused(
    { [places]: "environment" },
    "shared",
    "a release's GitHub environment that another stack makes, in other letters",
    environment("V0.0.1-Staging"),
  ),
  misplaced(
    "owner",
    "GitHub's provider for another organisation",
    resource("pulumi:providers:github", { owner: "elsewhere" }, { custom: true }),
  ),
  passes(
    "release",
    "the GitHub environment of the stage, its tag and its variables",
    environment("v0.0.1-staging"),
    deployment("v0.0.1-staging", { tagPattern: "v0.0.1-staging" }),
    variable("REGISTRY", "contosostaging.azurecr.io"),
    variable("REGISTRY_USER", "v0-0-1-staging-acr-sa"),
    secret("v0.0.1-staging"),
  ),
  passes("release", "the last stage's GitHub environment", environment("v0.0.1")),
  passes("release", "the last stage's tag", deployment("v0.0.1", { tagPattern: "v0.0.1" })),
  passes("release", "the subscription as a variable", variable("AZURE_SUBSCRIPTION_ID", subscriptionId)),
  passes("release", "the tenant as a variable", variable("AZURE_TENANT_ID", ownId)),
  passes("release", "the account's client id as a variable", variable("AZURE_CLIENT_ID", ownId)),
  passes(
    "release",
    "a client id that the update knows",
    inGitHub("ActionsEnvironmentVariable", {
      environment: "v0.0.1",
      variableName: "AZURE_CLIENT_ID",
      value: unknown,
    }),
  ),
  passes(
    "release",
    "a repository in GitHub's own letters",
    environment("v0.0.1", { repository: "Platform" }),
  ),
  passes("dev", "a GitHub environment with a version's first number", environment("v1-preview")),
  passes(
    "dev",
    "a variable of a GitHub environment of dev's own",
    inGitHub("ActionsEnvironmentVariable", {
      environment: "smoke-test",
      variableName: "URL",
      value: "https://a",
    }),
  ),
  passes(
    "dev",
    "a variable of the repository",
    inGitHub("ActionsVariable", { variableName: "URL", value: "x" }),
  ),
  passes("shared", "a label", inGitHub("IssueLabel", { name: "v0.0.1", color: "ffffff" })),
  passes(
    "dev",
    "a secret of another repository",
    inGitHub("ActionsSecret", { repository: "website", secretName: "TOKEN", value: unknown }),
  ),
  passes(
    "shared",
    "a GitHub environment that is called like a release in another repository",
    environment("v0.0.1", { repository: "website" }),
  ),
];

const copies: Case[] = [
  ...["ActionsSecret", "ActionsOrganizationSecret", "DependabotSecret", "CodespacesSecret"].map((kind) =>
    misplaced(
      "type",
      `the password as ${kind}`,
      inGitHub(kind, { secretName: "REGISTRY_PASSWORD", value: unknown }),
    ),
  ),
  misplaced(
    "type",
    "the password as a repository's variable",
    inGitHub("ActionsVariable", { variableName: "REGISTRY", value: plain }),
  ),
  misplaced(
    "environment",
    "a secret of the stage's GitHub environment in other letters",
    secret("V0.0.1-Staging"),
  ),
  misplaced(
    "secretName",
    "a second secret",
    inGitHub("ActionsEnvironmentSecret", {
      environment: "v0.0.1-staging",
      secretName: "COPY",
      value: unknown,
    }),
  ),
  misplaced("variableName", "the password as a plain variable", variable("REGISTRY_PASSWORD", plain)),
  misplaced("value", "the password under the name of something else", variable("REGISTRY_USER", plain)),
  misplaced(
    "vaultName, secretName",
    "the password in a key vault under another name",
    resource("azure-native:keyvault:Secret", {
      vaultName: "contoso-other-kv",
      resourceGroupName: "contoso-shared-rg",
      secretName: "copy",
      properties: { value: unknown },
    }),
  ),
];

const honest: Case[] = [
  passes(
    "release",
    "a GitHub environment for one tag, and GitHub's provider",
    resource("pulumi:providers:github", { owner: "contoso" }, { custom: true }),
    resource("github:index/repositoryEnvironment:RepositoryEnvironment", {
      repository: "platform",
      environment: "v0.0.1",
      canAdminsBypass: false,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    }),
    resource("github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy", {
      repository: "platform",
      environment: "v0.0.1",
      tagPattern: "v0.0.1",
    }),
  ),
  passes(
    "release",
    "a proof",
    resource("airlock:index:RevocationProof", { tokenName: "v0-0-1-staging-acr-sa" }),
  ),
  passes("release", "a token that is disabled", token("staging", disabled)),
  passes("release", "a principal that is disabled", principal({ accountEnabled: false })),
  passes("release", "a password that was made anew", password("staging", { rotation: 1 })),
  passes("dev", "an application of another name", application("sp-contoso-dashboard")),
  passes("shared", "an application with a version in its name", application("dashboard-v2.0.0")),
  passes("dev", "a password of a token of dev's own", password("dev", { tokenName: "builder" })),
  whole(passes("prod", "a secret of an environment that is no release's", secret("smoke-test"))),
  whole(
    passes("release", "prod's token beside staging's that is disabled", recorded, token("staging"), {
      ...token("prod", { ...disabled, scopeMapId: unknown }),
      name: "another",
    }),
  ),
];

export const release: Case[] = [
  ...honest,
  ...scopeMaps,
  ...tokens,
  ...identities,
  ...stages,
  ...applications,
  ...gates,
  ...copies,
];
