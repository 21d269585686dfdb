import { repositoryCondition } from "../../../model/access/condition";
import { roleGuids } from "../../../model/access/roles";
import { ArmError } from "../../../sandbox/azure/arm-error";
import { parseArmId } from "../../../sandbox/azure/arm-id";
import type { ArmBody, StoredResource, TypeContext } from "../../../sandbox/azure/resource-type";
import { roleAssignment } from "../../../sandbox/azure/types/role-assignment";
import { scopeMap } from "../../../sandbox/azure/types/scope-map";
import { token } from "../../../sandbox/azure/types/token";
import { sampleImage } from "../../../sandbox/registry";
import { requestText, sendRaw, type RawAnswer } from "../http/raw-socket";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  type TestSandbox,
} from "../support";

const repository = "iam/auth-service";
const [dev, prod] = [registryId("onestreamdev"), registryId("onestreamprod")];
const premium = { location: "eastus2", sku: { name: "Premium" } };
let world: TestSandbox;
let digest: string;
let assignments: number;

beforeEach(async () => {
  world = await openTestSandbox(["onestreamdev", "onestreamprod"]);
  assignments = 0;
  await addRegistry(world, "onestreamdev");
  await addRegistry(world, "onestreamprod");
  const store = world.sandbox.registries.store("onestreamdev")!;
  const image = sampleImage({
    service: "a",
    version: "1",
    revision: "0",
    source: "b",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(repository, blob);
  ({ digest } = store.putManifest(repository, "1.0.0", image.manifest));
});
afterEach(() => world.close());

const put = (id: string, body: ArmBody) => world.sandbox.manager.put(world.administrator, id, body);
const registry = (properties: ArmBody["properties"], sku = "Premium"): ArmBody => ({
  ...premium,
  sku: { name: sku },
  properties,
});
const abac = { roleAssignmentMode: "AbacRepositoryPermissions" };

function grant(
  scope: string,
  role: string,
  principalId = world.administrator.objectId,
  properties = {},
): Promise<StoredResource> {
  const principalType = principalId === world.administrator.objectId ? "User" : "ServicePrincipal";
  return put(assignmentId(scope, ++assignments), {
    properties: { principalId, principalType, roleDefinitionId: roleId(role), ...properties },
  });
}

const refusal = (status: number, code: string, text: string) => new ArmError(status, code, text);

async function importInto(target: string, source: object, changes: object = {}): Promise<void> {
  const parameters = {
    source: { sourceImage: `${repository}@${digest}`, ...source },
    targetTags: [`${repository}:1.0.0`],
    ...changes,
  };
  await (
    await world.sandbox.imports.prepare(world.administrator, target, parameters)
  )();
}

async function ask(
  registryName: string,
  method: string,
  path: string,
  headers: readonly string[],
  body = "",
): Promise<RawAnswer> {
  const at = { port: world.sandbox.hosts.portOf(registryName), ca: world.authority.certificate };
  return sendRaw(at, requestText(`${method} ${path} HTTP/1.1`, headers, body));
}

const basic = (name: string, password: string) =>
  `Authorization: Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
const manifest = `/v2/${repository}/manifests/1.0.0`;

/** What docker keeps after a sign-in to a registry. */
async function credential(name: string, registryName: string): Promise<string> {
  const { clientId, assertion } = await world.sandbox.sessions.open(name);
  const scope = "https://containerregistry.azure.net/.default";
  const { token: entra } = await world.sandbox.tokens.exchange(clientId, assertion, scope);
  const form = new URLSearchParams({ grant_type: "access_token", access_token: entra }).toString();
  const { body } = await ask(registryName, "POST", "/oauth2/exchange", [], form);
  const { refresh_token } = JSON.parse(body) as { refresh_token: string };
  return basic("00000000-0000-0000-0000-000000000000", refresh_token);
}

describe("the permission mode", () => {
  it("is the legacy one unless it is stated, and stays what it is", async () => {
    await put(registryId("onestreamqa"), registry({}));
    const stored = () => world.sandbox.manager.find(registryId("onestreamqa"))!.properties.roleAssignmentMode;
    expect(stored()).toBe("LegacyRegistryPermissions");
    await put(registryId("onestreamqa"), registry(abac));
    await put(registryId("onestreamqa"), registry({}));
    expect(stored()).toBe("AbacRepositoryPermissions");
  });

  it("ends the credentials that clients hold when it changes: 401 until they sign in anew", async () => {
    addIdentity(world.sandbox, "sp-reader");
    const { objectId } = await world.sandbox.sessions.open("sp-reader");
    await grant(dev, roleGuids.repositoryReader, objectId);
    await grant(dev, roleGuids.acrPull, objectId);
    const held = await credential("sp-reader", "onestreamdev");
    expect((await ask("onestreamdev", "GET", manifest, [held])).status).toBe(200);
    await put(dev, registry({ ...abac, tags: {} }));
    expect((await ask("onestreamdev", "GET", manifest, [held])).status).toBe(200);
    await put(dev, registry({ roleAssignmentMode: "LegacyRegistryPermissions" }));
    expect((await ask("onestreamdev", "GET", manifest, [held])).status).toBe(401);
    const renewed = await credential("sp-reader", "onestreamdev");
    expect((await ask("onestreamdev", "GET", manifest, [renewed])).status).toBe(200);
  });

  it("decides which roles count: AcrPull in legacy alone, Repository Reader in ABAC alone, Owner's data in legacy alone", async () => {
    const can = async (name: string) =>
      (await ask("onestreamdev", "GET", manifest, [await credential(name, "onestreamdev")])).status;
    for (const [name, role] of [
      ["sp-legacy", roleGuids.acrPull],
      ["sp-abac", roleGuids.repositoryReader],
    ] as const) {
      await grant(dev, role, addIdentity(world.sandbox, name).objectId);
    }
    expect([await can("sp-legacy"), await can("sp-abac"), await can("administrator")]).toEqual([
      401, 200, 401,
    ]);
    await put(dev, registry({ roleAssignmentMode: "LegacyRegistryPermissions" }));
    expect([await can("sp-legacy"), await can("sp-abac"), await can("administrator")]).toEqual([
      200, 401, 200,
    ]);
  });
});

describe("a registry", () => {
  it.each<[string, ArmBody, ArmError]>([
    [
      "forbids exports",
      registry({ policies: { exportPolicy: { status: "disabled" } } }),
      refusal(400, "InvalidPolicy", "Exports can be disabled only where publicNetworkAccess is Disabled."),
    ],
    [
      "forbids exports in Standard",
      registry({ policies: { exportPolicy: { status: "disabled" } } }, "Standard"),
      refusal(400, "FeatureNotSupported", "The SKU Standard does not support the export policy."),
    ],
    [
      "keeps deleted images for longer than 90 days",
      registry({ policies: { softDeletePolicy: { retentionDays: 91 } } }),
      refusal(400, "InvalidPolicy", "The soft delete policy's days must be 1-90, not 91."),
    ],
    [
      "keeps untagged images for longer than a year",
      registry({ policies: { retentionPolicy: { days: 366 } } }),
      refusal(400, "InvalidPolicy", "The retention policy's days must be 0-365, not 366."),
    ],
    [
      "spells a status with a capital",
      registry({ policies: { retentionPolicy: { status: "Enabled" } } }),
      refusal(400, "InvalidPolicy", "The status 'Enabled' of retentionPolicy is not enabled or disabled."),
    ],
    [
      "has 201 IP rules",
      registry({
        networkRuleSet: {
          ipRules: Array.from({ length: 201 }, (_, index) => ({ value: `203.0.113.${index}` })),
        },
      }),
      refusal(400, "InvalidParameter", "A registry has at most 200 IP rules, not 201."),
    ],
    [
      "is pulled from by anybody in Basic",
      registry({ anonymousPullEnabled: true }, "Basic"),
      refusal(400, "FeatureNotSupported", "The SKU Basic does not support anonymousPullEnabled."),
    ],
  ])("is refused that %s", async (_, body, error) => {
    await expect(put(registryId("onestreamqa"), body)).rejects.toEqual(error);
  });

  it("may forbid exports where it has no public access, and has 200 IP rules", async () => {
    const ipRules = Array.from({ length: 200 }, (_, index) => ({ value: `203.0.113.${index}` }));
    const closed = { publicNetworkAccess: "Disabled", policies: { exportPolicy: { status: "disabled" } } };
    await put(registryId("onestreamqa"), registry({ ...closed, networkRuleSet: { ipRules } }));
  });

  it("that keeps deleted images is not replicated", async () => {
    await put(dev, registry({ ...abac, policies: { softDeletePolicy: { status: "enabled" } } }));
    await expect(
      put(`${dev}/replications/westeurope`, { location: "westeurope", properties: {} }),
    ).rejects.toEqual(refusal(400, "InvalidPolicy", "A registry with soft delete can't be replicated."));
  });

  it("with a management lock loses its images all the same", async () => {
    await put(`${dev}/providers/Microsoft.Authorization/locks/keep`, {
      properties: { level: "CanNotDelete" },
    });
    await grant(dev, roleGuids.repositoryContributor);
    const held = await credential("administrator", "onestreamdev");
    expect(
      (await ask("onestreamdev", "DELETE", `/v2/${repository}/manifests/${digest}`, [held])).status,
    ).toBe(202);
  });
});

describe("an assignment of Azure Policy", () => {
  const initiative =
    "/providers/Microsoft.Authorization/policySetDefinitions/a8640138-9b0a-4a28-b8cb-1666c838647d";
  const assign = (properties: ArmBody["properties"], name = "pod-security", scope = groupId) =>
    put(`${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`, { properties });

  it("stands on a scope that exists, under a name that Azure takes", async () => {
    const { properties } = await assign({ policyDefinitionId: initiative, enforcementMode: "Default" });
    expect(properties).toMatchObject({ policyDefinitionId: initiative, enforcementMode: "Default" });
    await expect(assign({ policyDefinitionId: initiative }, "a.")).rejects.toMatchObject({
      code: "InvalidResourceName",
    });
    await expect(
      assign({ policyDefinitionId: initiative }, "it", groupId.replace(/[^/]+$/, "nowhere")),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("names a policy, and a mode that there is", async () => {
    await expect(assign({ policyDefinitionId: "a8640138" })).rejects.toEqual(
      refusal(
        400,
        "InvalidPolicyDefinitionId",
        "The policy definition ID 'a8640138' is not that of a policy or of an initiative.",
      ),
    );
    await expect(assign({ policyDefinitionId: initiative, enforcementMode: "Off" })).rejects.toEqual(
      refusal(
        400,
        "InvalidEnforcementMode",
        "The enforcement mode 'Off' is not one of Default, DoNotEnforce, Enroll.",
      ),
    );
  });
});

describe("an import", () => {
  beforeEach(() => grant(dev, roleGuids.repositoryReader));
  const byId = { resourceId: dev };

  it("reaches every repository, whatever a condition on the importer's role says", async () => {
    const importer = roleId("00000000-0000-4000-8000-0000000000aa");
    const action = "Microsoft.ContainerRegistry/registries/importImage/action";
    await put(importer, {
      properties: { roleName: "narrow importer", permissions: [{ actions: [action] }] },
    });
    const caller = addIdentity(world.sandbox, "sp-importer");
    await grant(dev, roleGuids.reader, caller.objectId);
    await grant(dev, roleGuids.repositoryReader, caller.objectId);
    const condition = repositoryCondition(
      ["Microsoft.ContainerRegistry/registries/repositories/content/write"],
      ["utility/*"],
    );
    await grant(prod, importer.split("/").at(-1)!, caller.objectId, { condition, conditionVersion: "2.0" });
    const parameters = {
      source: { ...byId, sourceImage: `${repository}@${digest}` },
      targetTags: [`${repository}:1`],
    };
    await (
      await world.sandbox.imports.prepare(caller, prod, parameters)
    )();
    expect(world.sandbox.registries.store("onestreamprod")!.manifestRecord(repository, "1").digest).toBe(
      digest,
    );
  });

  it("from a registry that forbids exports is refused", async () => {
    const closed = {
      ...abac,
      publicNetworkAccess: "Disabled",
      policies: { exportPolicy: { status: "disabled" } },
    };
    await put(dev, registry(closed));
    await expect(importInto(prod, byId)).rejects.toEqual(
      refusal(403, "ExportDisabled", "The registry 'onestreamdev' does not allow exports."),
    );
  });

  it.each([
    ["without public access", { publicNetworkAccess: "Disabled" }],
    ["with network rules", { networkRuleSet: { defaultAction: "Deny", ipRules: [] } }],
  ])("out of or into a registry %s needs its trusted services", async (_, network) => {
    for (const restricted of [dev, prod]) {
      await put(restricted, registry({ ...abac, ...network, networkRuleBypassOptions: "None" }));
      await expect(importInto(prod, byId)).rejects.toEqual(
        refusal(
          403,
          "Forbidden",
          `The network rules of the registry '${restricted.split("/").at(-1)}' let no trusted service in.`,
        ),
      );
      await put(restricted, registry({ ...abac, ...network, networkRuleBypassOptions: "AzureServices" }));
    }
    await importInto(prod, byId);
  });

  it("by the address of a registry works with credentials that pull there, and not where public access is off", async () => {
    await put(`${dev}/scopeMaps/pullers`, {
      properties: { actions: [`repositories/${repository}/content/read`] },
    });
    await put(`${dev}/tokens/puller`, { properties: { scopeMapId: `${dev}/scopeMaps/pullers` } });
    const [{ value: password }] = world.sandbox.passwords.generate(
      `${dev}/tokens/puller`,
      ["password1"],
      "2026-11-01T00:00:00Z",
    );
    const host = world.sandbox.hosts.hostOf("onestreamdev");
    const byAddress = { registryUri: host, credentials: { username: "puller", password } };
    await importInto(prod, byAddress);
    await expect(importInto(prod, { registryUri: host })).rejects.toEqual(
      refusal(
        403,
        "Forbidden",
        `The source registry '${host}' refuses to let '${repository}' be pulled with these credentials.`,
      ),
    );
    await put(dev, registry({ ...abac, publicNetworkAccess: "Disabled" }));
    await expect(importInto(prod, byAddress, { mode: "Force" })).rejects.toEqual(
      refusal(
        400,
        "InvalidParameters",
        `The source registry '${host}' has no public access: name it by its resourceId.`,
      ),
    );
  });

  it("takes no digest for its target, and one kind of source", async () => {
    await expect(importInto(prod, byId, { targetTags: [`${repository}@${digest}`] })).rejects.toEqual(
      refusal(400, "InvalidParameters", `The target tag '${repository}@${digest}' can't have a digest.`),
    );
    for (const source of [{}, { ...byId, registryUri: "localhost:1" }]) {
      await expect(importInto(prod, source)).rejects.toEqual(
        refusal(400, "InvalidParameters", "Specify either source.resourceId or source.registryUri."),
      );
    }
  });
});

