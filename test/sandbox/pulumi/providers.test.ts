import { unknownValue } from "../../../sandbox/pulumi/handler";
import { addIdentity, groupId, openTestSandbox, registryId, roleId, type TestSandbox } from "../support";
import { Engine } from "./engine";

const resourceGroup = "azure-native:resources:ResourceGroup";
const generic = "azure-native:resources:Resource";
const groupInputs = {
  resourceGroupName: "onestream-dev-rg",
  location: "eastus2",
  tags: { owner: "platform_team" },
};
const registryInputs = {
  apiVersion: "2025-11-01",
  resourceProviderNamespace: "Microsoft.ContainerRegistry",
  parentResourcePath: "",
  resourceType: "registries",
  resourceGroupName: "onestream-dev-rg",
  resourceName: "onestreamdev",
  location: "eastus2",
  sku: { name: "Premium" },
  properties: { roleAssignmentMode: "AbacRepositoryPermissions" },
};

let test: TestSandbox;
const engines: Engine[] = [];

beforeEach(async () => (test = await openTestSandbox(["onestreamdev"])));
afterEach(async () => {
  for (const engine of engines.splice(0)) engine.close();
  await test.close();
});

async function engineAs(name: string | undefined, provider: "azure-native" | "azuread"): Promise<Engine> {
  const { providers } = await test.sandbox.sessions.open(name);
  const engine = new Engine(providers[provider]);
  engines.push(engine);
  return engine;
}

