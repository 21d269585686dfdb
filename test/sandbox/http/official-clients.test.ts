import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { ContainerRegistryClient } from "@azure/container-registry";
import { customRoleDefinition, customRoles } from "../../../model/access/custom-roles";
import { roleGuids } from "../../../model/access/roles";
import { subscriptionId } from "../../../sandbox/places";
import { sampleImage } from "../../../sandbox/registry";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";
import { credentialIn, transportTo } from "./credential";

const group = "onestream-dev-rg";
const repository = "iam/auth-service";
let test: TestSandbox;
let digest: string;
let assignments = 0;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev", "onestreamstaging"]);
  await addRegistry(test, "onestreamdev");
  await addRegistry(test, "onestreamstaging");
  for (const role of customRoles("onestream")) {
    const { guid, name, permissions } = customRoleDefinition(subscriptionId, "onestream", role);
    await test.sandbox.manager.put(test.administrator, roleId(guid), {
      properties: { roleName: name, permissions, assignableScopes: [subscription] },
    });
  }
  digest = addImage("onestreamdev", "1.2.3");
  const promoter = addIdentity(test.sandbox, "sp-onestream-staging-pipeline").objectId;
  await grant(promoter, registryId("onestreamstaging"), customGuid("importer"));
  await grant(promoter, registryId("onestreamstaging"), roleGuids.repositoryReader);
  await grant(promoter, registryId("onestreamdev"), customGuid("sourceReader"));
  const importer = addIdentity(test.sandbox, "sp-importer-alone").objectId;
  await grant(importer, registryId("onestreamstaging"), customGuid("importer"));
});
afterAll(() => test.close());

const customGuid = (key: string): string => {
  const role = customRoles("onestream").find((one) => one.key === key)!;
  return customRoleDefinition(subscriptionId, "onestream", role).guid;
};

async function grant(
  principalId: string,
  scope: string,
  guid: string,
  principalType = "ServicePrincipal",
): Promise<void> {
  await test.sandbox.manager.put(test.administrator, assignmentId(scope, ++assignments), {
    properties: { principalId, principalType, roleDefinitionId: roleId(guid) },
  });
}

