import { request } from "node:https";
import { roleGuids } from "../../../model/access/roles";
import { tenantId } from "../../../sandbox/places";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";

let test: TestSandbox;
let reader: string;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev", "onestreamprod"]);
  await addRegistry(test, "onestreamdev");
  await addRegistry(test, "onestreamprod");
  reader = addIdentity(test.sandbox, "sp-reader").objectId;
  addIdentity(test.sandbox, "sp-onestream-drift");
  await test.sandbox.manager.put(test.administrator, assignmentId(registryId("onestreamdev"), 1), {
    properties: {
      principalId: reader,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleId(roleGuids.reader),
    },
  });
});
afterAll(() => test.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & {
    readonly value: Record<string, unknown>[];
    readonly error?: { readonly code: string };
  };
}

async function get(path: string, as?: string): Promise<Answer> {
  const { endpoint } = test.sandbox;
  const headers = as === undefined ? {} : { authorization: `Bearer ${await tokenOf(as, path)}` };
  return new Promise((done, failed) => {
    const sent = request(endpoint + path, { ca: test.authority.certificate, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        done({ status: response.statusCode!, body: JSON.parse(text) as Answer["body"] }),
      );
    });
    sent.on("error", failed);
    sent.end();
  });
}

async function tokenOf(as: string, path: string): Promise<string> {
  const { sessions, tokens } = test.sandbox;
  const { clientId, assertion } = await sessions.open(as);
  const audience = path.startsWith("/graph/")
    ? "https://graph.microsoft.com"
    : "https://management.azure.com";
  return (await tokens.exchange(clientId, assertion, `${audience}/.default`)).token;
}

const query = (filter: string): string => `?api-version=2024-03-01&$filter=${encodeURIComponent(filter)}`;
const ofRegistries = query("resourceType eq 'Microsoft.ContainerRegistry/registries'");
const namesIn = ({ body }: Answer): unknown[] => body.value.map(({ name }) => name);

it("says what the cloud is made of to whoever asks", async () => {
  const { endpoint } = test.sandbox;
  const { status, body } = await get("/metadata/endpoints?api-version=2022-09-01");
  expect(status).toBe(200);
  expect(body).toMatchObject({
    resourceManager: endpoint,
    authentication: { loginEndpoint: endpoint, tenant: tenantId },
    microsoftGraphResourceId: `${endpoint}/graph`,
    suffixes: { acrLoginServer: "", keyVaultDns: "" },
  });
});

describe("resources of every type", () => {
  it("are listed over the subscription to each who may read them, without their properties", async () => {
    expect(namesIn(await get(`${subscription}/resources${ofRegistries}`, "administrator"))).toEqual([
      "onestreamdev",
      "onestreamprod",
    ]);
    const seen = await get(`${subscription}/resources${ofRegistries}`, "sp-reader");
    expect(seen.body.value).toEqual([
      {
        id: registryId("onestreamdev"),
        name: "onestreamdev",
        type: "Microsoft.ContainerRegistry/registries",
        location: "eastus2",
        sku: { name: "Premium", tier: "Premium" },
      },
    ]);
    expect(namesIn(await get(`${subscription}/resources${ofRegistries}`, "sp-onestream-drift"))).toEqual([]);
  });

  it("leave out groups, and what says something about a resource", async () => {
    const all = await get(`${subscription}/resources?api-version=2024-03-01`, "administrator");
    expect(namesIn(all)).toEqual(["onestreamdev", "onestreamprod"]);
  });

  it("have groups, which are listed to each who may read them", async () => {
    const groups = `${subscription}/resourceGroups?api-version=2024-03-01`;
    expect(namesIn(await get(groups, "administrator"))).toEqual(["onestream-dev-rg"]);
    expect(namesIn(await get(groups, "sp-onestream-drift"))).toEqual([]);
  });

  it("are found by name and in a group", async () => {
    const named = `${groupId}/resources${query("name eq 'onestreamprod'")}`;
    expect(namesIn(await get(named, "administrator"))).toEqual(["onestreamprod"]);
  });

  it("are refused in a group that one may not read, in one that is none, and for a filter that is not understood", async () => {
    expect(await get(`${groupId}/resources${ofRegistries}`, "sp-reader")).toMatchObject({
      status: 403,
      body: { error: { code: "AuthorizationFailed" } },
    });
    expect(await get(`${subscription}/resourceGroups/none/resources`, "administrator")).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceGroupNotFound" } },
    });
    const odd = query("substringof('one', name)");
    expect(await get(`${subscription}/resources${odd}`, "administrator")).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidFilterInQueryString" } },
    });
  });
});

