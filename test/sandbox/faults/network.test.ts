import * as https from "node:https";
import {
  addRegistry,
  addVault,
  controlKey,
  openTestSandbox,
  subscription,
  type TestSandbox,
} from "../support";

let test: TestSandbox;
let vaultUri: string;
beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev"]);
  await addRegistry(test, "onestreamdev");
  ({ vaultUri } = await addVault(test, "onestream-signing-kv"));
});
afterEach(() => test.sandbox.faults.clear());
afterAll(() => test.close());

interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: string;
}

/** The answer, or the code of what happened to the connection. */
function ask(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Answer | string> {
  return new Promise((resolve) => {
    const sent = https.request(
      url,
      { method, headers, ca: test.authority.certificate, agent: false },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => {
          const retryAfter = response.headers["retry-after"];
          resolve({ status: response.statusCode!, ...(retryAfter && { retryAfter }), body: text });
        });
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

const arm = () => `${test.sandbox.endpoint}/subscriptions?api-version=2022-12-01`;
const graph = () => `${test.sandbox.endpoint}/graph/v1.0/users`;
const vault = () => `${vaultUri}keys/cosign`;
const signIn = () => `${test.sandbox.endpoint}/tenant/oauth2/v2.0/token`;
const registry = () => `https://${test.sandbox.hosts.hostOf("onestreamdev")}`;
const everyPlane = () => ({
  arm: arm(),
  graph: graph(),
  vault: vault(),
  registry: `${registry()}/v2/`,
  token: signIn(),
});

describe.each(["arm", "registry", "graph", "vault", "token"] as const)("a fault on %s", (plane) => {
  it("strikes there and nowhere else", async () => {
    test.sandbox.faults.set({ kind: "error", on: plane });
    const answers = await Promise.all(
      Object.entries(everyPlane()).map(async ([name, url]) => {
        const answer = await ask("GET", url);
        return [name, typeof answer === "string" ? answer : answer.status === 500] as const;
      }),
    );
    expect(Object.fromEntries(answers)).toEqual({
      ...{ arm: false, registry: false, graph: false, vault: false, token: false },
      [plane]: true,
    });
  });
});

it("throttles with Retry-After, in the words of each side", async () => {
  test.sandbox.faults.set({ kind: "throttle", seconds: 7, times: 3 });
  expect(await ask("GET", arm())).toEqual({
    status: 429,
    retryAfter: "7",
    body: '{"error":{"code":"TooManyRequests","message":"The request was throttled."}}',
  });
  expect(await ask("GET", `${registry()}/v2/`)).toEqual({
    status: 429,
    retryAfter: "7",
    body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"too many requests"}]}',
  });
  // The sign-in of a registry is where tokens are given, not the registry.
  expect(await ask("POST", `${registry()}/oauth2/token`, {}, "grant_type=password")).toMatchObject({
    status: 429,
  });
  expect(await ask("GET", arm())).toMatchObject({ status: 401 });
});

it("strikes what matches only", async () => {
  test.sandbox.faults.set({ kind: "error", on: "registry", match: "GET /v2/" });
  expect(await ask("GET", `${registry()}/v2/?n=1`)).toMatchObject({ status: 500 });
  expect(await ask("HEAD", `${registry()}/v2/`)).toMatchObject({ status: 401 });
  expect(await ask("GET", `${registry()}/v2/_catalog`)).toMatchObject({ status: 401 });
});

it("answers late: another request overtakes", async () => {
  test.sandbox.faults.set({ kind: "latency", seconds: 1, on: "arm" });
  const ended: string[] = [];
  const noted = async (name: string, url: string): Promise<void> => {
    expect(await ask("GET", url)).toMatchObject({ status: 401 });
    ended.push(name);
  };
  await Promise.all([noted("arm", arm()), noted("registry", `${registry()}/v2/`)]);
  expect(ended).toEqual(["registry", "arm"]);
});

describe("a connection that drops", () => {
  const group = (name: string) => `${subscription}/resourceGroups/${name}`;
  const make = async (name: string) => {
    const url = `${test.sandbox.endpoint}${group(name)}?api-version=2024-03-01`;
    const { token } = await test.sandbox.tokens.exchange(
      ...(await signInOf("administrator")),
      `${test.sandbox.endpoint}/.default`,
    );
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return ask("PUT", url, headers, '{"location":"eastus2"}');
  };
  const signInOf = async (name: string): Promise<[string, string]> => {
    const { clientId, assertion } = await test.sandbox.sessions.open(name);
    return [clientId, assertion];
  };

  it.each([
    ["drop-before", "early-rg", false],
    ["drop-after", "late-rg", true],
  ] as const)("%s: %s is made: %s", async (kind, name, made) => {
    test.sandbox.faults.set({ kind, on: "arm", match: "PUT /subscriptions/**" });
    expect(await make(name)).toBe("ECONNRESET");
    expect(test.sandbox.manager.find(group(name)) !== undefined).toBe(made);
    test.sandbox.faults.clear();
    expect(await make(name)).toMatchObject({ status: made ? 200 : 201 });
  });
});

it("never strikes the switchboard, where it is switched off", async () => {
  test.sandbox.faults.set({ kind: "drop-before" });
  const headers = { "x-sandbox-key": controlKey };
  const url = `${test.sandbox.endpoint}/sandbox/faults`;
  expect(await ask("GET", url, headers)).toEqual({
    status: 200,
    body: '{"faults":[{"kind":"drop-before","struck":0}]}',
  });
  expect(await ask("DELETE", url, headers)).toEqual({ status: 200, body: "{}" });
  expect(await ask("GET", arm())).toMatchObject({ status: 401 });
});
