import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { ReleaseAccess, type ReleaseAccessArgs } from "../../components";
import { outline, register, type Registered } from "../support/recorder";

const registryId =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-qa-rg/providers/Microsoft.ContainerRegistry/registries/contosoqa";
const args: ReleaseAccessArgs = {
  version: "v0.0.1",
  environment: "qa",
  tag: "v0.0.1-qa",
  repositories: ["iam/login", "iam/auth-service"],
  protected: false,
  phase: "open",
  expires: "2026-11-28T10:00:00Z",
  tenantId: "11111111-1111-4111-8111-111111111111",
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  registry: {
    registryId,
    registryName: "contosoqa",
    resourceGroupName: "contoso-qa-rg",
    loginServer: "contosoqa.azurecr.io",
    permissionMode: "abac",
  },
  gitHub: {
    repository: "platform",
    federatedSubjects: {
      "github-environment": "repo:contoso/platform:environment:v0.0.1-qa",
      "github-environment-ids": "repo:contoso@7/platform@9:environment:v0.0.1-qa",
    },
  },
};

const computed = ({ type, name, inputs }: Registered) => {
  if (type.endsWith(":Application")) return { clientId: `client-of-${name}`, objectId: `object-of-${name}` };
  if (type.endsWith(":ServicePrincipal")) return { objectId: `object-of-${name}` };
  if (type.endsWith(":TokenPassword"))
    return {
      password: "secret",
      expires: inputs.expires,
      createdAt: "2026-11-21T09:59:59Z",
      acceptedAt: "2026-11-21T10:00:00Z",
    };
  if (type.endsWith(":Secret"))
    return { properties: { secretUri: "https://contoso-releases-kv.vault.azure.net/secrets/a" } };
  return {};
};

const made = (changes: Partial<ReleaseAccessArgs> = {}) =>
  register(() => new ReleaseAccess("v0.0.1-qa", { ...args, ...changes }), computed);

function inputsOf(registered: Registered[], kind: string): Registered["inputs"] {
  return registered.find(({ type }) => type.endsWith(`:${kind}`))!.inputs;
}

const condition = (actions: string[]) =>
  `((${actions.map((action) => `!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/${action}'})`).join(" AND ")}) OR ` +
  `(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'iam/auth-service' OR ` +
  `@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'iam/login'))`;

