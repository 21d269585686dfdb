import { roleGuids } from "../../../model/access/roles";
import { tenantId } from "../../../sandbox/places";
import {
  addRegistry,
  assignmentId,
  groupId,
  openTestSandbox,
  registryId,
  roleId,
  subscription,
  type TestSandbox,
} from "../support";
import { requestText, sendRaw, type Address, type RawAnswer } from "./raw-socket";

let world: TestSandbox;
let vaultUri: URL;
const written: string[] = [];

beforeAll(async () => {
  world = await openTestSandbox(["onestreamdev"]);
  const registry = await addRegistry(world, "onestreamdev");
  const { manager } = world.sandbox;
  let assignments = 0;
  const assign = (scope: string, guid: string) =>
    manager.put(world.administrator, assignmentId(scope, ++assignments), {
      properties: {
        principalId: world.administrator.objectId,
        principalType: "User",
        roleDefinitionId: roleId(guid),
      },
    });
  await assign(registry, roleGuids.repositoryContributor);
  const vault = `${groupId}/providers/Microsoft.KeyVault/vaults/onestream-signing-kv`;
  await manager.put(world.administrator, vault, {
    location: "eastus2",
    properties: { tenantId, sku: { family: "A", name: "premium" }, enableRbacAuthorization: true },
  });
  const key = { kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] };
  const { properties } = await manager.put(world.administrator, `${vault}/keys/cosign`, { properties: key });
  vaultUri = new URL(String(properties.keyUriWithVersion));
  pathOf.vault = `${vaultUri.pathname}/sign`;
  await assign(vault, roleGuids.cryptoUser);
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
  }
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.close();
});
afterEach(() => expect(written).toEqual([]));

type Plane = "arm" | "graph" | "vault" | "entra" | "control" | "registry";

const pathOf: Record<Plane, string> = {
  arm: `${subscription}/resourceGroups/onestream-qa-rg`,
  graph: "/graph/v1.0/directoryObjects/getByIds",
  vault: "(known once there is a key)",
  entra: `/${tenantId}/oauth2/v2.0/token`,
  control: "/sandbox/sessions",
  registry: "/v2/iam/auth-service/manifests/1.0.0",
};
const methodOf: Record<Plane, string> = {
  arm: "PUT",
  graph: "POST",
  vault: "POST",
  entra: "POST",
  control: "POST",
  registry: "PUT",
};

function addressOf(plane: Plane): Address {
  const { endpoint, hosts } = world.sandbox;
  const url = plane === "vault" ? vaultUri : new URL(endpoint);
  const port = plane === "registry" ? hosts.portOf("onestreamdev") : Number(url.port);
  return { port, ca: world.authority.certificate };
}

/** The headers with which the owner of everything is let in. */
async function credentials(plane: Plane): Promise<string[]> {
  if (plane === "control") return ["X-Sandbox-Key: test-control-key"];
  if (plane === "entra") return [];
  const audience = {
    arm: "https://management.azure.com",
    graph: "https://graph.microsoft.com",
    vault: "https://vault.azure.net",
    registry: "https://containerregistry.azure.net",
  }[plane];
  const { clientId, assertion } = await world.sandbox.sessions.open("administrator");
  const { token } = await world.sandbox.tokens.exchange(clientId, assertion, `${audience}/.default`);
  if (plane !== "registry") return [`Authorization: Bearer ${token}`];
  const form = new URLSearchParams({ grant_type: "access_token", access_token: token }).toString();
  const request = requestText("POST /oauth2/exchange HTTP/1.1", [], form);
  const { refresh_token } = JSON.parse((await sendRaw(addressOf(plane), request)).body) as {
    refresh_token: string;
  };
  const basic = Buffer.from(`00000000-0000-0000-0000-000000000000:${refresh_token}`).toString("base64");
  return [`Authorization: Basic ${basic}`];
}

interface Sent {
  readonly plane: Plane;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly anonymous?: boolean;
}

