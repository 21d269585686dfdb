import { readdirSync, utimesSync } from "node:fs";
import * as path from "node:path";
import { digestOf, everything, TestRegistry, type Answer } from "./support";

const repository = "iam/auth-service";
const uploads = `/v2/${repository}/blobs/uploads/`;
let registry: TestRegistry;

beforeAll(async () => {
  registry = await TestRegistry.start({
    writer: { "*": everything },
    reader: { "*": ["content/read"] },
    half: { [repository]: ["content/read", "content/write"], "iam/other": ["content/write"] },
  });
});
afterAll(() => registry.stop());
const send: TestRegistry["send"] = (...args) => registry.send(...args);
const begin = async (): Promise<string> => (await send("POST", uploads)).headers.location;
const error = (answer: Answer) => [answer.status, answer.json().errors[0]];
const at = ({ status, headers }: Answer) => [status, headers.location, headers.range];

describe("a chunk", () => {
  it.each(["0-4", "0-99", "0-2"])(
    "whose body is not of the range %s that it names leaves nothing",
    async (range) => {
      const location = await begin();
      const refused = await send("PATCH", location, { stream: "1234", headers: { "Content-Range": range } });
      expect(error(refused)).toEqual([
        400,
        {
          code: "SIZE_INVALID",
          message: `Content-Range says ${Number(range.slice(2)) + 1} bytes, the body has 4`,
        },
      ]);
      expect(at(await send("GET", location))).toEqual([204, location, "0-0"]);
      const right = await send("PATCH", location, { stream: "1234", headers: { "Content-Range": "0-3" } });
      expect(at(right)).toEqual([202, location, "0-3"]);
    },
  );

  it.each(["0", "a-b", "-4", "0-4,5-6", "1-4", "lines 0-4", "5-3"])(
    "of the range %j is out of order: 416, and where to go on",
    async (range) => {
      const location = await begin();
      const refused = await send("PATCH", location, { body: "12345", headers: { "Content-Range": range } });
      expect(at(refused)).toEqual([416, location, "0-0"]);
    },
  );

  it("that ends before it begins is refused, and so is the last one out of order", async () => {
    const location = await begin();
    await send("PATCH", location, { body: "12345" });
    const backwards = await send("PATCH", location, { body: "", headers: { "Content-Range": "5-3" } });
    expect(error(backwards)).toEqual([
      400,
      { code: "SIZE_INVALID", message: "Content-Range says -1 bytes, Content-Length says 0" },
    ]);
    const digest = digestOf(Buffer.from("1234567"));
    const early = await send("PUT", `${location}?digest=${digest}`, {
      body: "67",
      headers: { "Content-Range": "4-5" },
    });
    expect(at(early)).toEqual([416, location, "0-4"]);
    const last = await send("PUT", `${location}?digest=${digest}`, {
      body: "67",
      headers: { "Content-Range": "5-6" },
    });
    expect([last.status, last.headers.location]).toEqual([201, `/v2/${repository}/blobs/${digest}`]);
  });
});

describe("an upload", () => {
  it("is nobody's who may not push, whatever is asked of it", async () => {
    const location = await begin();
    for (const method of ["GET", "PATCH", "PUT", "DELETE"]) {
      const refused = await send(method, `${location}?digest=${digestOf(Buffer.alloc(0))}`, { as: "reader" });
      expect([method, refused.status, refused.json().errors[0].message]).toEqual([
        method,
        401,
        "reader may not push to iam/auth-service in onestreamprod: no role on onestreamprod gives content/write",
      ]);
    }
    expect(at(await send("GET", location))).toEqual([204, location, "0-0"]);
  });

  it("of no bytes at all becomes the empty blob", async () => {
    const digest = digestOf(Buffer.alloc(0));
    expect((await send("PUT", `${await begin()}?digest=${digest}`)).status).toBe(201);
    const head = await send("HEAD", `/v2/${repository}/blobs/${digest}`);
    expect([head.status, head.headers["content-length"]]).toEqual([200, "0"]);
    expect((await send("GET", `/v2/${repository}/blobs/${digest}`)).body).toHaveLength(0);
  });

  it("that nobody goes on with is gone after a week", async () => {
    const [old, young] = [await begin(), await begin()];
    const folder = path.join(registry.directory, "data", "uploads");
    const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    const id = old.split("/").at(-1)!;
    utimesSync(path.join(folder, id), eightDaysAgo, eightDaysAgo);
    registry.serve();
    expect(error(await send("GET", old))).toEqual([
      404,
      { code: "BLOB_UPLOAD_UNKNOWN", message: `blob upload ${id} is not found` },
    ]);
    expect((await send("GET", young)).status).toBe(204);
    expect(readdirSync(folder).filter((name) => name.startsWith(id))).toEqual([]);
  });
});

describe("a mount", () => {
  const blob = Buffer.from("shared");
  const digest = digestOf(blob);
  beforeAll(() => registry.pushBlob(repository, blob));

  it.each([
    [
      "what the other repository does not have",
      `mount=${digestOf(Buffer.from("absent"))}&from=${repository}`,
    ],
    ["from a repository that is none", `mount=${digest}&from=..%2F..`],
    ["from nowhere", `mount=${digest}`],
  ])("of %s becomes an upload", async (_, query) => {
    const answer = await send("POST", `/v2/iam/other/blobs/uploads/?${query}`);
    expect([answer.status, answer.headers.location]).toEqual([
      202,
      expect.stringMatching(/^\/v2\/iam\/other\/blobs\/uploads\/[0-9a-f-]{36}$/),
    ]);
  });

  it("of something that is no digest is refused", async () => {
    expect(
      error(await send("POST", `/v2/iam/other/blobs/uploads/?mount=sha256:abc&from=${repository}`)),
    ).toEqual([
      400,
      { code: "DIGEST_INVALID", message: '"sha256:abc" is not a digest: expected sha256: and 64 hex digits' },
    ]);
  });

  it("asks for the right to push there, and to pull from here", async () => {
    const query = `mount=${digest}&from=${repository}`;
    expect((await send("POST", `/v2/iam/other/blobs/uploads/?${query}`, { as: "reader" })).status).toBe(401);
    expect((await send("POST", `/v2/iam/other/blobs/uploads/?${query}`, { as: "half" })).status).toBe(201);
    expect((await send("HEAD", `/v2/iam/other/blobs/${digest}`)).status).toBe(200);
    const back = await send("POST", `${uploads}?mount=${digest}&from=iam/other`, { as: "half" });
    expect(back.status).toBe(202);
  });
});