test("an open stage has an account for GitHub, one for the registry, and an environment for one tag", async () => {
  const registered = await made();
  expect(outline(registered)).toEqual([
    "airlock:index:ReleaseAccess v0.0.1-qa",
    "airlock:index:TokenPassword v0.0.1-qa",
    "azure-native:authorization:RoleAssignment v0.0.1-qa",
    "azure-native:containerregistry:ScopeMap v0.0.1-qa",
    "azure-native:containerregistry:Token v0.0.1-qa",
    "azuread:index/application:Application v0.0.1-qa",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential v0.0.1-qa-github-environment",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential v0.0.1-qa-github-environment-ids",
    "azuread:index/servicePrincipal:ServicePrincipal v0.0.1-qa-principal",
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret v0.0.1-qa",
    ...["azure-client-id", "azure-subscription-id", "azure-tenant-id", "registry", "registry-user"].map(
      (name) => `github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable v0.0.1-qa-${name}`,
    ),
    "github:index/repositoryEnvironment:RepositoryEnvironment v0.0.1-qa",
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy v0.0.1-qa-tag",
  ]);
  expect(inputsOf(registered, "Application")).toEqual({
    displayName: "v0.0.1-qa-gh-sa",
    description: "Release v0.0.1 in qa: signs in from the GitHub environment v0.0.1-qa.",
    signInAudience: "AzureADMyOrg",
    preventDuplicateNames: true,
  });
  expect(inputsOf(registered, "ServicePrincipal")).toEqual({
    clientId: "client-of-v0.0.1-qa",
    appRoleAssignmentRequired: false,
    accountEnabled: true,
  });
  expect(
    registered
      .filter(({ type }) => type.endsWith("FederatedIdentityCredential"))
      .map(({ inputs: { subject, issuer, audiences } }) => [subject, issuer, audiences]),
  ).toEqual(
    Object.values(args.gitHub.federatedSubjects).map((subject) => [
      subject,
      "https://token.actions.githubusercontent.com",
      ["api://AzureADTokenExchange"],
    ]),
  );
  expect(inputsOf(registered, "RoleAssignment")).toMatchObject({
    scope: registryId,
    principalId: "object-of-v0.0.1-qa-principal",
    principalType: "ServicePrincipal",
    // Container Registry Repository Writer.
    roleDefinitionId: expect.stringMatching(/\/2a1e307c-b015-4ebd-883e-5b7698a07328$/),
    conditionVersion: "2.0",
    condition: condition(["content/read", "metadata/read", "content/write", "metadata/write"]),
  });
  expect(inputsOf(registered, "ScopeMap")).toMatchObject({
    registryName: "contosoqa",
    resourceGroupName: "contoso-qa-rg",
    scopeMapName: "v0-0-1-qa-acr-sa",
    actions: [
      "repositories/iam/auth-service/content/read",
      "repositories/iam/auth-service/content/write",
      "repositories/iam/auth-service/metadata/read",
      "repositories/iam/auth-service/metadata/write",
      "repositories/iam/login/content/read",
      "repositories/iam/login/content/write",
      "repositories/iam/login/metadata/read",
      "repositories/iam/login/metadata/write",
    ],
  });
  expect(inputsOf(registered, "Token")).toEqual({
    registryName: "contosoqa",
    resourceGroupName: "contoso-qa-rg",
    tokenName: "v0-0-1-qa-acr-sa",
    scopeMapId: "id-of-v0.0.1-qa",
    status: "enabled",
  });
  expect(inputsOf(registered, "TokenPassword")).toMatchObject({
    registryId,
    loginServer: "contosoqa.azurecr.io",
    tokenName: "v0-0-1-qa-acr-sa",
    expires: "2026-11-28T10:00:00Z",
    rotation: 0,
    ended: false,
  });
  expect(inputsOf(registered, "RepositoryEnvironment")).toEqual({
    repository: "platform",
    environment: "v0.0.1-qa",
    canAdminsBypass: false,
    deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
  });
  expect(inputsOf(registered, "RepositoryEnvironmentDeploymentPolicy")).toEqual({
    repository: "platform",
    environment: "v0.0.1-qa",
    tagPattern: "v0.0.1-qa",
  });
  expect(inputsOf(registered, "ActionsEnvironmentSecret")).toMatchObject({
    repository: "platform",
    environment: "v0.0.1-qa",
    secretName: "REGISTRY_PASSWORD",
  });
  expect(
    registered
      .filter(({ type }) => type.endsWith("ActionsEnvironmentVariable"))
      .map(({ inputs: { repository, environment, variableName, value } }) => [
        `${String(repository)} ${String(environment)}`,
        variableName,
        value,
      ]),
  ).toEqual(
    Object.entries({
      AZURE_CLIENT_ID: "client-of-v0.0.1-qa",
      AZURE_SUBSCRIPTION_ID: "22222222-2222-4222-8222-222222222222",
      AZURE_TENANT_ID: "11111111-1111-4111-8111-111111111111",
      REGISTRY: "contosoqa.azurecr.io",
      REGISTRY_USER: "v0-0-1-qa-acr-sa",
    }).map((pair) => ["platform v0.0.1-qa", ...pair]),
  );
});