describe("azure-native", () => {
  it("has the version of the package that speaks to it", async () => {
    const { version } = require("@pulumi/azure-native/package.json") as { version: string };
    expect(await (await engineAs(undefined, "azure-native")).version()).toBe(version);
  });

  it("names what is missing, and the types it knows", async () => {
    const engine = await engineAs(undefined, "azure-native");
    expect((await engine.check(resourceGroup, { location: "eastus2" })).failures).toEqual([
      "resourceGroupName: missing required property 'resourceGroupName'",
    ]);
    const [unknown] = (await engine.check("azure-native:compute:Snapshot", {})).failures;
    expect(unknown).toContain(
      "the sandbox does not know the type 'azure-native:compute:Snapshot'; of azure-native it knows ",
    );
    expect(unknown).toContain("azure-native:authorization:RoleAssignment, ");
    const [resourceType] = (await engine.check(generic, { ...registryInputs, resourceType: "disks" }))
      .failures;
    expect(resourceType).toContain(
      "resourceType: the sandbox does not know the resource type 'Microsoft.ContainerRegistry/disks'; it knows ",
    );
  });

  it("knows before the creation what the inputs say, and nothing of what Azure decides", async () => {
    const engine = await engineAs(undefined, "azure-native");
    expect(await engine.create(resourceGroup, groupInputs, true)).toEqual({
      id: "",
      outputs: { ...groupInputs, name: unknownValue, type: unknownValue, properties: unknownValue },
    });
    expect(test.sandbox.manager.find(groupId)).toBeUndefined();
  });

  it("knows nothing of what Azure decides inside of an object either, until it has", async () => {
    const engine = await engineAs("administrator", "azure-native");
    await engine.create(resourceGroup, groupInputs);
    const vault = "azure-native:keyvault:Vault";
    const properties = {
      tenantId: "11111111-1111-4111-8111-111111111111",
      sku: { family: "A", name: "premium" },
      enableRbacAuthorization: true,
    };
    const inputs = {
      resourceGroupName: "onestream-dev-rg",
      vaultName: "onestream-kv",
      location: "eastus2",
      properties,
    };
    const planned = await engine.create(vault, inputs, true);
    expect(planned.outputs.properties).toEqual({ ...properties, vaultUri: unknownValue });
    const { id, outputs } = await engine.create(vault, inputs);
    const { vaultUri } = outputs.properties as { vaultUri: string };
    expect(vaultUri).toMatch(/^https:/);
    const update = { ...inputs, properties: { ...properties, enablePurgeProtection: true } };
    expect((await engine.update(vault, id, outputs, update, true)).properties).toEqual({
      ...update.properties,
      vaultUri,
    });
  });

  it("creates, previews an update, updates, reads and deletes", async () => {
    const engine = await engineAs("administrator", "azure-native");
    const { id, outputs } = await engine.create(resourceGroup, groupInputs);
    expect([id, outputs]).toEqual([
      groupId,
      {
        name: "onestream-dev-rg",
        type: "Microsoft.Resources/resourceGroups",
        location: "eastus2",
        tags: { owner: "platform_team" },
        properties: { provisioningState: "Succeeded" },
        azureApiVersion: "2024-03-01",
      },
    ]);
    const news = { ...groupInputs, tags: { owner: "sre" } };
    const planned = await engine.update(resourceGroup, id, outputs, news, true);
    expect(planned).toMatchObject({ name: "onestream-dev-rg", tags: { owner: "sre" } });
    await engine.update(resourceGroup, id, outputs, news);
    expect(await engine.read(resourceGroup, id, groupInputs)).toEqual({ id, inputs: news });
    expect(await engine.read(resourceGroup, id)).toEqual({ id, inputs: news });
    await engine.delete(resourceGroup, id);
    await engine.delete(resourceGroup, id);
    expect(await engine.read(resourceGroup, id)).toEqual({ id: "", inputs: {} });
  });

  it("shows the generic and the typed form of one registry", async () => {
    const engine = await engineAs(undefined, "azure-native");
    await engine.create(resourceGroup, groupInputs);
    const { id, outputs } = await engine.create(generic, registryInputs);
    const { hosts } = test.sandbox;
    expect(outputs.properties).toMatchObject({
      loginServer: hosts.hostOf("onestreamdev"),
      roleAssignmentMode: "AbacRepositoryPermissions",
      provisioningState: "Succeeded",
    });
    expect(await engine.read(generic, id, registryInputs)).toEqual({ id, inputs: registryInputs });
    const typed = await engine.read("azure-native:containerregistry:Registry", id);
    expect(typed.inputs).toMatchObject({
      registryName: "onestreamdev",
      resourceGroupName: "onestream-dev-rg",
      sku: { name: "Premium" },
      adminUserEnabled: false,
    });
  });

  it("shows a change of the permission mode as an update, and of the name as a replacement", async () => {
    const engine = await engineAs(undefined, "azure-native");
    const id = registryId("onestreamdev");
    const legacy = { ...registryInputs, properties: { roleAssignmentMode: "LegacyRegistryPermissions" } };
    expect(await engine.diff(generic, id, registryInputs, legacy)).toMatchObject({
      changes: ["properties.roleAssignmentMode"],
      replaces: [],
    });
    const renamed = { ...registryInputs, resourceName: "onestreamdev2" };
    expect(await engine.diff(generic, id, registryInputs, renamed)).toEqual({
      changes: ["resourceName"],
      replaces: ["resourceName"],
      deleteBeforeReplace: false,
    });
    const moved = { ...registryInputs, location: "westus" };
    expect(await engine.diff(generic, id, registryInputs, moved)).toMatchObject({
      replaces: ["location"],
      deleteBeforeReplace: true,
    });
  });

  it("replaces a role assignment whose principal or role changes, and updates its condition", async () => {
    const engine = await engineAs(undefined, "azure-native");
    const token = "azure-native:authorization:RoleAssignment";
    const inputs = {
      scope: groupId,
      roleAssignmentName: "n",
      principalId: "p",
      roleDefinitionId: roleId("r"),
    };
    expect(await engine.diff(token, "x", inputs, { ...inputs, principalId: "q" })).toMatchObject({
      replaces: ["principalId"],
    });
    expect(await engine.diff(token, "x", inputs, { ...inputs, condition: "c" })).toMatchObject({
      changes: ["condition"],
      replaces: [],
    });
  });

  it("takes over nothing that stands already", async () => {
    const engine = await engineAs(undefined, "azure-native");
    await engine.create(resourceGroup, groupInputs);
    await expect(engine.create(resourceGroup, groupInputs)).rejects.toThrow(
      `Status=409 Code="Conflict" Message="cannot create already existing resource '${groupId}'"`,
    );
  });

  it("acts as the identity that it listens for", async () => {
    addIdentity(test.sandbox, "sp-onestream-prod-pipeline");
    const engine = await engineAs("sp-onestream-prod-pipeline", "azure-native");
    await expect(engine.create(resourceGroup, groupInputs)).rejects.toThrow(
      'Status=403 Code="AuthorizationFailed"',
    );
  });

  it("finds no drift in anything that it made", async () => {
    const engine = await engineAs("administrator", "azure-native");
    const common = { resourceGroupName: "onestream-dev-rg" };
    const scope = registryId("onestreamdev");
    const made: [string, Record<string, unknown>][] = [
      [resourceGroup, groupInputs],
      [generic, registryInputs],
      [
        "azure-native:operationalinsights:Workspace",
        {
          ...common,
          location: "eastus2",
          workspaceName: "onestream-logs",
          sku: { name: "PerGB2018" },
          retentionInDays: 90,
        },
      ],
      [
        "azure-native:network:VirtualNetwork",
        {
          ...common,
          location: "eastus2",
          virtualNetworkName: "onestream-vnet",
          addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
        },
      ],
      [
        "azure-native:network:Subnet",
        {
          ...common,
          virtualNetworkName: "onestream-vnet",
          subnetName: "pipeline-subnet",
          addressPrefix: "10.0.1.0/24",
        },
      ],
      [
        "azure-native:keyvault:Vault",
        {
          ...common,
          location: "eastus2",
          vaultName: "onestream-signing-kv",
          properties: {
            tenantId: "11111111-1111-4111-8111-111111111111",
            sku: { family: "A", name: "premium" },
            enableRbacAuthorization: true,
          },
        },
      ],
      [
        "azure-native:keyvault:Key",
        {
          ...common,
          vaultName: "onestream-signing-kv",
          keyName: "cosign",
          properties: { kty: "EC", curveName: "P-256" },
        },
      ],
      [
        "azure-native:keyvault:Secret",
        {
          ...common,
          vaultName: "onestream-signing-kv",
          secretName: "v0-0-1-qa-acr-sa-20261128100000",
          properties: { value: "not-for-the-eyes-of-anybody", attributes: { expires: 1795860000 } },
        },
      ],
      [
        "azure-native:containerregistry:ScopeMap",
        {
          ...common,
          registryName: "onestreamdev",
          scopeMapName: "readers",
          actions: ["repositories/iam/*/content/read"],
        },
      ],
      [
        "azure-native:containerregistry:Token",
        {
          ...common,
          registryName: "onestreamdev",
          tokenName: "release",
          scopeMapId: `${scope}/scopeMaps/readers`,
          status: "enabled",
        },
      ],
      [
        "azure-native:monitor:DiagnosticSetting",
        {
          name: "to-workspace",
          resourceUri: scope,
          workspaceId: `${groupId}/providers/Microsoft.OperationalInsights/workspaces/onestream-logs`,
          logs: [{ category: "ContainerRegistryLoginEvents", enabled: true }],
        },
      ],
      [
        "azure-native:authorization:RoleDefinition",
        {
          scope: groupId,
          roleDefinitionId: "00000000-0000-4000-8000-0000000000aa",
          roleName: "reader of registries",
          permissions: [{ actions: ["Microsoft.ContainerRegistry/registries/read"], notActions: [] }],
        },
      ],
      [
        "azure-native:authorization:RoleAssignment",
        {
          scope,
          roleAssignmentName: "00000000-0000-4000-8000-000000000001",
          principalId: test.administrator.objectId,
          principalType: "User",
          roleDefinitionId: roleId("00000000-0000-4000-8000-0000000000aa"),
        },
      ],
    ];
    for (const [token, inputs] of made) {
      const { id } = await engine.create(token, inputs);
      expect(await engine.read(token, id, inputs)).toEqual({ id, inputs });
      const imported = await engine.read(token, id);
      expect(await engine.diff(token, id, inputs, { ...imported.inputs, ...inputs })).toMatchObject({
        replaces: [],
      });
    }
  });
});

