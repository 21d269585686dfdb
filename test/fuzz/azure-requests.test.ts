import { Agent, request } from "node:https";
import * as fc from "fast-check";
import { roleGuids } from "../../model/access/roles";
import { tenantId } from "../../sandbox/places";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../sandbox/support";
import { sampleImage } from "../../sandbox/registry";
import { mutated, oddText } from "./hostile";
import { runs } from "./runs";

let world: TestSandbox;
let agent: Agent;
const tokens: Record<string, string> = {};
const registry = registryId("onestreamdev");

beforeAll(async () => {
  world = await openTestSandbox(["onestreamdev"]);
  await addRegistry(world, "onestreamdev");
  addIdentity(world.sandbox, "sp-onestream-dev-pipeline");
  const map = `${registry}/scopeMaps/readers`;
  const { manager } = world.sandbox;
  await manager.put(world.administrator, map, { properties: { actions: ["repositories/*/content/read"] } });
  await manager.put(world.administrator, `${registry}/tokens/reader`, { properties: { scopeMapId: map } });
  await manager.put(world.administrator, assignmentId(registry, 1), {
    properties: {
      principalId: world.administrator.objectId,
      principalType: "User",
      roleDefinitionId: roleId(roleGuids.repositoryReader),
    },
  });
  const store = world.sandbox.registries.store("onestreamdev")!;
  const image = sampleImage({
    service: "a",
    version: "1",
    revision: "0",
    source: "b",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob("iam/auth-service", blob);
  store.putManifest("iam/auth-service", "1.0.0", image.manifest);
  agent = new Agent({ keepAlive: true, ca: world.authority.certificate });
  for (const audience of [
    "https://management.azure.com",
    "https://graph.microsoft.com",
    "https://vault.azure.net",
  ]) {
    const { clientId, assertion } = await world.sandbox.sessions.open("administrator");
    tokens[audience] = (
      await world.sandbox.tokens.exchange(clientId, assertion, `${audience}/.default`)
    ).token;
  }
});
afterAll(async () => {
  agent.destroy();
  await world.close();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly bearer?: string;
}

function send({
  method,
  path,
  body = "",
  type = "application/json",
  bearer,
}: Sent): Promise<{ status: number; text: string }> {
  const audience = path.startsWith("/graph")
    ? "https://graph.microsoft.com"
    : path.startsWith("/keyvault")
      ? "https://vault.azure.net"
      : "https://management.azure.com";
  const headers = {
    authorization: `Bearer ${bearer ?? tokens[audience]}`,
    "x-sandbox-key": "test-control-key",
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(world.sandbox.endpoint, { agent, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Every request has an answer of its plane, and the next one too. */
async function requireAnswer(sent: Sent): Promise<void> {
  const { status, text } = await send(sent);
  if (status >= 500) throw new Error(`${status} ${text}`);
  expect(text).not.toMatch(/\n\s+at |node:internal/);
  if (text !== "") JSON.parse(text);
  const alive = await send({
    method: "GET",
    path: `${subscription}/providers/Microsoft.Authorization/roleAssignments`,
  });
  expect(alive.status).toBe(200);
}

const bodies: [method: string, path: string, body: unknown][] = [
  [
    "POST",
    `${registry}/importImage`,
    {
      source: {
        resourceId: registry,
        sourceImage: "iam/auth-service:1.0.0",
        credentials: { username: "a", password: "b" },
      },
      targetTags: ["iam/auth-service:1.0.1"],
      untaggedTargetRepositories: ["iam/auth-service"],
      mode: "Force",
    },
  ],
  [
    "POST",
    `${registry}/importImage`,
    {
      source: { registryUri: "localhost:1", sourceImage: "a:1", credentials: { password: "b" } },
      targetTags: ["a"],
    },
  ],
  [
    "POST",
    `${registry}/generateCredentials`,
    { tokenId: `${registry}/tokens/reader`, expiry: "2027-01-01T00:00:00Z", name: "password1" },
  ],
  [
    "PUT",
    `${subscription}/resourceGroups/onestream-qa-rg`,
    { location: "eastus2", tags: { a: "b" }, properties: null },
  ],
  [
    "PATCH",
    registry,
    { tags: { a: "b" }, properties: { adminUserEnabled: false }, sku: { name: "Premium" } },
  ],
  [
    "POST",
    "/graph/v1.0/directoryObjects/getByIds",
    { ids: ["00000000-0000-4000-8000-000000000000"], types: ["user"] },
  ],
  [
    "POST",
    "/graph/v1.0/groups/x/members/$ref",
    { "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/x" },
  ],
  [
    "POST",
    "/graph/v1.0/applications/x/federatedIdentityCredentials",
    { name: "a", issuer: "b", subject: "c", audiences: ["api://AzureADTokenExchange"] },
  ],
  ["POST", "/keyvault/onestream-signing-kv/keys/cosign/1/sign", { alg: "ES256", value: "AAAA" }],
  ["POST", "/sandbox/sessions", { as: "administrator" }],
];

test("whatever a body says, it has an answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .constantFrom(...bodies)
        .chain(([method, path, body]) => fc.tuple(fc.constant({ method, path }), mutated(body))),
      ([where, body]) => requireAnswer({ ...where, body: JSON.stringify(body) }),
    ),
    runs(100),
  );
});

test("whatever bytes a body has, it has an answer", async () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.constantFrom(...bodies).map(([, , body]) => JSON.stringify(body).slice(0, -5)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies), bytes, ([method, path], body) =>
      requireAnswer({ method, path, body }),
    ),
    runs(60),
  );
});

const segment = fc.oneof(
  oddText.map(encodeSafely),
  fc.constantFrom(
    "subscriptions",
    subscription.split("/")[2],
    "resourceGroups",
    "providers",
    "Microsoft.ContainerRegistry",
    "registries",
    "onestreamdev",
    "importImage",
    "graph",
    "v1.0",
    "groups",
    "members",
    "applications(appId='x')",
    "keyvault",
    "keys",
    "sign",
    tenantId,
    "oauth2",
    "v2.0",
    "token",
    ".well-known",
    "metadata",
    "endpoints",
    "resources",
    "..",
    "%2e%2e",
    "%2F",
    "",
  ),
);
const starts = [
  "",
  subscription,
  `${subscription}/resourceGroups/onestream-dev-rg/providers/Microsoft.ContainerRegistry`,
  registry,
  "/graph/v1.0",
  "/keyvault/onestream-signing-kv",
  `/${tenantId}`,
];
const query = fc.oneof(
  fc.constant(""),
  fc
    .tuple(fc.constantFrom("$filter", "$skiptoken", "$top", "$select", "api-version", "__proto__"), oddText)
    .map(([name, value]) => `?${name}=${encodeSafely(value)}`),
);

// A lone surrogate has no encoding.
function encodeSafely(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")).slice(0, 6000);
}

test("whatever a path says, it has an answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"),
      fc.constantFrom(...starts),
      fc.array(segment, { maxLength: 6 }),
      query,
      async (method, start, parts, asked) => {
        const path = `${start}/${parts.join("/")}${asked}`;
        // The sandbox would do as it is told.
        fc.pre(
          !/\/sandbox\/(?:stop|reset)/.test(path) && !(method === "DELETE" && !/importImage/.test(path)),
        );
        await requireAnswer({ method, path, body: method === "PUT" || method === "POST" ? "{}" : "" });
      },
    ),
    runs(150),
  );
});

