import { request } from "node:https";
import { roleGuids } from "../../../model/access/roles";
import {
  addIdentity,
  addRegistry,
  openTestSandbox,
  registryId,
  roleId,
  type TestSandbox,
  groupId,
} from "../support";

let test: TestSandbox;
const registry = registryId("onestreamdev");
const assignments = `${registry}/providers/Microsoft.Authorization/roleAssignments`;
const byHand = `${assignments}/99999999-9999-4999-8999-999999999999?api-version=2022-04-01`;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev"]);
  await addRegistry(test, "onestreamdev");
  for (const name of ["sp-onestream-drift", "sp-stranger"]) addIdentity(test.sandbox, name);
});
afterAll(() => test.close());

interface Answer {
  readonly status: number;
  readonly body: { value?: { id: string }[]; nextLink?: string; error?: { code: string } } & Record<
    string,
    unknown
  >;
}

async function call(as: string, method: string, path: string, body?: object): Promise<Answer> {
  const { sessions, tokens, endpoint } = test.sandbox;
  const { clientId, assertion } = await sessions.open(as);
  const audience = path.startsWith("/graph/")
    ? "https://graph.microsoft.com"
    : "https://management.azure.com";
  const { token } = await tokens.exchange(clientId, assertion, `${audience}/.default`);
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const options = { method, ca: test.authority.certificate, headers };
    const sent = request(endpoint + path, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        done({ status: response.statusCode!, body: text === "" ? {} : (JSON.parse(text) as Answer["body"]) }),
      );
    });
    sent.on("error", failed);
    sent.end(body && JSON.stringify(body));
  });
}

const objectIdOf = (name: string): string =>
  test.sandbox.directory.principals().find((principal) => principal.name === name)!.id;

it("lets an administrator assign, change and remove by hand, and tells others 403 before anything else", async () => {
  const body = {
    properties: {
      principalId: objectIdOf("sp-stranger"),
      roleDefinitionId: roleId(roleGuids.repositoryWriter),
      condition: null,
    },
  };
  const patch = { properties: { adminUserEnabled: true } };
  for (const [method, path, sent] of [
    ["PUT", byHand, body],
    ["PATCH", `${registry}?api-version=2025-11-01`, patch],
    ["PATCH", `${registry}9?api-version=2025-11-01`, patch],
    ["DELETE", `${registry}?api-version=2025-11-01`, undefined],
  ] as const) {
    const { status, body: answer } = await call("sp-stranger", method, path, sent);
    expect([method, status, answer.error?.code]).toEqual([method, 403, "AuthorizationFailed"]);
  }
  expect((await call("administrator", "PUT", byHand, body)).status).toBe(201);
  expect((await call("administrator", "PUT", byHand, body)).status).toBe(200);
  const changed = await call("administrator", "PATCH", `${registry}?api-version=2025-11-01`, patch);
  expect(changed).toMatchObject({
    status: 200,
    body: {
      location: "eastus2",
      properties: { adminUserEnabled: true, roleAssignmentMode: "AbacRepositoryPermissions" },
    },
  });
  expect((await call("administrator", "DELETE", byHand)).status).toBe(200);
  expect((await call("administrator", "DELETE", byHand)).status).toBe(204);
});

it("lists roles with the built-in ones, page by page, and only to readers", async () => {
  const path = `${groupId}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01`;
  const first = await call("administrator", "GET", path);
  expect(first.body.value).toHaveLength(20);
  const second = await call("administrator", "GET", first.body.nextLink!.slice(test.sandbox.endpoint.length));
  expect(second.body.value![0].id).not.toBe(first.body.value![0].id);
  const custom = await call("administrator", "GET", `${path}&$filter=type%20eq%20'CustomRole'`);
  expect(custom.body.value!.map(({ id }) => id)).toHaveLength(1);
  expect(await call("sp-stranger", "GET", path)).toMatchObject({ status: 403 });
});

it("lists what stands at a scope and above it, and what it doesn't know as nothing", async () => {
  const { value } = (await call("administrator", "GET", `${assignments}?$filter=atScope()`)).body;
  expect(value!.every(({ id }) => /^\/subscriptions\/[^/]+\/providers\//.test(id))).toBe(true);
  const eligible = `${groupId}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances`;
  expect((await call("administrator", "GET", eligible)).body).toEqual({ value: [] });
  const missing = `${groupId.replace("-dev-", "-qa-")}/providers/Microsoft.KeyVault/vaults`;
  expect(await call("administrator", "GET", missing)).toMatchObject({ status: 404 });
});

it("shows the directory to those who run the tool, and to nobody else", async () => {
  const named = await call("sp-onestream-drift", "POST", "/graph/v1.0/directoryObjects/getByIds", {
    ids: [objectIdOf("sp-stranger")],
  });
  expect(named.body.value).toMatchObject([{ displayName: "sp-stranger" }]);
  expect(await call("sp-stranger", "GET", "/graph/v1.0/groups")).toMatchObject({
    status: 403,
    body: { error: { code: "Authorization_RequestDenied" } },
  });
});

it("lets an administrator put a member into a group and a credential on an application, and the reader see it", async () => {
  const group = test.sandbox.directory.addGroup("iam_team", {}).id;
  const application = test.sandbox.directory
    .all("application")
    .find((one) => one.displayName === "sp-stranger")!;
  const member = {
    "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${objectIdOf("sp-stranger")}`,
  };
  const members = `/graph/v1.0/groups/${group}/members/$ref`;
  expect((await call("sp-onestream-drift", "POST", members, member)).status).toBe(403);
  expect((await call("administrator", "POST", members, member)).status).toBe(204);
  const credentials = `/graph/v1.0/applications/${application.id}/federatedIdentityCredentials`;
  const credential = {
    name: "by-hand",
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:evil/evil:environment:x",
    audiences: ["api://AzureADTokenExchange"],
  };
  expect((await call("administrator", "POST", credentials, credential)).status).toBe(201);
  const cast = `/graph/v1.0/groups/${group}/transitiveMembers/microsoft.graph.servicePrincipal`;
  expect((await call("sp-onestream-drift", "GET", cast)).body.value).toMatchObject([
    { displayName: "sp-stranger" },
  ]);
  expect((await call("sp-onestream-drift", "GET", credentials)).body.value).toHaveLength(2);
  expect((await call("sp-onestream-drift", "DELETE", `${credentials}/by-hand`)).status).toBe(403);
  expect((await call("administrator", "DELETE", `${credentials}/by-hand`)).status).toBe(204);
  expect((await call("administrator", "DELETE", `${credentials}/by-hand`)).status).toBe(404);
  expect((await call("sp-onestream-drift", "GET", credentials)).body.value).toHaveLength(1);
  const owners = `/graph/v1.0/applications/${application.id}/owners`;
  expect((await call("sp-onestream-drift", "GET", owners)).body.value).toMatchObject([
    { displayName: "sp-onestream-platform" },
  ]);
});

it("tells a stranger 403 of an action that the sandbox does not offer, and only who may do it 405", async () => {
  const list = `${registry}/listCredentials?api-version=2025-11-01`;
  const answers = [await call("sp-stranger", "POST", list), await call("administrator", "POST", list)];
  expect(answers.map(({ status, body }) => [status, body.error?.code])).toEqual([
    [403, "AuthorizationFailed"],
    [405, "MethodNotAllowed"],
  ]);
});
