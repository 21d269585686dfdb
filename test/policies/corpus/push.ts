import { roleGuids } from "../../../model/access/roles";
import { unknown } from "../../../policies/values";
import {
  assignment,
  generic,
  group,
  inRegistry,
  own,
  passes,
  refused,
  registryId,
  resource,
  roleId,
  subscription,
  tags,
  type Case,
} from "./case";

const noPush = "registry-disallow-prod-push";
const works = "promotion-require-working-path";
const broad = "access-disallow-broad-roles";
const closed = "access-restrict-matrix";
const named = "token-restrict-repositories";
const system = "token-disallow-system-scope";
const prod = registryId("prod");
const tasks = {
  platform: { os: "Linux" },
  step: { type: "Docker", dockerFilePath: "Dockerfile", imageNames: ["api:1"] },
};

const grants: Case[] = [
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [works]: "roleDefinitionId" },
    "prod",
    "AcrPush on prod's registry",
    assignment(roleGuids.acrPush, prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "Repository Writer on prod's registry",
    assignment(roleGuids.repositoryWriter, prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "Repository Contributor, narrowed to one repository",
    assignment(roleGuids.repositoryContributor, prod, {
      condition:
        "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/write'})) OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'iam/x'))",
      conditionVersion: "2.0",
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [broad]: "roleDefinitionId" },
    "prod",
    "Owner on the resource group",
    assignment(roleGuids.owner, group("prod")),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope", [broad]: "roleDefinitionId" },
    "prod",
    "Contributor on the subscription",
    assignment(roleGuids.contributor, subscription),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope", [broad]: "roleDefinitionId" },
    "dev",
    "Contributor on the subscription, from dev's program",
    assignment(roleGuids.contributor, subscription),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope", [broad]: "scope", [works]: "roleDefinitionId" },
    "shared",
    "AcrPush on a management group",
    assignment(roleGuids.acrPush, "/providers/Microsoft.Management/managementGroups/contoso"),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope", [broad]: "scope", [works]: "roleDefinitionId" },
    "dev",
    "AcrPush at the root of the tenant",
    assignment(roleGuids.acrPush, "/"),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope", [works]: "roleDefinitionId" },
    "dev",
    "AcrPush on prod's registry, in upper case",
    assignment(roleGuids.acrPush.toUpperCase(), prod.toUpperCase()),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope" },
    "dev",
    "a scope with doubled slashes",
    assignment(roleGuids.acrPush, prod.replaceAll("/", "//")),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [broad]: "roleDefinitionId" },
    "prod",
    "User Access Administrator on the resource group",
    assignment(roleGuids.userAccessAdministrator, group("prod")),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [broad]: "roleDefinitionId" },
    "prod",
    "the right to assign roles, without a condition",
    assignment(roleGuids.accessControlAdministrator, prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "tokens and passwords for everybody",
    assignment(roleGuids.registryConfigurationAdministrator, prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "scope" },
    "staging",
    "the importer's role on prod, from staging's program",
    assignment(own("importer"), prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "Data Importer, which is not the matrix's role",
    assignment(roleGuids.dataImporter, prod),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [works]: "roleDefinitionId" },
    "prod",
    "a role that is not known yet",
    resource("azure-native:authorization:RoleAssignment", {
      scope: prod,
      principalId: "x",
      roleDefinitionId: unknown,
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "a role that is defined elsewhere",
    assignment("99999999-0000-4000-8000-000000000001", prod),
  ),
  refused(
    { [noPush]: "permissions", [broad]: "permissions" },
    "prod",
    "a role of its own, with a wildcard",
    resource("azure-native:authorization:RoleDefinition", {
      roleDefinitionId: "99999999-0000-4000-8000-000000000002",
      roleName: "helper",
      scope: subscription,
      assignableScopes: [subscription],
      permissions: [{ actions: ["Microsoft.ContainerRegistry/*"], notActions: [] }],
    }),
  ),
  refused(
    { [noPush]: "permissions", [broad]: "permissions" },
    "shared",
    "a role of its own, with data actions that write",
    resource("azure-native:authorization:RoleDefinition", {
      roleDefinitionId: "99999999-0000-4000-8000-000000000003",
      roleName: "helper",
      scope: subscription,
      assignableScopes: [subscription],
      permissions: [{ dataActions: ["Microsoft.ContainerRegistry/registries/repositories/content/*"] }],
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [broad]: "permissions" },
    "shared",
    "a second definition under the importer's GUID",
    resource("azure-native:authorization:RoleDefinition", {
      roleDefinitionId: own("importer"),
      roleName: "contoso image importer",
      scope: subscription,
      assignableScopes: [subscription],
      permissions: [{ actions: ["*"] }],
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [works]: "roleDefinitionId" },
    "prod",
    "an eligible assignment",
    resource("azure-native:authorization:RoleEligibilityScheduleRequest", {
      scope: prod,
      roleDefinitionId: roleId(roleGuids.acrPush),
      principalId: "x",
      requestType: "AdminAssign",
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId" },
    "prod",
    "an active assignment for a while",
    resource("azure-native:authorization:RoleAssignmentScheduleRequest", {
      scope: prod,
      roleDefinitionId: roleId(roleGuids.repositoryWriter),
      principalId: "x",
      requestType: "AdminAssign",
    }),
  ),
  refused(
    {
      [noPush]: "properties.roleDefinitionId",
      [closed]: "properties.roleDefinitionId",
      [works]: "properties.roleDefinitionId",
    },
    "prod",
    "a generic assignment on the registry",
    generic(
      "Microsoft.ContainerRegistry",
      "roleAssignments",
      { roleDefinitionId: roleId(roleGuids.acrPush), principalId: "x" },
      {
        parentResourcePath: "registries/contosoprod/providers/Microsoft.Authorization",
        resourceName: "99999999-0000-4000-8000-000000000004",
      },
    ),
  ),
  refused(
    { [noPush]: "roleDefinitionName", [closed]: "roleDefinitionName", [works]: "roleDefinitionId" },
    "prod",
    "a classic assignment by the role's name",
    resource("azure:authorization/assignment:Assignment", {
      scope: prod,
      roleDefinitionName: "AcrPush",
      principalId: "x",
    }),
  ),
  refused(
    { [noPush]: "roleDefinitionId", [closed]: "roleDefinitionId", [works]: "roleDefinitionId" },
    "prod",
    "an assignment of another API version",
    resource("azure-native:authorization/v20220401:RoleAssignment", {
      scope: prod,
      roleDefinitionId: roleId(roleGuids.acrPush),
      principalId: "x",
    }),
  ),
];

const inside: Case[] = [
  refused(
    { [noPush]: "actions" },
    "prod",
    "a scope map that writes",
    inRegistry("ScopeMap", "prod", {
      scopeMapName: "release",
      actions: ["repositories/iam/auth-service/content/write"],
    }),
  ),
  refused(
    { [noPush]: "actions", [named]: "actions" },
    "prod",
    "a scope map that unlocks",
    inRegistry("ScopeMap", "prod", { scopeMapName: "release", actions: ["repositories/*/metadata/write"] }),
  ),
  passes(
    "prod",
    "a scope map that reads",
    inRegistry("ScopeMap", "prod", {
      scopeMapName: "release",
      actions: ["repositories/iam/auth-service/content/read", "repositories/iam/auth-service/metadata/read"],
    }),
  ),
  refused(
    { [noPush]: "scopeMapId", [system]: "scopeMapId" },
    "prod",
    "a token with Azure's own push map",
    inRegistry("Token", "prod", {
      tokenName: "pull-only",
      scopeMapId: `${prod}/scopeMaps/_repositories_push`,
    }),
  ),
  refused(
    { [noPush]: "scopeMapId", [system]: "scopeMapId" },
    "prod",
    "a token with the admin map",
    inRegistry("Token", "prod", {
      tokenName: "pull-only",
      scopeMapId: `${prod}/scopeMaps/_repositories_admin`,
    }),
  ),
  refused(
    { [system]: "scopeMapId" },
    "prod",
    "a token that pulls everything",
    inRegistry("Token", "prod", {
      tokenName: "pull-only",
      scopeMapId: `${prod}/scopeMaps/_repositories_pull`,
    }),
  ),
  passes(
    "dev",
    "a scope map that writes in dev",
    inRegistry("ScopeMap", "dev", {
      scopeMapName: "build",
      actions: ["repositories/iam/auth-service/content/write", "repositories/iam/auth-service/content/read"],
    }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "a task that builds into prod",
    inRegistry("Task", "prod", { taskName: "build", ...tasks }),
  ),
  refused(
    { [noPush]: "type" },
    "dev",
    "a task in prod's registry, from dev's program",
    inRegistry("Task", "prod", { taskName: "build", ...tasks }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "a task of another API version",
    resource("azure-native:containerregistry/v20190601preview:Task", {
      registryName: "contosoprod",
      taskName: "build",
      ...tasks,
    }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "a cache rule that fills prod from outside",
    inRegistry("CacheRule", "prod", {
      cacheRuleName: "hub",
      sourceRepository: "docker.io/library/nginx",
      targetRepository: "utility/nginx",
    }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "an import pipeline",
    inRegistry("ImportPipeline", "prod", {
      importPipelineName: "in",
      source: { keyVaultUri: "https://x.vault.azure.net/secrets/sas" },
    }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "a connected registry",
    inRegistry("ConnectedRegistry", "prod", { connectedRegistryName: "edge", mode: "ReadWrite" }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "an agent pool",
    inRegistry("AgentPool", "prod", { agentPoolName: "pool" }),
  ),
  refused(
    { [noPush]: "type" },
    "prod",
    "a child that nobody has heard of",
    generic(
      "Microsoft.ContainerRegistry",
      "registries/teleporters",
      {},
      {
        resourceName: "beam",
        resourceType: "teleporters",
        parentResourcePath: "registries/contosoprod",
      },
    ),
  ),
  passes(
    "prod",
    "a webhook, which reports",
    inRegistry("Webhook", "prod", {
      webhookName: "audit",
      location: "eastus2",
      actions: ["push"],
      serviceUri: "https://audit.example.com",
      tags: tags("prod"),
    }),
  ),
  passes(
    "prod",
    "a replication, which copies to a region",
    inRegistry("Replication", "prod", {
      replicationName: "westus3",
      location: "westus3",
      tags: tags("prod"),
    }),
  ),
  passes(
    "dev",
    "a task in dev",
    inRegistry("Task", "dev", { taskName: "build", tags: tags("dev"), ...tasks }),
  ),
];

const builds: Case[] = [
  refused(
    { [noPush]: "imageName" },
    "prod",
    "docker builds and pushes to prod",
    resource("docker:index/image:Image", {
      imageName: "contosoprod.azurecr.io/iam/auth-service:1.2.3",
      build: { context: "." },
    }),
  ),
  refused(
    { [noPush]: "tags[0]" },
    "dev",
    "docker-build pushes to prod, from dev's program",
    resource("docker-build:index:Image", {
      tags: ["contosoprod.azurecr.io/iam/auth-service:1.2.3"],
      push: true,
    }),
  ),
  refused(
    { [noPush]: "exports[0].registry.names[0]" },
    "prod",
    "docker-build pushes through an export",
    resource("docker-build:index:Image", {
      exports: [{ registry: { names: ["contosoprod.azurecr.io/iam/auth-service:1.2.3"] } }],
    }),
  ),
  passes(
    "dev",
    "docker-build pushes to dev",
    resource("docker-build:index:Image", {
      tags: ["contosodev.azurecr.io/iam/auth-service:1.2.3"],
      push: true,
    }),
  ),
];

export const push: readonly Case[] = [...grants, ...inside, ...builds];
