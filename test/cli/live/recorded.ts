import { Cloud } from "../../../cli/live/cloud";
import { roleGuids } from "../../../model/access/roles";

export const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const group = (name: string) => `${subscription}/resourceGroups/onestream-${name}-rg`;
export const registry = `${group("prod")}/providers/Microsoft.ContainerRegistry/registries/onestreamprod`;

type Answers = Record<string, unknown>;

/** An ARM or Graph that has exactly these answers, by path without its query; anything else isn't there. */
export function recorded(endpoint: string, answers: Answers): Cloud {
  const fetcher = (async (address: string) => {
    const { pathname } = new URL(address);
    const body = answers[decodeURIComponent(pathname)];
    if (body === 403) {
      return new Response(JSON.stringify({ error: { code: "AuthorizationFailed", message: "" } }), {
        status: 403,
      });
    }
    return new Response(JSON.stringify(body ?? {}), { status: body === undefined ? 404 : 200 });
  }) as unknown as typeof fetch;
  return new Cloud({ endpoint, tokens: async () => "token", fetch: fetcher });
}

const assignment = (scope: string, name: string, principalId: string, roleGuid: string) => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
  name,
  type: "Microsoft.Authorization/roleAssignments",
  properties: {
    scope,
    principalId,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid}`,
    condition: null,
    conditionVersion: null,
  },
});

/** What ARM shows of prod: pulled by a group, pushed to by an application with a role that may be activated. */
export const armAnswers: Answers = {
  [`${group("prod")}/providers/Microsoft.ContainerRegistry/registries`]: {
    value: [
      {
        id: registry,
        name: "onestreamprod",
        properties: { roleAssignmentMode: "AbacRepositoryPermissions", adminUserEnabled: true },
      },
    ],
  },
  [`${registry}/tokens`]: {
    value: [
      {
        id: `${registry}/tokens/old`,
        name: "old",
        properties: { scopeMapId: `${registry}/scopeMaps/old`, status: "enabled" },
      },
    ],
  },
  [`${registry}/scopeMaps`]: {
    value: [
      {
        id: `${registry}/scopeMaps/old`,
        name: "old",
        properties: { actions: ["repositories/iam/auth-service/content/write"] },
      },
    ],
  },
  [`${group("prod")}/providers/Microsoft.KeyVault/vaults`]: {
    value: [
      {
        id: `${group("prod")}/providers/Microsoft.KeyVault/vaults/legacy`,
        name: "legacy",
        properties: { enableRbacAuthorization: false },
      },
    ],
  },
  [`${group("prod")}/providers/Microsoft.Authorization/roleAssignments`]: {
    value: [assignment(registry, "a1", "group-sre", roleGuids.repositoryReader)],
  },
  [`${registry}/providers/Microsoft.Authorization/roleAssignments`]: {
    value: [
      assignment(registry, "a1", "group-sre", roleGuids.repositoryReader),
      assignment("/providers/Microsoft.Management/managementGroups/root", "a2", "gone", "unheard-of"),
    ],
  },
  [`${group("prod")}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`]: {
    value: [
      {
        ...assignment(registry, "e1", "sp-pipeline", roleGuids.repositoryWriter),
        id: `${registry}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/e1`,
      },
    ],
  },
  [`${group("prod")}/providers/Microsoft.Authorization/locks`]: {
    value: [
      {
        id: `${registry}/providers/Microsoft.Authorization/locks/keep`,
        name: "keep",
        properties: { level: "CanNotDelete" },
      },
    ],
  },
  [`${group("prod")}/providers/Microsoft.Authorization/roleDefinitions`]: { value: [] },
  [`${group("prod")}/providers/Microsoft.Authorization/roleDefinitions/unheard-of`]: {
    id: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/unheard-of`,
    name: "unheard-of",
    properties: {
      roleName: "Image Puller Of Everything",
      permissions: [
        { actions: [], dataActions: ["Microsoft.ContainerRegistry/registries/repositories/content/read"] },
      ],
    },
  },
};

const servicePrincipal = (id: string, displayName: string) => ({
  "@odata.type": "#microsoft.graph.servicePrincipal",
  id,
  appId: `client-${id}`,
  displayName,
  servicePrincipalType: "Application",
  passwordCredentials: [],
});
const user = (id: string) => ({
  "@odata.type": "#microsoft.graph.user",
  id,
  displayName: id,
  userPrincipalName: `${id}@example.org`,
});

/** Who that is: a group with a person and an application in it, an application with a password and an owner. */
export const graphAnswers: Answers = {
  "/v1.0/directoryObjects/getByIds": {
    value: [
      { "@odata.type": "#microsoft.graph.group", id: "group-sre", displayName: "sre" },
      servicePrincipal("sp-pipeline", "sp-onestream-prod-pipeline"),
    ],
  },
  "/v1.0/groups/group-sre/transitiveMembers": { value: [user("kim")] },
  "/v1.0/groups/group-sre/transitiveMembers/microsoft.graph.servicePrincipal": {
    value: [servicePrincipal("mi", "vm-identity")],
  },
  "/v1.0/groups/group-sre/owners": { value: [user("robin")] },
  "/v1.0/servicePrincipals/sp-pipeline/owners": { value: [] },
  "/v1.0/applications(appId='client-sp-pipeline')": {
    id: "app-pipeline",
    appId: "client-sp-pipeline",
    displayName: "sp-onestream-prod-pipeline",
    passwordCredentials: [{ keyId: "k1", displayName: "temporary" }],
  },
  "/v1.0/applications/app-pipeline/federatedIdentityCredentials": {
    value: [
      {
        id: "f1",
        name: "github-environment",
        issuer: "https://token.actions.githubusercontent.com",
        subject: "repo:onestream/platform:environment:prod",
        audiences: ["api://AzureADTokenExchange"],
      },
    ],
  },
  "/v1.0/applications/app-pipeline/owners": { value: [user("kim")] },
};
