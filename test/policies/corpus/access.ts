import { expandMatrix, roleGuidFor } from "../../../model/access/matrix";
import { roleGuids } from "../../../model/access/roles";
import type { Properties } from "../../../policies/values";
import { stack } from "../support/stacks";
import {
  assignment,
  group,
  own,
  passes,
  promoter,
  refused,
  registryId,
  resource,
  stranger,
  subscription,
  subscriptionId,
  type Case,
  type StackName,
} from "./case";

const closed = "access-restrict-matrix";
const broad = "access-disallow-broad-roles";
const federation = "identity-restrict-federation";
const passwords = "identity-disallow-password";
const directory = "identity-disallow-directory-grants";

/** The assignments of the matrix on one registry, as the library makes them. */
function cellsOf(environment: StackName) {
  const { settings } = stack(environment);
  const { identities } = settings;
  return expandMatrix(settings)
    .filter(({ target }) => target.kind === "registry" && target.environment === environment)
    .map(({ identity, role, condition }, index) => {
      const made = assignment(roleGuidFor(role, subscriptionId, "contoso"), registryId(environment), {
        principalId: `cccccccc-0000-4000-8000-0000000000${String(10 + Object.keys(identities).indexOf(identity))}`,
        principalType: identity === "iam_team" ? "Group" : "ServicePrincipal",
        ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
      });
      return { ...made, name: `${identity}-${index}` };
    });
}

