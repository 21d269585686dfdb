import { digestOf, empty, everything, image1, TestRegistry, type Answer } from "./support";

const repository = "iam/auth-service";
const at = (reference: string): string => `/v2/${repository}/manifests/${reference}`;
const [one, two] = [image1("1.0.0").manifest, image1("2.0.0").manifest];
let registry: TestRegistry;

beforeEach(async () => {
  registry = await TestRegistry.start({ writer: { "*": everything } });
  await registry.pushImage(repository, "first", "1.0.0");
  await registry.pushImage(repository, "second", "2.0.0");
});
afterEach(() => registry.stop());

const put = (reference: string, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> => {
  const { mediaType } = JSON.parse(body.toString()) as { mediaType: string };
  return registry.send("PUT", at(reference), { body, headers: { "Content-Type": mediaType, ...headers } });
};

describe("what a client has already", () => {
  it.each(["GET", "HEAD"])("is not sent again on %s, a manifest or a blob", async (method) => {
    const blob = await registry.pushBlob(repository, empty);
    for (const [target, digest] of [
      [at("first"), digestOf(one)],
      [at(digestOf(one)), digestOf(one)],
      [`/v2/${repository}/blobs/${blob}`, blob],
    ]) {
      for (const held of [`"${digest}"`, `W/"${digest}"`, `"other", "${digest}"`, "*"]) {
        const answer = await registry.send(method, target, { headers: { "If-None-Match": held } });
        expect([
          answer.status,
          answer.headers.etag,
          answer.headers["docker-content-digest"],
          answer.body.length,
        ]).toEqual([304, `"${digest}"`, digest, 0]);
      }
      const answer = await registry.send(method, target, {
        headers: { "If-None-Match": `"${digestOf(two)}"` },
      });
      expect(answer.status).toBe(200);
    }
  });
});

describe("a push on a condition", () => {
  it("moves a tag from the image that the client has seen, and from no other", async () => {
    const seen = { "If-Match": `"${digestOf(one)}"` };
    expect((await put("first", two, seen)).status).toBe(201);
    const late = await put("first", one, seen);
    expect([late.status, late.json()]).toEqual([
      412,
      { errors: [{ code: "UNSUPPORTED", message: `If-Match does not hold: ${digestOf(two)} stands there` }] },
    ]);
    expect((await registry.send("HEAD", at("first"))).headers["docker-content-digest"]).toBe(digestOf(two));
  });

  it("makes a tag that is not there, and replaces none", async () => {
    expect((await put("new", one, { "If-None-Match": "*" })).status).toBe(201);
    expect((await put("new", two, { "If-None-Match": "*" })).status).toBe(412);
    const absent = await put("absent", one, { "If-Match": "*" });
    expect([absent.status, absent.json().errors[0].message]).toEqual([
      412,
      "If-Match does not hold: nothing stands there",
    ]);
  });
});
