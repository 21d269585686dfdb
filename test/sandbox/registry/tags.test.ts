import { digestOf, everything, image1, ociManifest, TestRegistry, type Answer } from "./support";

const repository = "iam/auth-service";
const image = image1().manifest;
const digest = digestOf(image);
let registry: TestRegistry;

beforeEach(async () => {
  registry = await TestRegistry.start({ writer: { "*": everything } });
  await registry.pushImage(repository, "0.9.0", "0.9.0");
  for (const blob of [image1().config, ...image1().layers]) await registry.pushBlob(repository, blob);
});
afterEach(() => registry.stop());

const push = (query: string, reference = digest): Promise<Answer> =>
  registry.send("PUT", `/v2/${repository}/manifests/${reference}?${query}`, {
    body: image,
    headers: { "Content-Type": ociManifest },
  });
const tags = async (): Promise<string[]> =>
  ((await registry.send("GET", `/v2/${repository}/tags/list`)).json() as { tags: string[] }).tags;

describe("a push by digest", () => {
  it("sets the tags that it names, each once, and says which", async () => {
    const answer = await push("tag=1.0.0&tag=1.0&tag=1&tag=latest&tag=1");
    expect([answer.status, answer.headers["oci-tag"], answer.headers["docker-content-digest"]]).toEqual([
      201,
      "1.0.0, 1.0, 1, latest",
      digest,
    ]);
    expect(await tags()).toEqual(["0.9.0", "1", "1.0", "1.0.0", "latest"]);
    const head = await registry.send("HEAD", `/v2/${repository}/manifests/latest`);
    expect(head.headers["docker-content-digest"]).toBe(digest);
  });

  it("without tags names none, and by tag takes no others", async () => {
    expect((await push("")).headers).not.toHaveProperty("oci-tag");
    expect((await push("tag=other", "1.0.0")).headers).not.toHaveProperty("oci-tag");
    expect(await tags()).toEqual(["0.9.0", "1.0.0"]);
  });

  it("sets none of them when one is none, is locked, or there are too many", async () => {
    await registry.send("PATCH", `/acr/v1/${repository}/_tags/0.9.0`, { body: '{"writeEnabled":false}' });
    const many = Array.from({ length: 101 }, (_, index) => `tag=t${index}`).join("&");
    for (const [query, status, code, message] of [
      ["tag=new&tag=-no", 400, "NAME_INVALID", '"-no" is not a valid tag'],
      [
        "tag=new&tag=0.9.0",
        405,
        "REGISTRY_DISALLOWED_OPERATION",
        expect.stringContaining("tag 0.9.0 of iam/auth-service is locked"),
      ],
      [many, 414, "UNSUPPORTED", "a push may set 100 tags at most, not 101"],
    ] as const) {
      const answer = await push(query);
      expect([answer.status, answer.json()]).toEqual([status, { errors: [{ code, message }] }]);
    }
    expect(await tags()).toEqual(["0.9.0"]);
    expect((await registry.send("HEAD", `/v2/${repository}/manifests/${digest}`)).status).toBe(404);
  });
});

describe("a list of tags", () => {
  it("goes on after a tag that is not there, and has no link where it ends", async () => {
    await push("tag=a&tag=B&tag=c&tag=d");
    const list = (query: string) => registry.send("GET", `/v2/${repository}/tags/list?${query}`);
    for (const [query, names, link] of [
      ["n=0", [], undefined],
      ["n=0&last=a", [], undefined],
      ["n=5", ["0.9.0", "a", "B", "c", "d"], undefined],
      ["n=2&last=ab", ["B", "c"], `</v2/${repository}/tags/list?n=2&last=c>; rel="next"`],
      ["last=c", ["d"], undefined],
      ["n=9&last=zzz", [], undefined],
    ] as const) {
      const answer = await list(query);
      expect([query, answer.json().tags, answer.headers.link]).toEqual([query, names, link]);
    }
  });

  it("is empty when the last tag is gone, and the image stays", async () => {
    await registry.send("DELETE", `/v2/${repository}/manifests/0.9.0`);
    expect(await tags()).toEqual([]);
    const { manifests } = (await registry.send("GET", `/acr/v1/${repository}/_manifests`)).json() as {
      manifests: unknown[];
    };
    expect(manifests).toHaveLength(1);
  });
});
