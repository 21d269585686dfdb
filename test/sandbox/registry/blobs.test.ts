import { randomBytes } from "node:crypto";
import { digestOf, everything, TestRegistry } from "./support";

describe("blobs of a registry", () => {
  let registry: TestRegistry;
  const repository = "iam/auth-service";
  const uploads = `/v2/${repository}/blobs/uploads/`;
  const blob = randomBytes(1000);
  const digest = digestOf(blob);

  beforeAll(async () => {
    registry = await TestRegistry.start({
      writer: { "*": everything },
      half: { "iam/b": ["content/read", "content/write"] },
    });
  });
  afterAll(() => registry.stop());
  const send: TestRegistry["send"] = (...args) => registry.send(...args);

  async function begin(): Promise<string> {
    const answer = await send("POST", uploads);
    expect([answer.status, answer.headers.range]).toEqual([202, "0-0"]);
    return answer.headers.location;
  }

  it("takes a blob in one POST and gives it back", async () => {
    const answer = await send("POST", `${uploads}?digest=${digest}`, { body: blob });
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/v2/${repository}/blobs/${digest}`);
    const head = await send("HEAD", answer.headers.location);
    expect([head.status, head.headers["content-length"], head.headers["docker-content-digest"]]).toEqual([
      200,
      "1000",
      digest,
    ]);
    expect((await send("GET", answer.headers.location)).body.equals(blob)).toBe(true);
  });

  it("takes a blob by POST then PUT", async () => {
    const body = randomBytes(77);
    const answer = await send("PUT", `${await begin()}?digest=${digestOf(body)}`, { body });
    expect(answer.status).toBe(201);
    expect(answer.headers["docker-content-digest"]).toBe(digestOf(body));
  });

  it("takes chunks in order, tells how far it is, and goes on after a restart", async () => {
    const [first, second] = [randomBytes(400), randomBytes(600)];
    const location = await begin();
    const one = await send("PATCH", location, { body: first, headers: { "Content-Range": "0-399" } });
    expect([one.status, one.headers.range]).toEqual([202, "0-399"]);
    registry.serve();
    const status = await send("GET", location);
    expect([status.status, status.headers.range]).toEqual([204, "0-399"]);
    const two = await send("PATCH", location, { body: second, headers: { "Content-Range": "400-999" } });
    expect([two.status, two.headers.range]).toEqual([202, "0-999"]);
    const whole = Buffer.concat([first, second]);
    expect((await send("PUT", `${location}?digest=${digestOf(whole)}`)).status).toBe(201);
    expect((await send("GET", `/v2/${repository}/blobs/${digestOf(whole)}`)).body.equals(whole)).toBe(true);
    expect((await send("GET", location)).status).toBe(404);
  });

  it("refuses a chunk out of order with 416 and says where to go on", async () => {
    const location = await begin();
    await send("PATCH", location, { body: "12345" });
    const answer = await send("PATCH", location, { body: "678", headers: { "Content-Range": "7-9" } });
    expect([answer.status, answer.headers.range, answer.headers.location]).toEqual([416, "0-4", location]);
    expect(answer.json()).toEqual({
      errors: [
        { code: "BLOB_UPLOAD_INVALID", message: "the chunk must begin at byte 5, Content-Range is 7-9" },
      ],
    });
    const wrong = await send("PATCH", location, { body: "678", headers: { "Content-Range": "5-9" } });
    expect(wrong.json().errors[0]).toEqual({
      code: "SIZE_INVALID",
      message: "Content-Range says 5 bytes, Content-Length says 3",
    });
  });

  it("checks the digest and forgets an upload that does not match it", async () => {
    const location = await begin();
    const answer = await send("PUT", `${location}?digest=${digest}`, { body: "other" });
    expect(answer.status).toBe(400);
    expect(answer.json().errors[0]).toEqual({
      code: "DIGEST_INVALID",
      message: `the uploaded content is ${digestOf(Buffer.from("other"))}, not ${digest}`,
    });
    expect((await send("GET", location)).json().errors[0].code).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  it("refuses other digest algorithms and malformed digests", async () => {
    const sha384 = `sha384:${"a".repeat(96)}`;
    expect((await send("GET", `/v2/${repository}/blobs/${sha384}`)).json().errors[0]).toEqual({
      code: "UNSUPPORTED",
      message: "digest algorithm sha384 is not supported, use sha256 or sha512",
    });
    expect((await send("POST", `${uploads}?digest-algorithm=sha384`)).json().errors[0].code).toBe(
      "UNSUPPORTED",
    );
    expect((await send("PUT", await begin())).json().errors[0].code).toBe("DIGEST_INVALID");
    expect((await send("GET", `/v2/${repository}/blobs/sha256:abc`)).json().errors[0].code).toBe(
      "DIGEST_INVALID",
    );
  });

  it("keeps content by sha512 too, as the image specification registers it", async () => {
    const blob = Buffer.from("by sha512");
    const digest = digestOf(blob, "sha512");
    expect((await send("POST", `${uploads}?digest=${digest}`, { body: blob })).status).toBe(201);
    expect((await send("GET", `/v2/${repository}/blobs/${digest}`)).body).toEqual(blob);
    registry.serve();
    expect((await send("HEAD", `/v2/${repository}/blobs/${digest}`)).status).toBe(200);
    expect((await send("DELETE", `/v2/${repository}/blobs/${digest}`)).status).toBe(202);
  });

  it("cancels an upload, and keeps uploads to their repository", async () => {
    const location = await begin();
    expect((await send("GET", location.replace(repository, "iam/b"))).status).toBe(404);
    expect((await send("DELETE", location)).status).toBe(204);
    expect((await send("DELETE", location)).json().errors[0].code).toBe("BLOB_UPLOAD_UNKNOWN");
    expect((await send("GET", `${uploads}..%2Fsecret`)).status).toBe(404);
  });

  it.each([
    ["bytes=0-9", 206, "bytes 0-9/1000", 0, 10],
    ["bytes=990-", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=-10", 206, "bytes 990-999/1000", 990, 1000],
    ["bytes=10-5000", 206, "bytes 10-999/1000", 10, 1000],
    ["bytes=0-1,5-6", 200, undefined, 0, 1000],
    ["lines=1-2", 200, undefined, 0, 1000],
    ["bytes=9-1", 200, undefined, 0, 1000],
  ])("answers the range %s", async (range, status, contentRange, from, to) => {
    const answer = await send("GET", `/v2/${repository}/blobs/${digest}`, { headers: { Range: range } });
    expect([answer.status, answer.headers["content-range"]]).toEqual([status, contentRange]);
    expect(answer.body.equals(blob.subarray(from, to))).toBe(true);
  });

  it("refuses a range behind the end", async () => {
    const answer = await send("GET", `/v2/${repository}/blobs/${digest}`, {
      headers: { Range: "bytes=1000-" },
    });
    expect([answer.status, answer.headers["content-range"]]).toEqual([416, "bytes */1000"]);
  });

  it("shows a blob only where it was pushed, and mounts it where the caller may read", async () => {
    expect((await send("GET", `/v2/iam/b/blobs/${digest}`)).json().errors[0]).toEqual({
      code: "BLOB_UNKNOWN",
      message: `blob ${digest} is not found in iam/b`,
    });
    const mount = `/v2/iam/b/blobs/uploads/?mount=${digest}&from=${repository}`;
    const refused = await send("POST", mount, { as: "half" });
    expect([refused.status, refused.headers.range]).toEqual([202, "0-0"]);
    expect((await send("HEAD", `/v2/iam/b/blobs/${digest}`)).status).toBe(404);
    const mounted = await send("POST", mount);
    expect([mounted.status, mounted.headers.location]).toEqual([201, `/v2/iam/b/blobs/${digest}`]);
    expect((await send("HEAD", `/v2/iam/b/blobs/${digest}`)).status).toBe(200);
    expect(
      (await send("POST", `/v2/iam/b/blobs/uploads/?mount=${digestOf(Buffer.from("no"))}&from=${repository}`))
        .status,
    ).toBe(202);
    expect((await send("POST", `/v2/iam/b/blobs/uploads/?mount=${digest}`)).status).toBe(202);
  });

  it("deletes a blob from one repository alone", async () => {
    expect((await send("DELETE", `/v2/iam/b/blobs/${digest}`)).status).toBe(202);
    expect((await send("DELETE", `/v2/iam/b/blobs/${digest}`)).status).toBe(404);
    expect((await send("HEAD", `/v2/${repository}/blobs/${digest}`)).status).toBe(200);
  });

  it("refuses names that are none, and methods and paths it does not have", async () => {
    expect((await send("POST", "/v2/IAM/blobs/uploads/")).json().errors[0]).toEqual({
      code: "NAME_INVALID",
      message: '"IAM" is not a valid repository name',
    });
    const put = await send("PUT", `/v2/${repository}/tags/list`);
    expect([put.status, put.headers.allow]).toEqual([405, "GET"]);
    expect((await send("GET", "/elsewhere")).status).toBe(404);
    expect((await send("GET", "/v2/%E0%A4%A")).status).toBe(400);
  });
});