describe("azuread", () => {
  const application = "azuread:index/application:Application";
  const servicePrincipal = "azuread:index/servicePrincipal:ServicePrincipal";
  const credential =
    "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

  it("makes an identity that then signs in", async () => {
    const engine = await engineAs(undefined, "azuread");
    const app = await engine.create(application, { displayName: "sp-onestream-dev-pipeline" });
    expect(app.id).toBe(`/applications/${String(app.outputs.objectId)}`);
    const sp = await engine.create(servicePrincipal, { clientId: app.outputs.clientId });
    const inputs = {
      applicationId: app.id,
      displayName: "github-environment",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:onestream/platform:environment:dev",
      audiences: ["api://AzureADTokenExchange"],
    };
    const made = await engine.create(credential, inputs);
    expect(await engine.read(credential, made.id, inputs)).toEqual({ id: made.id, inputs });
    const session = await test.sandbox.sessions.open("sp-onestream-dev-pipeline");
    expect(session).toMatchObject({ objectId: sp.outputs.objectId, clientId: app.outputs.clientId });
  });

  it("makes a group, some member of which signs in", async () => {
    const engine = await engineAs(undefined, "azuread");
    const inputs = { displayName: "iam_team", securityEnabled: true };
    const group = await engine.create("azuread:index/group:Group", inputs);
    expect(await engine.read("azuread:index/group:Group", group.id, inputs)).toEqual({
      id: group.id,
      inputs,
    });
    const [first, second] = [
      await test.sandbox.sessions.open("iam_team"),
      await test.sandbox.sessions.open("iam_team"),
    ];
    expect([first.name, second.objectId]).toEqual(["a member of iam_team", first.objectId]);
  });

  it("keeps what Entra decided when an update is previewed", async () => {
    const engine = await engineAs(undefined, "azuread");
    const { id, outputs } = await engine.create(application, { displayName: "sp" });
    const planned = await engine.update(
      application,
      id,
      outputs,
      { displayName: "sp", description: "new" },
      true,
    );
    expect([planned.clientId, planned.description]).toEqual([outputs.clientId, "new"]);
  });

  it("refuses to let anybody but administrators write", async () => {
    addIdentity(test.sandbox, "sp-onestream-prod-pipeline");
    const engine = await engineAs("sp-onestream-prod-pipeline", "azuread");
    await expect(engine.create(application, { displayName: "sp-evil" })).rejects.toThrow(
      "unexpected status 403 with error: Authorization_RequestDenied: Insufficient privileges to complete the operation: 'sp-onestream-prod-pipeline' can't write to the directory.",
    );
  });
});

describe("sessions", () => {
  it("say which names there are", async () => {
    await expect(test.sandbox.sessions.open("sp-onestream-nobody")).rejects.toThrow(
      'the sandbox has no identity or group "sp-onestream-nobody" (it has sp-onestream-platform). Identities and groups are made by the shared stack: pulumi up -s shared',
    );
  });
});