test("the password may stand in a key vault instead, where the account reads this secret alone", async () => {
  const vaultId =
    "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-shared-rg/providers/Microsoft.KeyVault/vaults/contoso-releases-kv";
  const vault = { vaultId, vaultName: "contoso-releases-kv", resourceGroupName: "contoso-shared-rg" };
  const [gitHub, registered] = [await made(), await made({ vault })];
  const secretName = "v0-0-1-qa-acr-sa-20261128100000";
  expect(outline(registered).filter((line) => !outline(gitHub).includes(line))).toEqual([
    "azure-native:authorization:RoleAssignment v0.0.1-qa-secret",
    "azure-native:keyvault:Secret v0.0.1-qa",
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable v0.0.1-qa-registry-password-secret",
  ]);
  expect(outline(gitHub).filter((line) => !outline(registered).includes(line))).toEqual([
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret v0.0.1-qa",
  ]);
  expect(inputsOf(registered, "Secret")).toMatchObject({
    vaultName: "contoso-releases-kv",
    resourceGroupName: "contoso-shared-rg",
    secretName,
    properties: { contentType: "text/plain", attributes: { enabled: true, expires: 1795860000 } },
  });
  const assignment = registered.find(({ name }) => name === "v0.0.1-qa-secret")!.inputs;
  expect(assignment).toMatchObject({
    scope: `${vaultId}/secrets/${secretName}`,
    principalId: "object-of-v0.0.1-qa-principal",
    principalType: "ServicePrincipal",
    // Key Vault Secrets User.
    roleDefinitionId: expect.stringMatching(/\/4633458b-17de-408a-b874-0445c86b69e6$/),
  });
  expect(assignment.condition).toBeUndefined();
  expect(outline(await made({ vault, phase: "closing" }))).toEqual(outline(await made({ phase: "closing" })));
  expect(inputsOf(await made({ vault, phase: "closed" }), "RevocationProof").scopes).toEqual([
    registryId,
    vaultId,
  ]);
});

interface RegisterRequest {
  getType(): string;
  getName(): string;
  getDependenciesList(): string[];
}

/** Names of what each resource waits for, by its type's last part and its name. */
async function waits(changes: Partial<ReleaseAccessArgs>): Promise<Map<string, string[]>> {
  const asked = jest.spyOn(MockMonitor.prototype, "registerResource");
  try {
    await made(changes);
    const last = (path: string, mark: string) => path.split(mark).pop()!;
    return new Map(
      asked.mock.calls.map(([request]: RegisterRequest[]) => [
        `${last(request.getType(), ":")} ${request.getName()}`,
        request.getDependenciesList().map((urn) => last(urn, "::")),
      ]),
    );
  } finally {
    asked.mockRestore();
  }
}

test("nobody gets in by a GitHub environment before it is the tag's alone", async () => {
  const vault = {
    vaultId: "/vault",
    vaultName: "contoso-releases-kv",
    resourceGroupName: "contoso-shared-rg",
  };
  const waiting = [...(await waits({})), ...(await waits({ vault }))].filter(([, names]) =>
    names.includes("v0.0.1-qa-tag"),
  );
  expect([...new Set(waiting.map(([resource]) => resource))].sort()).toEqual([
    "ActionsEnvironmentSecret v0.0.1-qa",
    ...[
      "azure-client-id",
      "azure-subscription-id",
      "azure-tenant-id",
      "registry",
      "registry-password-secret",
    ].map((name) => `ActionsEnvironmentVariable v0.0.1-qa-${name}`),
    "ActionsEnvironmentVariable v0.0.1-qa-registry-user",
    "ApplicationFederatedIdentityCredential v0.0.1-qa-github-environment",
    "ApplicationFederatedIdentityCredential v0.0.1-qa-github-environment-ids",
    "RoleAssignment v0.0.1-qa",
    "RoleAssignment v0.0.1-qa-secret",
    "ServicePrincipal v0.0.1-qa-principal",
  ]);
  const closing = await waits({ phase: "closing" });
  expect(closing.get("ServicePrincipal v0.0.1-qa-principal")).toEqual(["v0.0.1-qa"]);
});

test("in a protected environment both accounts only read", async () => {
  const registered = await made({ protected: true });
  expect(inputsOf(registered, "RoleAssignment")).toMatchObject({
    // Container Registry Repository Reader.
    roleDefinitionId: expect.stringMatching(/\/b93aa761-3e63-49ed-ac28-beffa264f7ac$/),
    condition: condition(["content/read", "metadata/read"]),
  });
  expect(inputsOf(registered, "ScopeMap").actions).toEqual([
    "repositories/iam/auth-service/content/read",
    "repositories/iam/auth-service/metadata/read",
    "repositories/iam/login/content/read",
    "repositories/iam/login/metadata/read",
  ]);
});