async function send({ plane, method, path, headers = [], body = "", anonymous }: Sent): Promise<RawAnswer> {
  const own = anonymous ? [] : await credentials(plane);
  const length = headers.some((header) => /^(content-length|transfer-encoding):/i.test(header))
    ? []
    : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = requestText(`${method ?? methodOf[plane]} ${path ?? pathOf[plane]} HTTP/1.1`, [
    ...own,
    ...headers,
    ...length,
  ]);
  const answer = await sendRaw(addressOf(plane), head, body);
  expect(answer.body).not.toMatch(/\n\s+at |node:internal|\.ts\b/);
  return answer;
}

const said = ({ status, body }: RawAnswer): unknown[] => [status, JSON.parse(body)];
const azure = (code: string, message: string) => ({ error: { code, message } });
const json = "Content-Type: application/json";
const manifestType = "Content-Type: application/vnd.oci.image.manifest.v1+json";

describe("a body that is too large is refused with 413 in the words of its plane", () => {
  const tooLarge = (limit: number) => `The request content size exceeds the maximum size of ${limit} bytes.`;
  const manifest = {
    errors: [{ code: "SIZE_INVALID", message: "a manifest may have 4194304 bytes at most" }],
  };
  const cases: [Plane, string[], unknown][] = [
    ["arm", [json], azure("RequestContentTooLarge", tooLarge(4194304))],
    ["graph", [json], azure("RequestEntityTooLarge", tooLarge(4194304))],
    ["vault", [json], azure("RequestContentTooLarge", tooLarge(4194304))],
    ["control", [json], { error: { what: tooLarge(4194304), exitCode: 2 } }],
    ["entra", [], { error: "invalid_request", error_description: tooLarge(65536), error_codes: [] }],
    ["registry", [manifestType], manifest],
  ];

  test.each(cases)("%s, before it is sent", async (plane, headers, expected) => {
    const sent = { plane, headers: [...headers, "Content-Length: 4194305"] };
    expect(said(await send(sent))).toEqual([413, expected]);
  });

  test.each(cases)("%s, while it comes in chunks", async (plane, headers, expected) => {
    const chunk = `80000\r\n${" ".repeat(0x80000)}\r\n`;
    const body = `${chunk.repeat(9)}0\r\n\r\n`;
    const sent = { plane, headers: [...headers, "Transfer-Encoding: chunked"], body };
    expect(said(await send(sent))).toEqual([413, expected]);
  });

  test("a registry's form", async () => {
    const headers = ["Content-Length: 65537"];
    expect(said(await send({ plane: "registry", method: "POST", path: "/oauth2/token", headers }))).toEqual([
      413,
      { errors: [{ code: "SIZE_INVALID", message: "a form may have 65536 bytes at most" }] },
    ]);
  });

  test("a layer, in one piece and as the next chunk of an upload", async () => {
    const layer = { errors: [{ code: "SIZE_INVALID", message: "a blob may have 8589934592 bytes at most" }] };
    const begin = { plane: "registry", method: "POST", path: "/v2/iam/auth-service/blobs/uploads/" } as const;
    const all = await send({ ...begin, headers: [`Content-Length: ${8 * 1024 ** 3 + 1}`] });
    expect(said(all)).toEqual([413, layer]);
    const { location: path } = (await send(begin)).headers;
    await send({ plane: "registry", method: "PATCH", path, body: "12345" });
    const next = await send({
      plane: "registry",
      method: "PATCH",
      path,
      headers: [`Content-Length: ${8 * 1024 ** 3 - 4}`],
    });
    expect(said(next)).toEqual([413, layer]);
    const { headers } = await send({ plane: "registry", method: "GET", path });
    expect(headers.range).toBe("0-4");
  });
});