const matrix: Case[] = [
  passes("dev", "every cell of dev", ...cellsOf("dev")),
  passes("staging", "every cell of staging", ...cellsOf("staging")),
  passes("prod", "every cell of prod", ...cellsOf("prod")),
  refused({ [closed]: "principalId" }, "prod", "one importer more than the matrix has", ...cellsOf("prod"), {
    ...assignment(own("importer"), registryId("prod")),
    name: "helper",
  }),
  refused(
    { [closed]: "scope" },
    "prod",
    "a reader that no cell accounts for",
    assignment(roleGuids.repositoryReader, registryId("staging")),
  ),
  refused(
    { [closed]: "roleDefinitionId", "promotion-require-working-path": "roleDefinitionId" },
    "dev",
    "AcrPull in dev, which is nobody's cell",
    assignment(roleGuids.acrPull, registryId("dev")),
  ),
  refused(
    { [closed]: "roleDefinitionId" },
    "dev",
    "Reader on the resource group",
    assignment(roleGuids.reader, group("dev")),
  ),
  refused(
    { [closed]: "scope" },
    "dev",
    "Reader on a storage account",
    assignment(roleGuids.reader, `${group("dev")}/providers/Microsoft.Storage/storageAccounts/logs`),
  ),
  refused(
    { [closed]: "condition", "promotion-require-working-path": "condition" },
    "dev",
    "a cell's role without the cell's condition",
    assignment(roleGuids.repositoryWriter, registryId("dev")),
  ),
  refused(
    { [closed]: "scope" },
    "staging",
    "dev's cell, made by staging's program",
    assignment(roleGuids.repositoryContributor, registryId("dev")),
  ),
  refused(
    { [broad]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "dev",
    "Owner on dev's resource group",
    assignment(roleGuids.owner, group("dev")),
  ),
  refused(
    { [broad]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "dev",
    "Contributor on dev's registry",
    assignment(roleGuids.contributor, registryId("dev")),
  ),
  refused(
    { [broad]: "roleDefinitionId", "registry-disallow-prod-push": "roleDefinitionId", [closed]: "scope" },
    "shared",
    "User Access Administrator on the subscription",
    assignment(roleGuids.userAccessAdministrator, subscription),
  ),
  refused(
    { [broad]: "permissions" },
    "dev",
    "a custom role with a wildcard",
    resource("azure-native:authorization:RoleDefinition", {
      roleDefinitionId: "99999999-0000-4000-8000-000000000011",
      roleName: "helper",
      scope: group("dev"),
      assignableScopes: [group("dev")],
      permissions: [{ actions: ["Microsoft.ContainerRegistry/registries/*/read"] }],
    }),
  ),
  refused(
    { [broad]: "permissions" },
    "dev",
    "a custom role that assigns roles",
    resource("azure-native:authorization:RoleDefinition", {
      roleDefinitionId: "99999999-0000-4000-8000-000000000012",
      roleName: "helper",
      scope: group("dev"),
      assignableScopes: [group("dev")],
      permissions: [{ actions: ["Microsoft.Authorization/roleAssignments/write"] }],
    }),
  ),
];

const application = "/applications/dddddddd-0000-4000-8000-000000000001";
const credential = (subject: string, more = {}) =>
  resource("azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", {
    applicationId: application,
    displayName: "github",
    issuer: "https://token.actions.githubusercontent.com",
    audiences: ["api://AzureADTokenExchange"],
    subject,
    ...more,
  });
const subject = (environment: string) => `repo:contoso/platform:environment:${environment}`;

const identities: Case[] = [
  passes("shared", "the promoter's credential, bound to its GitHub environment", credential(subject("prod"))),
  passes(
    "shared",
    "one credential for each pipeline",
    { ...credential(subject("dev")), name: "a" },
    { ...credential(subject("staging"), { applicationId: `${application}2` }), name: "b" },
  ),
  refused({ [federation]: "subject" }, "shared", "a wildcard", credential("repo:contoso/platform:*")),
  refused(
    { [federation]: "subject" },
    "shared",
    "any pull request",
    credential("repo:contoso/platform:pull_request"),
  ),
  refused(
    { [federation]: "subject" },
    "shared",
    "a branch",
    credential("repo:contoso/platform:ref:refs/heads/main"),
  ),
  refused(
    { [federation]: "subject" },
    "shared",
    "another repository",
    credential("repo:contoso/sandbox:environment:prod"),
  ),
  refused(
    { [federation]: "subject" },
    "shared",
    "another owner",
    credential("repo:evil/platform:environment:prod"),
  ),
  refused(
    { [federation]: "subject" },
    "shared",
    "an environment that no identity has",
    credential(subject("anything")),
  ),
  refused(
    { [federation]: "issuer" },
    "shared",
    "another issuer",
    credential(subject("prod"), { issuer: "https://token.example.com" }),
  ),
  refused(
    { [federation]: "audiences" },
    "shared",
    "another audience",
    credential(subject("prod"), { audiences: ["https://management.azure.com"] }),
  ),
  refused(
    { [federation]: "subject" },
    "shared",
    "the promoter's subject on two applications",
    { ...credential(subject("prod")), name: "a" },
    { ...credential(subject("prod"), { applicationId: `${application}2` }), name: "b" },
  ),
  refused(
    { [federation]: "claimsMatchingExpression" },
    "shared",
    "a flexible credential that matches",
    resource(
      "azuread:index/applicationFlexibleFederatedIdentityCredential:ApplicationFlexibleFederatedIdentityCredential",
      {
        applicationId: application,
        displayName: "any",
        issuer: "https://token.actions.githubusercontent.com",
        audience: "api://AzureADTokenExchange",
        claimsMatchingExpression: "claims['sub'] matches 'repo:contoso/platform:*'",
      },
    ),
  ),
  refused(
    { [federation]: "subject" },
    "prod",
    "a managed identity's credential with a wildcard",
    resource("azure-native:managedidentity:FederatedIdentityCredential", {
      resourceGroupName: "contoso-prod-rg",
      resourceName: "id",
      federatedIdentityCredentialResourceName: "any",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:contoso/*",
      audiences: ["api://AzureADTokenExchange"],
    }),
  ),
  refused(
    { [passwords]: "type" },
    "shared",
    "a password for an application",
    resource("azuread:index/applicationPassword:ApplicationPassword", {
      applicationId: application,
      displayName: "ci",
      endDate: "2026-12-31T00:00:00Z",
    }),
  ),
  refused(
    { [passwords]: "type" },
    "shared",
    "a password for a service principal",
    resource("azuread:index/servicePrincipalPassword:ServicePrincipalPassword", {
      servicePrincipalId: stranger,
    }),
  ),
  refused(
    { [passwords]: "type" },
    "shared",
    "a certificate",
    resource("azuread:index/applicationCertificate:ApplicationCertificate", {
      applicationId: application,
      value: "MIIB",
    }),
  ),
  refused(
    { [passwords]: "type" },
    "dev",
    "a password that lives for a year, in dev",
    resource("azuread:index/applicationPassword:ApplicationPassword", {
      applicationId: application,
      displayName: "ci",
      endDate: "2027-11-21T00:00:00Z",
    }),
  ),
  refused(
    { [passwords]: "type" },
    "dev",
    "a password without an end, in dev",
    resource("azuread:index/applicationPassword:ApplicationPassword", {
      applicationId: application,
      displayName: "ci",
    }),
  ),
  refused(
    { [passwords]: "type" },
    "dev",
    "a password that ends in 30 days, in dev",
    resource("azuread:index/applicationPassword:ApplicationPassword", {
      applicationId: application,
      displayName: "ci",
      endDate: "2026-12-21T00:00:00Z",
    }),
  ),
  refused(
    { [directory]: "type" },
    "shared",
    "a member of a group that holds cells",
    resource("azuread:index/groupMember:GroupMember", { groupObjectId: promoter, memberObjectId: stranger }),
  ),
  refused(
    { [directory]: "members" },
    "shared",
    "members inside the group itself",
    resource("azuread:index/group:Group", {
      displayName: "iam_team",
      securityEnabled: true,
      members: [stranger],
    }),
  ),
  refused(
    { [directory]: "owners" },
    "shared",
    "an owner of the promoter's application",
    resource("azuread:index/application:Application", {
      displayName: "sp-contoso-prod-pipeline",
      owners: [stranger],
    }),
  ),
  refused(
    { [directory]: "type" },
    "shared",
    "a directory role",
    resource("azuread:index/directoryRoleAssignment:DirectoryRoleAssignment", {
      roleId: "62e90394-69f5-4237-9190-012177145e10",
      principalObjectId: stranger,
    }),
  ),
  refused(
    { [directory]: "type" },
    "shared",
    "a right on Graph",
    resource("azuread:index/appRoleAssignment:AppRoleAssignment", {
      appRoleId: "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
      principalObjectId: stranger,
      resourceObjectId: promoter,
    }),
  ),
  passes(
    "shared",
    "a group, an application and its service principal",
    resource("azuread:index/group:Group", { displayName: "iam_team", securityEnabled: true }),
    resource("azuread:index/application:Application", {
      displayName: "sp-contoso-prod-pipeline",
      signInAudience: "AzureADMyOrg",
    }),
    resource("azuread:index/servicePrincipal:ServicePrincipal", {
      clientId: "eeeeeeee-0000-4000-8000-000000000001",
    }),
  ),
];

const gate = (more: Properties) =>
  resource("github:index/repositoryEnvironment:RepositoryEnvironment", {
    repository: "platform",
    environment: "prod",
    reviewers: [{ teams: [4021, 4022] }],
    preventSelfReview: true,
    canAdminsBypass: false,
    deploymentBranchPolicy: { protectedBranches: true, customBranchPolicies: false },
    ...more,
  });
const reviewers = "environment-require-reviewers";

const gates: Case[] = [
  passes("shared", "prod's GitHub environment with its reviewers", gate({})),
  passes("shared", "dev's GitHub environment without any", gate({ environment: "dev", reviewers: [] })),
  refused(
    { [reviewers]: "reviewers" },
    "shared",
    "prod's GitHub environment that nobody reviews",
    gate({ reviewers: [] }),
  ),
  refused(
    { [reviewers]: "canAdminsBypass" },
    "shared",
    "administrators who go around",
    gate({ canAdminsBypass: true }),
  ),
  refused(
    { [reviewers]: "deploymentBranchPolicy" },
    "dev",
    "prod's GitHub environment for any branch, from dev's program",
    gate({ deploymentBranchPolicy: undefined }),
  ),
];

export const access: readonly Case[] = [...matrix, ...identities, ...gates];