test("a stage that ends has disabled accounts, without credential, role and secret", async () => {
  const registered = await made({ phase: "closing" });
  expect(outline(registered)).toEqual([
    "airlock:index:ReleaseAccess v0.0.1-qa",
    "airlock:index:TokenPassword v0.0.1-qa",
    "azure-native:containerregistry:ScopeMap v0.0.1-qa",
    "azure-native:containerregistry:Token v0.0.1-qa",
    "azuread:index/application:Application v0.0.1-qa",
    "azuread:index/servicePrincipal:ServicePrincipal v0.0.1-qa-principal",
    "github:index/repositoryEnvironment:RepositoryEnvironment v0.0.1-qa",
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy v0.0.1-qa-tag",
  ]);
  expect(inputsOf(registered, "ServicePrincipal").accountEnabled).toBe(false);
  expect(inputsOf(registered, "Token").status).toBe("disabled");
  expect(inputsOf(registered, "TokenPassword")).toMatchObject({ ended: true });
});

test("of a closed stage it is proven that nobody gets in", async () => {
  const closing = outline(await made({ phase: "closing" }));
  const registered = await made({ phase: "closed" });
  expect(outline(registered).filter((line) => !closing.includes(line))).toEqual([
    "airlock:index:RevocationProof v0.0.1-qa",
  ]);
  expect(inputsOf(registered, "RevocationProof")).toMatchObject({
    registryId,
    loginServer: "contosoqa.azurecr.io",
    tokenName: "v0-0-1-qa-acr-sa",
    passwordCreatedAt: "2026-11-21T09:59:59Z",
    passwordExpires: "2026-11-28T10:00:00Z",
    acceptedAt: "2026-11-21T10:00:00Z",
    applicationId: "object-of-v0.0.1-qa",
    servicePrincipalId: "object-of-v0.0.1-qa-principal",
    scopes: [registryId],
  });
});

const many = (count: number) => Array.from({ length: count }, (_, index) => `iam/service-${index}`);
const subjects = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`form-${index}`, `subject ${index}`]));

test.each<[string, Partial<ReleaseAccessArgs>, string]>([
  [
    "a version with more to it",
    { version: "v0.0.1-rc1" },
    "version is v0.0.1-rc1; expected v<major>.<minor>.<patch>",
  ],
  ["a phase that there isn't", { phase: "live" }, "phase is live; expected open, closing or closed"],
  ["no repositories", { repositories: [] }, "repositories is empty. Name the repositories that are released"],
  [
    "a wildcard",
    { repositories: ["iam/*"] },
    'repositories: repository "iam/*" is not usable. Expected lower-case path components joined by slashes',
  ],
  [
    "a registry in which roles can't be narrowed",
    { registry: { ...args.registry, permissionMode: "rbac" } },
    "registry.permissionMode is rbac; expected abac. Elsewhere every role reaches the whole registry: set the environment's mode to abac",
  ],
  [
    "more repositories than a condition names",
    { repositories: many(72) },
    "repositories: the condition of repositories has 8271 bytes; Azure allows 8192. Name a namespace instead of its repositories, or give some of them to another identity or release",
  ],
  [
    "more federated credentials than Entra ID takes",
    { gitHub: { ...args.gitHub, federatedSubjects: subjects(21) } },
    "gitHub.federatedSubjects: v0.0.1-qa-gh-sa has 21 federated credentials; Entra ID allows 20. Shard it: one identity for each group of workflows, with the same cells",
  ],
  [
    "a name that is too long for a token",
    { environment: "a-very-long-environment-name-that-nobody-writes" },
    'version: token name "v0-0-1-a-very-long-environment-name-that-nobody-writes-acr-sa" is not usable. Expected 5 to 50 letters, digits and dashes; a dot is none of them',
  ],
])("%s is refused before anything is made", async (_, changes, message) => {
  let refusal = "";
  const registered = await register(() => {
    try {
      new ReleaseAccess("v0.0.1-qa", { ...args, ...changes });
    } catch (error) {
      refusal = (error as Error).message;
    }
  });
  expect([refusal, outline(registered)]).toEqual([
    `ReleaseAccess "v0.0.1-qa": ${message}`,
    ["airlock:index:ReleaseAccess v0.0.1-qa"],
  ]);
});

test("as many repositories as a condition names are fine", async () => {
  expect(outline(await made({ repositories: many(71) }))).toHaveLength(17);
  expect(outline(await made({ repositories: many(72), protected: true }))).toHaveLength(17);
});