function addImage(registry: string, version: string): string {
  const store = test.sandbox.registries.store(registry)!;
  const image = sampleImage({
    service: repository,
    version,
    revision: "0".repeat(40),
    source: "https://github.com/onestream/platform",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(repository, blob);
  return store.putManifest(repository, version, image.manifest).digest;
}

const transport = () => transportTo(test);
const credentialOf = (name: string) => credentialIn(test, name);

async function armAs(name: string): Promise<ContainerRegistryManagementClient> {
  return new ContainerRegistryManagementClient(await credentialOf(name), subscriptionId, {
    endpoint: test.sandbox.endpoint,
    ...transport(),
  });
}

/** With the delay between two polls that a test can afford. */
const importImage = (client: ContainerRegistryManagementClient, parameters: object) =>
  client.registries.importImage(group, "onestreamstaging", parameters as never, { updateIntervalInMs: 5 });

const fromDev = (reference: string) => ({
  source: { resourceId: registryId("onestreamdev"), sourceImage: `${repository}${reference}` },
});

describe("the ARM client", () => {
  it("gets and lists the registries that the caller may read", async () => {
    const client = await armAs("sp-importer-alone");
    const registry = await client.registries.get(group, "onestreamstaging");
    expect([registry.loginServer, registry.sku?.name, registry.provisioningState]).toEqual([
      test.sandbox.hosts.hostOf("onestreamstaging"),
      "Premium",
      "Succeeded",
    ]);
    const names: (string | undefined)[] = [];
    for await (const { name } of client.registries.list()) names.push(name);
    expect(names).toEqual(["onestreamstaging"]);
    await expect(client.registries.get(group, "onestreamdev")).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailed",
    });
  });

  it("is shown the role assignments at, above and below a scope", async () => {
    const { token } = await (
      await credentialOf("administrator")
    ).getToken("https://management.azure.com/.default");
    const scope = registryId("onestreamdev");
    const url = `${test.sandbox.endpoint}${scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
    const { json } = await get(url, { authorization: `Bearer ${token}` });
    const { value } = json as { value: { id: string }[] };
    expect(value.map(({ id }) => id)).toEqual(
      test.sandbox.manager
        .all("Microsoft.Authorization/roleAssignments")
        .map(({ id }) => id)
        .filter((id) => scope.startsWith(id.split("/providers/Microsoft.Authorization/")[0])),
    );
    expect(value.length).toBeGreaterThan(3);
  });

  it("imports by digest, then tags within the registry", async () => {
    const client = await armAs("sp-onestream-staging-pipeline");
    await importImage(client, { ...fromDev(`@${digest}`), untaggedTargetRepositories: [repository] });
    const store = test.sandbox.registries.store("onestreamstaging")!;
    expect([store.tags(repository), store.manifests(repository).map((manifest) => manifest.digest)]).toEqual([
      [],
      [digest],
    ]);
    const source = { resourceId: registryId("onestreamstaging"), sourceImage: `${repository}@${digest}` };
    const targetTags = [`${repository}:1.2.3-staging`];
    await importImage(client, { source, targetTags });
    expect(store.manifest(repository, "1.2.3-staging").record.digest).toBe(digest);
    await expect(importImage(client, { source, targetTags })).rejects.toMatchObject({
      statusCode: 409,
      code: "Conflict",
    });
    await importImage(client, { source, targetTags, mode: "Force" });
  });

  it("tags a digest `latest` when the target names no tag, as Azure does", async () => {
    const client = await armAs("sp-onestream-staging-pipeline");
    await importImage(client, { ...fromDev(`@${digest}`), targetTags: ["copied/auth-service"] });
    expect(
      test.sandbox.registries.store("onestreamstaging")!.tagsOfManifest("copied/auth-service", digest),
    ).toEqual(["latest"]);
  });

  it("is told when the image is not there", async () => {
    const absent = `sha256:${"0".repeat(64)}`;
    const client = await armAs("sp-onestream-staging-pipeline");
    await expect(
      importImage(client, { ...fromDev(`@${absent}`), untaggedTargetRepositories: [repository] }),
    ).rejects.toMatchObject({ statusCode: 404, code: "ManifestNotFound" });
  });

  it("can't import from a registry that the caller can't read, nor without the right to import", async () => {
    const alone = await armAs("sp-importer-alone");
    await expect(
      importImage(alone, { ...fromDev(`@${digest}`), untaggedTargetRepositories: [repository] }),
    ).rejects.toMatchObject({ statusCode: 403, code: "LinkedAuthorizationFailed" });
    addIdentity(test.sandbox, "sp-nobody");
    const { objectId } = await test.sandbox.sessions.open("sp-nobody");
    const nobody = await armAs("sp-nobody");
    await expect(
      importImage(nobody, { ...fromDev(`@${digest}`), untaggedTargetRepositories: [repository] }),
    ).rejects.toThrow(
      `The client 'sp-nobody' with object id '${objectId}' does not have authorization to perform action 'Microsoft.ContainerRegistry/registries/importImage/action' over scope '${registryId("onestreamstaging")}'.`,
    );
  });

  it("can't import what the caller may see but not pull", async () => {
    const reader = addIdentity(test.sandbox, "sp-reads-no-content").objectId;
    await grant(reader, registryId("onestreamstaging"), customGuid("importer"));
    await grant(reader, registryId("onestreamdev"), customGuid("importer"));
    await expect(
      importImage(await armAs("sp-reads-no-content"), {
        ...fromDev(`@${digest}`),
        untaggedTargetRepositories: [repository],
      }),
    ).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" });
  });

  it("reaches no registry outside the sandbox", async () => {
    const client = await armAs("sp-onestream-staging-pipeline");
    const source = { registryUri: "docker.io", sourceImage: "library/alpine:3" };
    await expect(importImage(client, { source, targetTags: ["alpine:3"] })).rejects.toThrow(
      "The source registry 'docker.io' can't be reached.",
    );
  });

  it("makes passwords for a registry's token, which then pulls what its scope map says", async () => {
    const registry = registryId("onestreamdev");
    const { manager } = test.sandbox;
    await manager.put(test.administrator, `${registry}/scopeMaps/readers`, {
      properties: {
        actions: [`repositories/${repository}/content/read`, `repositories/${repository}/metadata/read`],
      },
    });
    await manager.put(test.administrator, `${registry}/tokens/release`, {
      properties: { scopeMapId: `${registry}/scopeMaps/readers`, status: "enabled" },
    });
    const client = await armAs("administrator");
    const made = await client.registries.generateCredentials(group, "onestreamdev", {
      tokenId: `${registry}/tokens/release`,
      name: "password1",
    });
    const [password] = made.passwords!;
    const ask = (secret: string, name = repository) =>
      get(`https://${test.sandbox.hosts.hostOf("onestreamdev")}/v2/${name}/manifests/${digest}`, {
        authorization: `Basic ${Buffer.from(`release:${secret}`).toString("base64")}`,
      });
    expect([(await ask(password.value!)).status, (await ask("wrong")).status]).toEqual([200, 401]);
    await manager.put(test.administrator, `${registry}/tokens/release`, {
      properties: { scopeMapId: `${registry}/scopeMaps/readers`, status: "disabled" },
    });
    expect((await ask(password.value!)).status).toBe(401);
  });
});

describe("the registry client", () => {
  it("lists tags as who may, and is refused with a reason as who may not", async () => {
    const endpoint = `https://${test.sandbox.hosts.hostOf("onestreamdev")}`;
    const tagsAs = async (name: string): Promise<string[]> => {
      const client = new ContainerRegistryClient(endpoint, await credentialOf(name), transport());
      const names: string[] = [];
      for await (const { name: tag } of client.getArtifact(repository, digest).listTagProperties())
        names.push(tag);
      return names;
    };
    expect(await tagsAs("sp-onestream-staging-pipeline")).toEqual(["1.2.3"]);
    await expect(tagsAs("sp-importer-alone")).rejects.toMatchObject({ statusCode: 401 });
  });
});

async function get(
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number; json: unknown }> {
  const { request } = await import("node:https");
  return new Promise((resolve, reject) => {
    const options = {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json", ...headers },
      ca: test.authority.certificate,
      agent: false,
    };
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode!,
          json: JSON.parse(Buffer.concat(chunks).toString("utf8") || "null"),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