describe("registry tokens", () => {
  const below = (kind: string, name: string, at = dev) => `${at}/${kind}/${name}`;
  const actions = (...names: string[]) => ({
    properties: { actions: names.map((name) => `repositories/${name}/content/read`) },
  });

  it("are in every SKU", async () => {
    for (const sku of ["Basic", "Standard", "Premium"]) {
      const id = registryId(`onestream${sku.toLowerCase()}`);
      await put(id, registry({}, sku));
      await put(below("scopeMaps", "readers", id), actions("iam/*"));
      await put(below("tokens", "reader", id), {
        properties: { scopeMapId: below("scopeMaps", "readers", id) },
      });
    }
  });

  it.each([
    ["Basic", 100],
    ["Standard", 500],
    ["Premium", 50_000],
  ] as const)("and their scope maps are limited in %s to %d", (sku, most) => {
    for (const type of [scopeMap, token]) {
      const stored = Array.from(
        { length: most },
        (_, index) => ({ id: `${dev}/${type.armType.split("/")[2]}/t${index}` }) as StoredResource,
      );
      const context = {
        resource: () => ({ sku: { name: sku } }) as unknown as StoredResource,
        resourcesOf: () => stored,
      } as unknown as TypeContext;
      const id = parseArmId(below(type.armType.split("/")[2], "one-more"))!;
      const body = { properties: { actions: [], scopeMapId: "x" } };
      expect(() => type.validate!(body, id, context)).toThrow(
        refusal(
          403,
          "QuotaExceeded",
          `A registry of the SKU ${sku} holds at most ${most} ${type.armType.split("/")[2]}.`,
        ),
      );
      stored.pop();
      type.validate!(body, id, context);
    }
  });

  it("have 500 actions at most, and a scope map of their own registry's that is not deleted under them", async () => {
    await expect(
      put(below("scopeMaps", "readers"), actions(...Array.from({ length: 501 }, (_, index) => `a${index}`))),
    ).rejects.toEqual(refusal(400, "ScopeMapTooLarge", "A scope map holds at most 500 actions."));
    await put(
      below("scopeMaps", "readers"),
      actions(...Array.from({ length: 500 }, (_, index) => `a${index}`)),
    );
    const { properties } = await put(below("tokens", "reader"), {
      properties: { scopeMapId: below("scopeMaps", "readers") },
    });
    expect(properties).not.toHaveProperty("credentials");
    await expect(
      world.sandbox.manager.delete(world.administrator, below("scopeMaps", "readers")),
    ).rejects.toEqual(
      refusal(409, "ScopeMapInUse", "The scope map 'readers' is used by the token 'reader'."),
    );
  });

  it("pull what their scope map says at that moment, list no catalog, and end when they are disabled or a password's day has come", async () => {
    await put(below("scopeMaps", "readers"), actions("utility/*"));
    const reader = (status: string) =>
      put(below("tokens", "reader"), { properties: { scopeMapId: below("scopeMaps", "readers"), status } });
    await reader("enabled");
    const { passwords } = world.sandbox;
    const generate = (name: string, until?: string) =>
      passwords.generate(below("tokens", "reader"), [name], "2026-11-01T00:00:00Z", until)[0].value;
    const pull = async (password: string) =>
      (await ask("onestreamdev", "GET", manifest, [basic("reader", password)])).status;
    const password = generate("password1");
    expect(await pull(password)).toBe(401);
    await put(below("scopeMaps", "readers"), actions("iam/*"));
    expect(await pull(password)).toBe(200);
    expect((await ask("onestreamdev", "GET", "/v2/_catalog", [basic("reader", password)])).status).toBe(401);
    expect(await pull(generate("password2", "2026-11-01T00:00:00Z"))).toBe(401);
    await reader("disabled");
    expect(await pull(password)).toBe(401);
    await reader("enabled");
    expect([await pull(generate("password1")), await pull(password)]).toEqual([200, 401]);
  });
});

