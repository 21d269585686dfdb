import { customRoles } from "../../../model/access/custom-roles";
import {
  group,
  image,
  inRegistry,
  own,
  passes,
  registryId,
  resource,
  subscription,
  tags,
  type Case,
} from "./case";

/** What the author of a refused program writes after reading the finding. */
export const mended: readonly Case[] = [
  passes(
    "shared",
    "the project's own roles, as the library defines them",
    ...customRoles("contoso").map((role) => ({
      ...resource("azure-native:authorization:RoleDefinition", {
        roleDefinitionId: own(role.key),
        roleName: role.displayName,
        description: role.description,
        roleType: "CustomRole",
        scope: subscription,
        assignableScopes: [subscription],
        permissions: [
          {
            actions: [...role.actions],
            notActions: [],
            dataActions: [...role.dataActions],
            notDataActions: [],
          },
        ],
      }),
      name: role.key,
    })),
  ),
  passes(
    "staging",
    "a canary with its stable twin, by digest",
    resource("kubernetes:argoproj.io/v1alpha1:Rollout", {
      spec: {
        strategy: { canary: { steps: [{ setWeight: 10 }] } },
        template: { spec: { containers: [{ name: "api", image: image("staging") }] } },
      },
    }),
  ),
  passes(
    "prod",
    "a rollout that refers to a Deployment",
    resource("kubernetes:argoproj.io/v1alpha1:Rollout", {
      spec: { workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" } },
    }),
  ),
  passes(
    "prod",
    "an analysis that asks a web server",
    resource("kubernetes:argoproj.io/v1alpha1:AnalysisTemplate", {
      spec: { metrics: [{ name: "errors", provider: { web: { url: "http://prometheus/api" } } }] },
    }),
  ),
  passes(
    "prod",
    "a job metric by digest",
    resource("kubernetes:argoproj.io/v1alpha1:AnalysisTemplate", {
      spec: {
        metrics: [
          {
            name: "smoke",
            provider: {
              job: {
                spec: {
                  template: {
                    spec: { containers: [{ name: "smoke", image: image("prod", "utility/smoke") }] },
                  },
                },
              },
            },
          },
        ],
      },
    }),
  ),
  passes(
    "prod",
    "a List of pods by digest",
    resource("kubernetes:core/v1:List", {
      items: [
        { apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "api", image: image("prod") }] } },
      ],
    }),
  ),
  passes(
    "prod",
    "a patch to a digest",
    resource("kubernetes:apps/v1:DeploymentPatch", {
      metadata: { name: "api" },
      spec: { template: { spec: { containers: [{ name: "api", image: image("prod") }] } } },
    }),
  ),
  passes(
    "prod",
    "a patch of the number of replicas",
    resource("kubernetes:apps/v1:DeploymentPatch", { metadata: { name: "api" }, spec: { replicas: 4 } }),
  ),
  passes(
    "prod",
    "a scaled job by digest",
    resource("kubernetes:keda.sh/v1alpha1:ScaledJob", {
      spec: { jobTargetRef: { template: { spec: { containers: [{ name: "job", image: image("prod") }] } } } },
    }),
  ),
  passes(
    "prod",
    "an operator's image by digest, from the own registry",
    resource("kubernetes:postgresql.cnpg.io/v1:Cluster", {
      spec: { imageName: image("prod", "utility/postgresql") },
    }),
  ),
  passes(
    "prod",
    "a repository of several parts",
    resource("kubernetes:core/v1:Pod", {
      spec: { containers: [{ name: "api", image: image("prod", "onestream/platform/api_v2") }] },
    }),
  ),
  passes(
    "prod",
    "a Web App's sidecar by digest",
    resource("azure-native:web:WebAppSiteContainer", {
      resourceGroupName: "contoso-prod-rg",
      name: "api",
      containerName: "log",
      image: image("prod", "utility/log"),
      isMain: false,
    }),
  ),
  passes(
    "prod",
    "application settings of a Web App",
    resource("azure-native:web:WebAppApplicationSettings", {
      resourceGroupName: "contoso-prod-rg",
      name: "api",
      properties: { LOG_LEVEL: "info" },
    }),
  ),
  passes(
    "staging",
    "a Container App of another API version by digest",
    resource("azure-native:app/v20240301:ContainerApp", {
      resourceGroupName: "contoso-staging-rg",
      containerAppName: "api",
      tags: tags("staging"),
      template: { containers: [{ name: "api", image: image("staging") }] },
    }),
  ),
  passes(
    "staging",
    "a container group by digest, in staging",
    resource("azure-native:containerinstance:ContainerGroup", {
      resourceGroupName: "contoso-staging-rg",
      containerGroupName: "api",
      tags: tags("staging"),
      containers: [{ name: "api", image: image("staging") }],
    }),
  ),
  passes(
    "dev",
    "a cache rule that fills dev from outside",
    inRegistry("CacheRule", "dev", {
      cacheRuleName: "hub",
      sourceRepository: "docker.io/library/nginx",
      targetRepository: "utility/nginx",
    }),
  ),
  passes(
    "dev",
    "an agent pool in dev",
    inRegistry("AgentPool", "dev", { agentPoolName: "pool", tags: tags("dev") }),
  ),
  passes(
    "prod",
    "a token for one release that reads",
    inRegistry("ScopeMap", "prod", {
      scopeMapName: "v1-2-3",
      actions: ["repositories/iam/auth-service/content/read"],
    }),
    inRegistry("Token", "prod", {
      tokenName: "v1-2-3",
      scopeMapId: `${registryId("prod")}/scopeMaps/v1-2-3`,
    }),
  ),
  passes(
    "dev",
    "a token that pushes to one repository of dev",
    inRegistry("ScopeMap", "dev", {
      scopeMapName: "build",
      actions: ["repositories/iam/auth-service/content/read", "repositories/iam/auth-service/content/write"],
    }),
    inRegistry("Token", "dev", { tokenName: "build", scopeMapId: `${registryId("dev")}/scopeMaps/build` }),
  ),
  passes(
    "dev",
    "docker builds and pushes to dev",
    resource("docker:index/image:Image", {
      imageName: "contosodev.azurecr.io/iam/auth-service:main",
      build: { context: "." },
    }),
  ),
  passes(
    "dev",
    "docker-build keeps what it builds",
    resource("docker-build:index:Image", { push: false, exports: [{ local: { dest: "out" } }] }),
  ),
  passes(
    "shared",
    "the custodian's credential",
    resource("azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", {
      applicationId: "/applications/dddddddd-0000-4000-8000-000000000009",
      displayName: "github",
      issuer: "https://token.actions.githubusercontent.com",
      audiences: ["api://AzureADTokenExchange"],
      subject: "repo:contoso/platform:environment:custodian",
    }),
  ),
  passes(
    "dev",
    "a workload identity's managed identity",
    resource("azure-native:managedidentity:UserAssignedIdentity", {
      resourceGroupName: "contoso-dev-rg",
      resourceName: "api",
      location: "eastus2",
      tags: tags("dev"),
    }),
  ),
  passes(
    "staging",
    "a resource group with every tag",
    resource("azure-native:resources:ResourceGroup", {
      resourceGroupName: "contoso-staging-rg",
      location: "eastus2",
      tags: { ...tags("staging"), costCenter: "42" },
    }),
  ),
  passes(
    "prod",
    "a storage account that hides from the network",
    resource("azure-native:storage:StorageAccount", {
      resourceGroupName: "contoso-prod-rg",
      accountName: "contosoaudit",
      location: "eastus2",
      tags: tags("prod"),
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
      publicNetworkAccess: "Disabled",
      minimumTlsVersion: "TLS1_2",
    }),
  ),
  passes(
    "prod",
    "an alert on every import",
    resource("azure-native:monitor:ActivityLogAlert", {
      resourceGroupName: "contoso-prod-rg",
      activityLogAlertName: "imports",
      location: "Global",
      tags: tags("prod"),
      scopes: [group("prod")],
      condition: {
        allOf: [
          { field: "operationName", equals: "Microsoft.ContainerRegistry/registries/importImage/action" },
        ],
      },
    }),
  ),
  passes(
    "prod",
    "a service account bound to an identity",
    resource("kubernetes:core/v1:ServiceAccount", {
      metadata: {
        name: "api",
        namespace: "iam",
        annotations: { "azure.workload.identity/client-id": "eeeeeeee-0000-4000-8000-000000000002" },
      },
    }),
  ),
  passes(
    "prod",
    "a destination rule and a gateway",
    resource("kubernetes:networking.istio.io/v1:DestinationRule", {
      spec: { host: "auth", subsets: [{ name: "stable", labels: { version: "stable" } }] },
    }),
    resource("kubernetes:networking.istio.io/v1:Gateway", { spec: { servers: [] } }),
  ),
  passes(
    "prod",
    "a custom resource definition",
    resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", {
      metadata: { name: "rollouts.argoproj.io" },
      spec: {
        group: "argoproj.io",
        names: { kind: "Rollout", plural: "rollouts" },
        scope: "Namespaced",
        versions: [
          {
            name: "v1alpha1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { spec: { type: "object", properties: { image: { type: "string" } } } },
              },
            },
          },
        ],
      },
    }),
  ),
];