describe("by their tags", () => {
  const filter = (value: string) => query(`tagName eq 'Release' and tagValue eq '${value}'`);
  beforeAll(async () => {
    const { manager } = test.sandbox;
    const body = { location: "eastus2", properties: {}, tags: { release: "v0.0.1" } };
    await manager.put(test.administrator, `${subscription}/resourceGroups/tests`, body);
    const disk = `${subscription}/resourceGroups/tests/providers/Microsoft.Compute/disks/data`;
    await manager.put(test.administrator, disk, {
      ...body,
      properties: { creationData: { createOption: "Empty" } },
    });
  });
  afterAll(() => test.sandbox.manager.delete(test.administrator, `${subscription}/resourceGroups/tests`));

  it("resources are found, and their tags are left out", async () => {
    const found = await get(`${subscription}/resources${filter("V0.0.1")}`, "administrator");
    expect(namesIn(found)).toEqual(["data"]);
    expect((found.body.value as object[])[0]).not.toHaveProperty("tags");
    expect(namesIn(await get(`${subscription}/resources${filter("v0.0")}`, "administrator"))).toEqual([]);
  });

  it("groups are found, with their tags", async () => {
    const found = await get(`${subscription}/resourceGroups${filter("v0.0.1")}`, "administrator");
    expect(found.body.value).toMatchObject([{ name: "tests", tags: { release: "v0.0.1" } }]);
    const odd = query("name eq 'tests'");
    expect(await get(`${subscription}/resourceGroups${odd}`, "administrator")).toMatchObject({ status: 400 });
  });
});

describe("roles and assignments", () => {
  const definitions = `${groupId}/providers/Microsoft.Authorization/roleDefinitions`;
  const assignments = `${subscription}/providers/Microsoft.Authorization/roleAssignments`;

  it("finds a role by its name", async () => {
    const { body } = await get(definitions + query("roleName eq 'AcrPull'"), "administrator");
    expect(body.value.map(({ properties }) => (properties as { roleName: string }).roleName)).toEqual([
      "AcrPull",
    ]);
    expect((await get(definitions + query("roleName ne 'AcrPull'"), "administrator")).status).toBe(400);
  });

  it("lists what a principal is assigned, its groups' with it", async () => {
    const { directory } = test.sandbox;
    const [inner, outer] = [directory.addGroup("inner", {}), directory.addGroup("outer", {})];
    directory.addMember(inner.id, reader);
    directory.addMember(outer.id, inner.id);
    const id = assignmentId(groupId, 2);
    await test.sandbox.manager.put(test.administrator, id, {
      properties: {
        principalId: outer.id,
        principalType: "Group",
        roleDefinitionId: roleId(roleGuids.reader),
      },
    });
    const held = async (filter: string) =>
      (await get(assignments + query(filter), "administrator")).body.value.map(({ id }) => id).sort();
    expect(await held(`principalId eq '${reader}'`)).toEqual([assignmentId(registryId("onestreamdev"), 1)]);
    expect(await held(`assignedTo('${reader}')`)).toEqual(
      [id, assignmentId(registryId("onestreamdev"), 1)].sort(),
    );
  });
});

describe("Graph", () => {
  it("finds a service principal by its client id, and refuses a filter that it does not understand", async () => {
    const { appId } = test.sandbox.directory.find("servicePrincipal", reader)!;
    const principals = "/graph/v1.0/servicePrincipals";
    const found = await get(
      principals + query(`servicePrincipalNames/any(c:c eq '${appId}')`),
      "administrator",
    );
    expect(found.body.value.map(({ displayName }) => displayName)).toEqual(["sp-reader"]);
    expect(await get(principals + query(`appId ne '${appId}'`), "administrator")).toMatchObject({
      status: 400,
      body: { error: { code: "Request_UnsupportedQuery" } },
    });
  });
});