describe("a role assignment", () => {
  it("has a GUID that no other has, on whatever scope", async () => {
    const role = {
      principalId: world.administrator.objectId,
      principalType: "User",
      roleDefinitionId: roleId(roleGuids.reader),
    };
    await put(assignmentId(dev, 77), { properties: role });
    await expect(put(assignmentId(groupId, 77), { properties: role })).rejects.toEqual(
      refusal(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
      ),
    );
  });

  it("is the last of 4000", () => {
    const stored = Array.from({ length: 4000 }, (_, index) => {
      const properties = { principalId: `p${index}`, roleDefinitionId: roleId(roleGuids.reader) };
      return { id: assignmentId(dev, index), name: `n${index}`, properties } as unknown as StoredResource;
    });
    const context = { resourcesOf: () => stored, principalKind: () => "user" } as unknown as TypeContext;
    const body = { properties: { principalId: "one-more", roleDefinitionId: roleId(roleGuids.reader) } };
    const id = parseArmId(assignmentId(dev, 5000))!;
    expect(() => roleAssignment.validate!(body, id, context)).toThrow(
      refusal(400, "RoleAssignmentLimitExceeded", "No more role assignments can be created (4000)."),
    );
    stored.pop();
    roleAssignment.validate!(body, id, context);
  });
});

