import { clusterAt, NoAnswer } from "../../../cli/deploy/cluster";
import { settled, within } from "../../../cli/deploy/patience";
import { FakeApiServer, refusal } from "./api-server";

let server: FakeApiServer;
beforeEach(async () => void (server = await FakeApiServer.begin()));
afterEach(() => server.end());

const path = "/apis/apps/v1/namespaces/iam/deployments/auth-service";

function cluster(options: object = { ca: server.ca, headers: { authorization: "Bearer it" } }) {
  return clusterAt({ server: server.url, options: async () => ({ ...options }) }, "contoso-staging");
}

test("an object, as whoever signs in", async () => {
  server.answer = () => ({ status: 200, body: { kind: "Deployment" } });
  expect(await cluster().read(path)).toEqual({ kind: "Deployment" });
  expect(server.asked).toEqual([{ method: "GET", path, authorization: "Bearer it" }]);
});

test("an object that isn't there", async () => {
  expect(await cluster().read(path)).toBeUndefined();
});

test("an object is made once", async () => {
  server.answer = () => ({ status: 201, body: { kind: "Event" } });
  await cluster().create("/api/v1/namespaces/iam/events", { kind: "Event" });
  server.answer = () => refusal(409, 'events "it" already exists');
  await cluster().create("/api/v1/namespaces/iam/events", { kind: "Event" });
  expect(server.asked[0]).toMatchObject({ method: "POST", body: { kind: "Event" } });
});

test.each([
  [refusal(403, 'pods is forbidden: User "it" cannot list'), 'pods is forbidden: User "it" cannot list'],
  [refusal(401, "Unauthorized"), "Unauthorized"],
  [{ status: 401, body: "go away" }, "who asks is not signed in"],
])("a refusal, in the words of the API server: %j", async (answer, words) => {
  server.answer = () => answer;
  await expect(cluster().read(path)).rejects.toMatchObject({
    problem: {
      what: `the API server refuses GET ${path}: ${words}`,
      where: "context contoso-staging",
      fix: "Only the environment's deployer may: sign in as that one",
      exitCode: 3,
    },
  });
});

test.each([200, 404, 403, 503])("the status of a service, also %d with a page of its own", async (status) => {
  server.answer = () => ({ status, body: "<h1>it</h1>" });
  expect(await cluster().ask("/proxy/health")).toBe(status);
});

test("a service that the API server does not let ask", async () => {
  server.answer = () => refusal(403, 'services "it" is forbidden');
  await expect(cluster().ask("/proxy/health")).rejects.toMatchObject({ problem: { exitCode: 3 } });
});

test.each([
  [refusal(500, "etcd is gone"), `the API server answers 500 to GET ${path}: etcd is gone`],
  [refusal(429, "slow down"), `the API server answers 429 to GET ${path}: slow down`],
  [refusal(408, "too slow"), `the API server answers 408 to GET ${path}: too slow`],
  [{ status: 200, body: "<html>" }, `the API server answers 200 to GET ${path}: no reason given`],
])("what is worth another try: %j", async (answer, message) => {
  server.answer = () => answer;
  await expect(cluster().read(path)).rejects.toThrow(new NoAnswer(message));
});

test.each([
  [refusal(400, "no such selector"), "400", "no such selector"],
  [refusal(422, "invalid"), "422", "invalid"],
  [{ status: 302, body: "elsewhere" }, "302", "no reason given"],
])("what is answered for good is not asked again: %j", async (answer, status, words) => {
  server.answer = () => answer;
  const where = "context contoso-staging";
  const what = (asked: string) => `the API server answers ${status} to ${asked}: ${words}`;
  await expect(cluster().read(path)).rejects.toMatchObject({
    problem: { what: what(`GET ${path}`), where, exitCode: 3 },
  });
  await expect(cluster().create(path, {})).rejects.toMatchObject({
    problem: { what: what(`POST ${path}`), where, exitCode: 3 },
  });
});

test("nobody there, a line that breaks, and another's certificate", async () => {
  server.answer = () => "silence";
  await expect(cluster().read(path)).rejects.toBeInstanceOf(NoAnswer);
  await expect(cluster({}).read(path)).rejects.toThrow(/does not answer: .*certificate/);
  const nobody = clusterAt({ server: "https://127.0.0.1:1", options: async () => ({}) }, "none");
  await expect(nobody.read(path)).rejects.toBeInstanceOf(NoAnswer);
});

describe("who waits", () => {
  function clock() {
    let time = 0;
    return { now: () => time, pause: async (milliseconds: number) => void (time += milliseconds) };
  }
  const every = 2_000;

  test("puts up with what is over soon, and says each reason once", async () => {
    const told: string[] = [];
    const answers = ["a", "a", "b", "no", "no", undefined];
    const look = async () => {
      const reason = answers.shift();
      if (reason === "no") throw new NoAnswer("nobody answers");
      return reason === undefined ? { state: "healthy" as const } : { state: "waiting" as const, reason };
    };
    const tell = (reason: string) => void told.push(reason);
    expect(await settled(look, { clock: clock(), every, enough: within(300), tell })).toEqual({
      state: "healthy",
    });
    expect(told).toEqual(["a", "b", "nobody answers"]);
  });

  test("ends when it is enough: with a verdict, or without an answer as the cloud's failure", async () => {
    const looks = { clock: clock(), every, enough: within(10), tell: () => undefined };
    expect(await settled(async () => ({ state: "waiting", reason: "1 of 2" }), looks)).toEqual({
      state: "failed",
      reason: "after 10 s: 1 of 2",
    });
    const silent = settled(() => Promise.reject(new NoAnswer("nobody answers")), looks);
    await expect(silent).rejects.toMatchObject({
      problem: { what: "after 10 s: nobody answers", exitCode: 3 },
    });
  });
});
