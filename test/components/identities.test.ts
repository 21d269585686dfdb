import { PipelineIdentity, SigningVault } from "../../components";
import { gitHubEnvironmentSubject } from "../../model/federated-subject";
import { outline, register } from "../support/recorder";

test("an identity is an application with federated credentials and no password", async () => {
  const registered = await register(
    () =>
      new PipelineIdentity("sp-contoso-prod-pipeline", {
        displayName: "sp-contoso-prod-pipeline",
        description: "Promotes to prod.",
        federatedSubjects: { github: "repo:contoso/platform:environment:prod" },
      }),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:PipelineIdentity sp-contoso-prod-pipeline",
    "azuread:index/application:Application sp-contoso-prod-pipeline",
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential sp-contoso-prod-pipeline-github",
    "azuread:index/servicePrincipal:ServicePrincipal sp-contoso-prod-pipeline-principal",
  ]);
  expect(registered[2].inputs).toMatchObject({
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:contoso/platform:environment:prod",
    audiences: ["api://AzureADTokenExchange"],
  });
});

async function refusal(federatedSubjects: Record<string, string>): Promise<string> {
  let message = "";
  await register(() => {
    try {
      new PipelineIdentity("x", { displayName: "x", description: "x", federatedSubjects });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return message;
}

const subjects = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`workflow-${index}`, `subject ${index}`]));

test("more federated credentials than Entra ID allows are refused", async () => {
  expect(await refusal(subjects(20))).toBe("");
  expect(await refusal(subjects(21))).toBe(
    'PipelineIdentity "x": federatedSubjects: x has 21 federated credentials; Entra ID allows 20. Shard it: one identity for each group of workflows, with the same cells',
  );
});

test("a key that can't be the name of a federated credential is refused", async () => {
  expect(await refusal({ "a b": "subject" })).toBe(
    'PipelineIdentity "x": federatedSubjects.a b: federated credential name "a b" is not usable. Expected 3 to 120 letters, digits, "-" and "_", with a letter or digit first',
  );
});

test("GitHub's subject has both its forms", () => {
  const source = { owner: "contoso", repository: "platform" };
  expect(gitHubEnvironmentSubject(source, "prod")).toBe("repo:contoso/platform:environment:prod");
  expect(gitHubEnvironmentSubject({ ...source, ownerId: 7, repositoryId: 9 }, "a:b")).toBe(
    "repo:contoso@7/platform@9:environment:a%3Ab",
  );
});

const vaultArgs = {
  vaultName: "contoso-signing-kv",
  keyName: "cosign",
  resourceGroupName: "contoso-shared-rg",
  location: "eastus2",
  tenantId: "tenant",
  workspaceId: "/workspace",
  endpoint: { subnetId: "/subnet", location: "eastus2", zoneId: "/zone" },
  tags: { environment: "shared" },
};

test("the signing vault is premium, decides by roles, can't be purged and hides from the internet", async () => {
  const registered = await register(
    () => new SigningVault("signing", vaultArgs),
    ({ type }) => (type.endsWith(":Vault") ? { properties: { vaultUri: "https://vault/" } } : {}),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:SigningVault signing",
    "azure-native:keyvault:Key signing-key",
    "azure-native:keyvault:Vault signing",
    "azure-native:monitor:DiagnosticSetting signing-logs",
    "azure-native:network:PrivateDnsZoneGroup signing-endpoint-zone",
    "azure-native:network:PrivateEndpoint signing-endpoint",
  ]);
  const [, key, vault, , zoneGroup, endpoint] = registered.map(({ inputs }) => inputs);
  expect(vault.properties).toEqual({
    tenantId: "tenant",
    sku: { family: "A", name: "premium" },
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 90,
    publicNetworkAccess: "Disabled",
    networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
    // The SDK's own defaults.
    enabledForDeployment: false,
    enabledForDiskEncryption: false,
    enabledForTemplateDeployment: false,
  });
  expect(key.properties).toEqual({ kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] });
  expect(endpoint).toMatchObject({
    location: "eastus2",
    subnet: { id: "/subnet" },
    privateLinkServiceConnections: [
      { name: "vault", groupIds: ["vault"], privateLinkServiceId: "id-of-signing" },
    ],
    tags: vaultArgs.tags,
  });
  expect(zoneGroup.privateDnsZoneConfigs).toEqual([{ name: "vault", privateDnsZoneId: "/zone" }]);
});