describe("a diagnostic setting", () => {
  it("knows Azure's categories, one to a log, and writes to a workspace once", async () => {
    const workspace = `${groupId}/providers/Microsoft.OperationalInsights/workspaces/onestream-logs`;
    await put(workspace, { location: "eastus2", properties: {} });
    const setting = (name: string) => `${dev}/providers/Microsoft.Insights/diagnosticSettings/${name}`;
    const watching = (log: object): ArmBody => ({
      properties: { workspaceId: workspace, logs: [{ enabled: true, ...log }] },
    });
    await expect(put(setting("logs"), watching({ category: "Pushes" }))).rejects.toEqual(
      refusal(
        400,
        "BadRequest",
        "Category 'Pushes' is not supported; supported: ContainerRegistryRepositoryEvents, ContainerRegistryLoginEvents.",
      ),
    );
    const event = "ContainerRegistryLoginEvents";
    for (const log of [{}, { category: event, categoryGroup: "allLogs" }]) {
      await expect(put(setting("logs"), watching(log))).rejects.toEqual(
        refusal(400, "BadRequest", "A log needs either a category or a categoryGroup."),
      );
    }
    await put(setting("logs"), watching({ category: event }));
    await expect(put(setting("more"), watching({ categoryGroup: "allLogs" }))).rejects.toEqual(
      refusal(409, "Conflict", `Data sink '${workspace}' is already used in diagnostic setting 'logs'.`),
    );
  });
});