describe("a body that is no JSON object is refused with 400 in the words of its plane", () => {
  const invalid = (why: string) => `The request content was invalid and could not be deserialized: ${why}.`;
  const bodies: [string, string | Buffer, string][] = [
    ["a word", "tags", "it is not JSON"],
    ["half an object", '{"tags":', "it is not JSON"],
    ["a list", "[]", "it is not an object"],
    ["a number", "1e999", "it is not an object"],
    ["other than UTF-8", Buffer.from('{"location":"\xe9"}', "latin1"), "it is not UTF-8"],
    ["nested", `{"tags":${"[".repeat(64)}${"]".repeat(64)}}`, "it is nested deeper than 64 levels"],
    ["nested without end", '{"tags":'.repeat(500_000), "it is not JSON"],
    [
      "nested a hundred thousand times",
      `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
      "it is nested deeper than 64 levels",
    ],
  ];

  test.each(bodies)("ARM, of one that is %s", async (_, body, why) => {
    expect(said(await send({ plane: "arm", headers: [json], body }))).toEqual([
      400,
      azure("InvalidRequestContent", invalid(why)),
    ]);
  });

  test.each(bodies)("Key Vault, of one that is %s", async (_, body, why) => {
    expect(said(await send({ plane: "vault", headers: [json], body }))).toEqual([
      400,
      azure("InvalidRequestContent", invalid(why)),
    ]);
  });

  test.each(bodies)("the control API, of one that is %s", async (_, body, why) => {
    expect(said(await send({ plane: "control", headers: [json], body }))).toEqual([
      400,
      { error: { what: invalid(why), exitCode: 2 } },
    ]);
  });

  const unreadByGraph =
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
  test.each(bodies)("Graph, of one that is %s", async (_, body) => {
    expect(said(await send({ plane: "graph", headers: [json], body }))).toEqual([
      400,
      azure("BadRequest", unreadByGraph),
    ]);
  });

  test.each([
    ["not JSON", "tags", "manifest invalid: it is not JSON"],
    ["a list", "[]", "manifest invalid: it is not a JSON object"],
    [
      "other than UTF-8",
      Buffer.from('{"schemaVersion":2,"annotations":{"a":"\xe9"}}', "latin1"),
      "manifest invalid: it is not JSON",
    ],
    [
      "nested",
      `${'{"config":'.repeat(100_000)}1${"}".repeat(100_000)}`,
      "manifest invalid: schemaVersion must be 2",
    ],
  ])("a registry, of a manifest that is %s", async (_, body, message) => {
    expect(said(await send({ plane: "registry", headers: [manifestType], body }))).toEqual([
      400,
      { errors: [{ code: "MANIFEST_INVALID", message }] },
    ]);
  });
});

describe("a body of another type is refused as Azure does", () => {
  const only = (type: string) =>
    `The content media type '${type}' is not supported. Only 'application/json' is supported.`;

  test.each([
    ["text/plain", ["Content-Type: text/plain"]],
    ["<null>", []],
    ["application/jsonp", ["Content-Type: application/jsonp"]],
    ["application/x-www-form-urlencoded", ["Content-Type: application/x-www-form-urlencoded"]],
  ])("ARM with 415: %s", async (type, headers) => {
    const body = '{"location":"eastus2"}';
    expect(said(await send({ plane: "arm", headers, body }))).toEqual([
      415,
      azure("UnsupportedMediaType", only(type)),
    ]);
  });

  test.each([
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/merge-patch+json;charset=utf-8",
  ])("but not %s", async (type) => {
    const body = '{"location":"eastus2"}';
    const { status } = await send({ plane: "arm", headers: [`Content-Type: ${type}`], body });
    expect([200, 201]).toContain(status);
  });

  test("Graph with 400", async () => {
    const { status } = await send({
      plane: "graph",
      headers: ["Content-Type: text/plain"],
      body: '{"ids":[]}',
    });
    expect(status).toBe(400);
  });

  test("Entra, which misses the form's fields in it", async () => {
    const body = '{"grant_type":"client_credentials"}';
    expect(said(await send({ plane: "entra", headers: [json], body }))).toEqual([
      400,
      {
        error: "invalid_request",
        error_description:
          "AADSTS900144: The request body must contain the following parameter: 'grant_type'.",
        error_codes: [900144],
      },
    ]);
  });
});

describe("a method that a path does not have is refused", () => {
  test.each([
    ["arm", "OPTIONS", registryId("onestreamdev"), "The sandbox does not offer OPTIONS for "],
    ["graph", "TRACE", "/graph/v1.0/groups", "Specified HTTP method is not allowed for the request target."],
    ["vault", "DELETE", undefined, "The method DELETE is not allowed here."],
    ["control", "DELETE", "/sandbox/status", "DELETE is not possible here"],
    ["registry", "POST", undefined, "POST is not supported here"],
    ["registry", "PATCH", "/v2/_catalog", "PATCH is not supported here"],
  ] as const)("%s %s", async (plane, method, path, text) => {
    const { status, body } = await send({ plane, method, path });
    expect([status, body]).toEqual([405, expect.stringContaining(text)]);
  });

  test("Entra's token endpoint, in Entra's words", async () => {
    expect(said(await send({ plane: "entra", method: "GET" }))).toEqual([
      400,
      {
        error: "invalid_request",
        error_description: "AADSTS900561: The endpoint only accepts POST requests. Received a GET request.",
        error_codes: [900561],
      },
    ]);
  });
});

describe("a path that means to be another one", () => {
  const nothing = (path: string) => azure("NotFound", `There is nothing at '${path}'.`);

  test.each([
    ["/../../etc/passwd", "/etc/passwd"],
    ["/%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"],
    ["/..%2f..%2fetc/passwd", "/..%2f..%2fetc/passwd"],
    ["/\\..\\etc", "/etc"],
    ["//elsewhere.example/etc", "//elsewhere.example/etc"],
    ["//[", "//["],
    ["/%25", "/%25"],
  ])("%s is nothing of Azure's", async (path, seen) => {
    expect(said(await send({ plane: "arm", method: "GET", path, anonymous: true }))).toEqual([
      404,
      nothing(seen),
    ]);
  });

  test.each(["", "/v2", "/%76%32", "/acr/v1"])(
    "a name that is none asks for nobody's credentials: %s",
    async (start) => {
      for (const name of [
        "%E2%82%AC",
        "..",
        "a/../b",
        "A",
        "a%22,scope=%22b",
        "a%20b",
        "%2e%2e%2fb",
        "a//b",
      ]) {
        const path = start === "/acr/v1" ? `${start}/${name}` : `${start}/${name}/tags/list`;
        const { status, headers } = await send({ plane: "registry", method: "GET", path, anonymous: true });
        expect([path, status]).toEqual([path, start === "" ? 404 : 400]);
        expect(headers).not.toHaveProperty("www-authenticate");
      }
    },
  );

  test("an encoded name is the same name", async () => {
    const path = "/v2/iam%2Fauth-service/tags/list";
    const { headers } = await send({ plane: "registry", method: "GET", path, anonymous: true });
    expect(headers["www-authenticate"]).toContain('scope="repository:iam/auth-service:pull"');
  });

  test("Graph has no collections but its own", async () => {
    for (const name of ["constructor", "__proto__", "toString", "%2e%2e"]) {
      const { status } = await send({ plane: "graph", method: "GET", path: `/graph/v1.0/${name}` });
      expect([name, status]).toEqual([name, name === "%2e%2e" ? 404 : 400]);
    }
  });

  test.each(["-1", "1.5", "many", "1e3", "99999999999999999999"])(
    "a page that is no number: %s",
    async (page) => {
      for (const plane of ["arm", "graph"] as const) {
        const list = {
          arm: `${subscription}/providers/Microsoft.Authorization/roleDefinitions`,
          graph: "/graph/v1.0/users",
        };
        const path = `${list[plane]}?$skiptoken=${page}`;
        expect((await send({ plane, method: "GET", path })).status).toBe(400);
      }
    },
  );
});