const clause = fc
  .tuple(
    fc.constantFrom(
      "principalId",
      "type",
      "roleName",
      "resourceType",
      "displayName",
      "appId",
      "name",
      "__proto__",
    ),
    fc.constantFrom("eq", "ne", "startswith", "gt", ""),
    oddText,
  )
  .map(([name, operator, value]) => `${name} ${operator} '${value}'`);
const filter = fc.oneof(
  clause,
  oddText,
  fc.array(clause, { maxLength: 50 }).map((clauses) => clauses.join(" and ")),
  clause.map((inner) => `${"(".repeat(3000)}${inner}`),
  clause.map((inner) => `not ${inner} or atScope() and assignedTo('${inner}')`),
);
const lists = [
  `${subscription}/providers/Microsoft.Authorization/roleAssignments`,
  `${registry}/providers/Microsoft.Authorization/roleDefinitions`,
  `${subscription}/resources`,
  "/graph/v1.0/servicePrincipals",
  "/graph/v1.0/groups",
];

test("whatever a filter says, it has an answer", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lists), filter, (path, text) =>
      requireAnswer({ method: "GET", path: `${path}?$filter=${encodeSafely(text)}` }),
    ),
    runs(100),
  );
});

test("whatever is signed in with, it has an answer", async () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");
  const claims = mutated({
    iss: "https://token.actions.githubusercontent.com",
    sub: "repo:a/b",
    aud: "api://x",
    exp: 1,
  });
  const assertion = fc.oneof(
    oddText,
    claims.map((body) => `${part({ alg: "RS256", kid: "1" })}.${part(body)}.AAAA`),
    claims.map((body) => `${part({ alg: "none" })}.${part(body)}.`),
  );
  const application = world.sandbox.directory.all("application").at(-1)!;
  await fc.assert(
    fc.asyncProperty(assertion, oddText, fc.boolean(), async (text, scope, own) => {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: own ? application.appId : scope,
        client_assertion: text,
        scope: own ? "https://management.azure.com/.default" : scope,
      }).toString();
      const path = `/${tenantId}/oauth2/v2.0/token`;
      const { status, text: answer } = await send({
        method: "POST",
        path,
        body: form,
        type: "application/x-www-form-urlencoded",
      });
      expect([400, 401]).toContain(status);
      expect(Object.keys(JSON.parse(answer) as object)).toEqual([
        "error",
        "error_description",
        "error_codes",
      ]);
      const bearer = text.replace(/[^\x21-\x7e]/g, "x") || "x";
      expect((await send({ method: "GET", path: "/graph/v1.0/users", bearer })).status).toBe(401);
    }),
    runs(60),
  );
});
