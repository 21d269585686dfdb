import { RegistryPassword, type RegistryPasswordArgs } from "../../components";
import { outline, register, type Registered } from "../support/recorder";

const group = (name: string) =>
  `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-poc-${name}-rg`;
const args: RegistryPasswordArgs = {
  reason: "it signs in to registries with a password alone",
  repositories: ["iam/login", "iam/auth-service"],
  expires: "2026-12-01T00:00:00Z",
  rotation: 1,
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  registry: {
    registryId: `${group("staging")}/providers/Microsoft.ContainerRegistry/registries/contosopocstaging`,
    registryName: "contosopocstaging",
    resourceGroupName: "contoso-poc-staging-rg",
    loginServer: "contosopocstaging.azurecr.io",
    permissionMode: "abac",
  },
  vault: {
    vaultId: `${group("shared")}/providers/Microsoft.KeyVault/vaults/contoso-poc-secrets-kv`,
    vaultName: "contoso-poc-secrets-kv",
    resourceGroupName: "contoso-poc-shared-rg",
  },
  readerId: "reader",
};
const computed = ({ type, inputs }: Registered) => {
  if (type.endsWith(":TokenPassword")) return { password: "the-password", expires: inputs.expires };
  if (type.endsWith(":Secret")) return { properties: { secretUri: "https://contoso/secrets/scanner" } };
  return {};
};
const made = (changes: Partial<RegistryPasswordArgs> = {}) =>
  register(() => new RegistryPassword("scanner", { ...args, ...changes }), computed);
const inputsOf = (registered: Registered[], kind: string) =>
  registered.find(({ type }) => type.endsWith(`:${kind}`))!.inputs;

test("it is a token that pulls named repositories, its password in one secret, and one reader of that", async () => {
  const registered = await made();
  expect(outline(registered)).toEqual([
    "airlock:index:RegistryPassword scanner",
    "airlock:index:TokenPassword scanner",
    "azure-native:authorization:RoleAssignment scanner-secret",
    "azure-native:containerregistry:ScopeMap scanner",
    "azure-native:containerregistry:Token scanner",
    "azure-native:keyvault:Secret scanner",
  ]);
  expect(inputsOf(registered, "ScopeMap").actions).toEqual([
    "repositories/iam/auth-service/content/read",
    "repositories/iam/auth-service/metadata/read",
    "repositories/iam/login/content/read",
    "repositories/iam/login/metadata/read",
  ]);
  expect(inputsOf(registered, "TokenPassword")).toMatchObject({
    tokenName: "scanner",
    expires: args.expires,
    rotation: 1,
    ended: false,
  });
  expect(inputsOf(registered, "Secret")).toMatchObject({
    vaultName: "contoso-poc-secrets-kv",
    secretName: "scanner",
    properties: { contentType: "text/plain", attributes: { enabled: true, expires: 1796083200 } },
  });
  expect(inputsOf(registered, "RoleAssignment")).toMatchObject({
    scope: `${args.vault.vaultId}/secrets/scanner`,
    principalId: "reader",
    principalType: "ServicePrincipal",
    roleDefinitionId: expect.stringMatching(/4633458b-17de-408a-b874-0445c86b69e6$/),
  });
});

test.each<[string[], string]>([
  [["iam/*"], '"iam/*" is not a repository. Name each one'],
  [[], "repositories is empty. Name each one"],
])("%j is refused before anything is made", async (repositories, why) => {
  let refusal = "";
  const registered = await register(() => {
    try {
      new RegistryPassword("scanner", { ...args, repositories });
    } catch (error) {
      refusal = (error as Error).message;
    }
  });
  expect([refusal, outline(registered)]).toEqual([
    `RegistryPassword "scanner": ${why}`,
    ["airlock:index:RegistryPassword scanner"],
  ]);
});
