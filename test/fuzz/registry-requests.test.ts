import * as fc from "fast-check";
import { digestOf, empty, everything, ociManifest, TestRegistry } from "../sandbox/registry/support";
import { oddText } from "./hostile";
import { runs } from "./runs";

let registry: TestRegistry;
let basic: string;
const repository = "iam/auth-service";
const digest = digestOf(empty);

beforeAll(async () => {
  registry = await TestRegistry.start({ writer: { "*": everything } });
  await registry.pushBlob(repository, empty);
  await registry.pushImage(repository, "1.0.0");
  const credentials = `00000000-0000-0000-0000-000000000000:${await registry.refreshToken("writer")}`;
  basic = `Basic ${Buffer.from(credentials).toString("base64")}`;
});
afterAll(() => registry.stop());

const encoded = oddText.map((text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")).slice(0, 3000));
const segment = fc.oneof(
  encoded,
  fc.constantFrom(
    "iam",
    "auth-service",
    "manifests",
    "blobs",
    "uploads",
    "tags",
    "list",
    "referrers",
    "_tags",
    "_manifests",
    "_catalog",
  ),
  fc.constantFrom("1.0.0", digest, digest.toUpperCase(), "..", "%2e%2e", "%2F", "", "sha256:"),
);
const start = fc.constantFrom(
  "",
  "/v2",
  `/v2/${repository}`,
  `/v2/${repository}/manifests`,
  `/v2/${repository}/blobs`,
  "/acr/v1",
  `/acr/v1/${repository}`,
  "/oauth2",
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        "n",
        "last",
        "digest",
        "mount",
        "from",
        "artifactType",
        "digest-algorithm",
        "orderby",
        "scope",
        "service",
      ),
      encoded,
    ),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));
// What HTTP's own client would refuse to send is the business of the tests with sockets.
const headerValue = oddText.map((text) => text.replace(/[^\x20-\x7e]/g, "?").slice(0, 500));
const headers = fc.dictionary(
  fc.constantFrom(
    "range",
    "content-range",
    "content-type",
    "accept",
    "if-none-match",
    "oci-subject",
    "docker-content-digest",
  ),
  fc.oneof(headerValue, fc.constantFrom("bytes=0-", "0-4", "bytes 0-1/*", ociManifest, "*/*")),
  { maxKeys: 3 },
);

test("whatever is asked, there is an answer in the form of the distribution specification", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"),
      fc
        .tuple(start, fc.array(segment, { maxLength: 5 }), query)
        .map(([first, rest, asked]) => `${[first, ...rest].join("/") || "/"}?${asked}`),
      headers,
      fc.oneof(fc.constant(undefined), oddText),
      fc.constantFrom("basic", "none", "odd"),
      async (method, target, sent, body, as) => {
        const authorization: Record<string, string> =
          as === "basic"
            ? { authorization: basic }
            : as === "odd"
              ? { authorization: sent.range ?? "Bearer x" }
              : {};
        const {
          status,
          body: answer,
          headers: said,
        } = await registry.raw(method, target.startsWith("/") ? target : `/${target}`, {
          headers: { ...sent, ...authorization },
          body,
        });
        if (status >= 500) throw new Error(`${status} ${answer.toString()}`);
        if (status >= 400 && method !== "HEAD") {
          expect((JSON.parse(answer.toString()) as { errors: unknown[] }).errors).toEqual([
            expect.objectContaining({
              code: expect.stringMatching(/^[A-Z_]+$/),
              message: expect.any(String),
            }),
          ]);
        }
        if (status === 401)
          expect(said["www-authenticate"]).toMatch(
            /^Bearer realm="https:\/\/localhost:\d+\/oauth2\/token",service="[^"]+"[ -~]*$/,
          );
        expect((await registry.raw("GET", "/v2/")).status).toBe(401);
      },
    ),
    runs(250),
  );
});

test("an upload takes what comes next and nothing else, whatever is tried in whatever order", async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("chunk" as const),
      size: fc.nat(5),
      shift: fc.constantFrom(0, 0, 0, 1, -1, 7),
      ranged: fc.boolean(),
    }),
    fc.record({ kind: fc.constant("status" as const) }),
    fc.record({ kind: fc.constant("end" as const), right: fc.boolean(), size: fc.nat(3) }),
    fc.record({ kind: fc.constant("cancel" as const) }),
    fc.record({ kind: fc.constant("restart" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const send = (method: string, target: string, body?: Buffer, extra = {}) =>
        registry.raw(method, target, { body, headers: { authorization: basic, ...extra } });
      const location = (await send("POST", `/v2/${repository}/blobs/uploads/`)).headers.location;
      let content: Buffer | undefined = Buffer.alloc(0);
      for (const one of steps) {
        if (one.kind === "restart") {
          registry.serve();
        } else if (one.kind === "chunk") {
          const body = Buffer.alloc(one.size, 97);
          const begin = (content?.length ?? 0) + one.shift;
          const range =
            one.ranged && one.size > 0 ? { "content-range": `${begin}-${begin + one.size - 1}` } : {};
          const { status } = await send("PATCH", location, body, range);
          const wrong: boolean = "content-range" in range && one.shift !== 0;
          expect(status).toBe(content === undefined ? 404 : wrong ? 416 : 202);
          if (content && !wrong) content = Buffer.concat([content, body]);
        } else if (one.kind === "status") {
          const { status, headers } = await send("GET", location);
          const range: string = `0-${Math.max(0, (content?.length ?? 0) - 1)}`;
          expect([status, headers.range]).toEqual(content === undefined ? [404, undefined] : [204, range]);
        } else if (one.kind === "cancel") {
          expect((await send("DELETE", location)).status).toBe(content === undefined ? 404 : 204);
          content = undefined;
        } else {
          const last = Buffer.alloc(one.size, 98);
          const whole = Buffer.concat([content ?? Buffer.alloc(0), last]);
          const named = one.right ? digestOf(whole) : digestOf(Buffer.from("other"));
          const { status } = await send("PUT", `${location}?digest=${named}`, last);
          expect(status).toBe(content === undefined ? 404 : one.right ? 201 : 400);
          if (content && one.right)
            expect((await send("GET", `/v2/${repository}/blobs/${named}`)).body).toEqual(whole);
          content = undefined;
        }
      }
    }),
    runs(60),
  );
});
