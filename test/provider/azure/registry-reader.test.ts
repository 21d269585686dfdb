import { RegistryClient } from "../../../provider/azure/registry-reader";
import { RegistryTokens } from "../../../provider/azure/registry-token";
import { sha256 } from "../support/images";

const host = "onestreamprod.azurecr.io";
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    { mediaType: "m", digest: sha256("b"), artifactType: "a", size: 1 },
    { mediaType: "m", digest: "sha256:x", size: 1 },
  ],
});

type Route = (request: { url: URL; headers: Headers; method: string }) => Response | Promise<Response>;

/** A registry behind `fetch`; sign-in answers by itself. */
function registry(routes: Record<string, Route>) {
  const requests: string[] = [];
  const waited: number[] = [];
  let tokens = 0;
  const fetcher = (async (input: URL, init: RequestInit) => {
    const url = new URL(input);
    const headers = new Headers(init.headers);
    requests.push(
      `${init.method} ${url.host}${url.pathname}${url.search} ${headers.get("authorization") ?? "-"}`,
    );
    if (url.pathname === "/oauth2/exchange") return Response.json({ refresh_token: "refresh" });
    if (url.pathname === "/oauth2/token") return Response.json({ access_token: `access${++tokens}` });
    const route = routes[`${url.host}${url.pathname}`] ?? routes[url.pathname];
    return route ? route({ url, headers, method: String(init.method) }) : new Response("", { status: 404 });
  }) as typeof fetch;
  const http = {
    lifetime: new AbortController().signal,
    pause: async (milliseconds: number) => void waited.push(milliseconds),
    fetch: fetcher,
  };
  const credential = { getToken: async () => ({ token: "entra", expiresOnTimestamp: 0 }) };
  const client = new RegistryClient(host, "iam/auth-service", new RegistryTokens(credential, http), http);
  return { client, requests, waited };
}

const manifest = () =>
  new Response("{}", { headers: { "content-type": "application/vnd.oci.image.manifest.v1+json" } });
const path = (rest: string) => `/v2/iam/auth-service/${rest}`;

test("a manifest is read with a token of the repository, which serves the next reads too", async () => {
  const { client, requests } = registry({ [path("manifests/1.2.3")]: manifest });
  const expected = {
    bytes: Buffer.from("{}"),
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    digest: sha256("{}"),
  };
  expect(await Promise.all([client.manifest("1.2.3"), client.manifest("1.2.3")])).toEqual([
    expected,
    expected,
  ]);
  expect(requests).toEqual([
    `POST ${host}/oauth2/exchange -`,
    `POST ${host}/oauth2/token -`,
    `GET ${host}${path("manifests/1.2.3")} Bearer access1`,
    `GET ${host}${path("manifests/1.2.3")} Bearer access1`,
  ]);
  expect(await client.manifest("absent")).toBeUndefined();
});

test("content that is not what its digest says is refused", async () => {
  const digest = sha256("expected");
  const { client } = registry({
    [path(`manifests/${digest}`)]: manifest,
    [path(`blobs/${digest}`)]: () => new Response("other"),
  });
  await expect(client.manifest(digest)).rejects.toThrow(
    `${host} answered iam/auth-service ${digest} with content of digest ${sha256("{}")}`,
  );
  await expect(client.blob(digest)).rejects.toThrow(
    `${host} answered iam/auth-service ${digest} with content of digest ${sha256("other")}`,
  );
});

test("a blob on another host is fetched without our token, and never in the clear", async () => {
  const digest = sha256("payload");
  const { client, requests } = registry({
    [path(`blobs/${digest}`)]: () => Response.redirect("https://store.example/blob?sig=signed", 307),
    "store.example/blob": () => new Response("payload"),
  });
  expect(await client.blob(digest)).toEqual(Buffer.from("payload"));
  expect(requests.at(-1)).toBe("GET store.example/blob?sig=signed -");
  const plain = registry({
    [path(`blobs/${digest}`)]: () => Response.redirect("http://store.example/blob", 307),
  });
  await expect(plain.client.blob(digest)).rejects.toThrow(`${host} redirects to http://store.example`);
});

test("what is sent along goes to the host that was asked, and follows no redirect", async () => {
  const { client, requests } = registry({
    [path("manifests/1.2.3")]: () => Response.redirect("https://elsewhere.example/v2/", 307),
  });
  await expect(
    client.putTag("1.2.3", { bytes: Buffer.from("{}"), mediaType: "application/json" }),
  ).rejects.toThrow("redirects a PUT, which is not followed");
  expect(requests.filter((request) => request.includes("elsewhere"))).toEqual([]);
});

test("an answer larger than a manifest may be is cut off", async () => {
  const { client } = registry({
    [path("manifests/big")]: () => new Response(Buffer.alloc(4 * 1024 * 1024 + 1)),
  });
  await expect(client.manifest("big")).rejects.toThrow(
    `https://${host}${path("manifests/big")} is larger than 4194304 bytes`,
  );
});

test("429, 5xx and dropped connections are tried again, as long as the server asks", async () => {
  const answers: Route[] = [
    () => new Response("", { status: 429, headers: { "retry-after": "3" } }),
    () => new Response("", { status: 503 }),
    () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })),
    manifest,
  ];
  const { client, waited } = registry({ [path("manifests/1.2.3")]: (request) => answers.shift()!(request) });
  expect((await client.manifest("1.2.3"))?.digest).toBe(sha256("{}"));
  expect(waited[0]).toBe(3_000);
  expect(waited).toHaveLength(3);
});

test("a registry that asks for more patience than there is is not waited for", async () => {
  const busy = () => new Response("", { status: 429, headers: { "retry-after": "3600" } });
  const { client, waited } = registry({ [path("manifests/1.2.3")]: busy });
  await expect(client.manifest("1.2.3")).rejects.toThrow(
    `GET https://${host}${path("manifests/1.2.3")} failed: 429. ${host} asks to wait for 3600 seconds`,
  );
  expect(waited).toEqual([]);
});

test("a registry that can't be reached is named, with the reason", async () => {
  const { client } = registry({
    [path("manifests/1.2.3")]: () =>
      Promise.reject(new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } })),
  });
  await expect(client.manifest("1.2.3")).rejects.toThrow(
    `GET https://${host}${path("manifests/1.2.3")} failed: fetch failed (ENOTFOUND)`,
  );
  await expect(client.manifest("1.2.3")).rejects.toMatchObject({ lost: true });
});

test("an answer that doesn't come in time leaves it open whether the request was carried out", async () => {
  const late = () => Promise.reject(new DOMException("The operation timed out", "TimeoutError"));
  const { client } = registry({ [path("manifests/1.2.3")]: late });
  await expect(client.manifest("1.2.3")).rejects.toMatchObject({ lost: true });
});

test("a refusal counts when it is repeated to a fresh token", async () => {
  const lately: Route = ({ headers }) =>
    headers.get("authorization") === "Bearer access2" ? manifest() : new Response("", { status: 401 });
  expect((await registry({ [path("manifests/1.2.3")]: lately }).client.manifest("1.2.3"))?.digest).toBe(
    sha256("{}"),
  );
  const { client } = registry({ [path("manifests/1.2.3")]: () => new Response("", { status: 403 }) });
  await expect(client.manifest("1.2.3")).rejects.toThrow(
    `reading iam/auth-service in ${host} failed: 403 denied. Run this as an identity of the matrix that may`,
  );
});

test("referrers are read page by page, and never from another repository", async () => {
  const digest = sha256("image");
  const page = (link?: string) => () => new Response(index, { headers: link ? { link } : {} });
  const routes = (link: string): Record<string, Route> => ({
    [path(`referrers/${digest}`)]: ({ url }) => (url.search ? page()() : page(link)()),
  });
  const entry = { digest: sha256("b"), mediaType: "m", artifactType: "a" };
  const two = registry(routes(`<${path(`referrers/${digest}`)}?last=1>; rel="next"`));
  expect(await two.client.referrers(digest)).toEqual([entry, entry]);
  const stray = registry(routes(`</v2/other/referrers/${digest}>; rel="next"`));
  await expect(stray.client.referrers(digest)).rejects.toThrow(
    `${host} continues its list of referrers at ${host}/v2/other/referrers/${digest}`,
  );
  const gone: Route = ({ url }) =>
    url.search
      ? new Response("", { status: 404 })
      : page(`<${path(`referrers/${digest}`)}?last=1>; rel="next"`)();
  const broken = registry({ [path(`referrers/${digest}`)]: gone });
  await expect(broken.client.referrers(digest)).rejects.toThrow(
    `listing the referrers of iam/auth-service@${digest} in ${host} failed: 404 unexpected answer`,
  );
});

test("without the referrers API the fallback tag is read", async () => {
  const digest = sha256("image");
  const { client } = registry({ [path(`manifests/${digest.replace(":", "-")}`)]: () => new Response(index) });
  expect(await client.referrers(digest)).toEqual([
    { digest: sha256("b"), mediaType: "m", artifactType: "a" },
  ]);
  expect(await registry({}).client.referrers(digest)).toEqual([]);
});

test("a tag is put with the manifest's bytes and a right to push", async () => {
  const { client, requests } = registry({
    [path("manifests/1.2.3-dev")]: () => new Response("", { status: 201 }),
  });
  await client.putTag("1.2.3-dev", { bytes: Buffer.from("{}"), mediaType: "m" });
  expect(requests.at(-1)).toBe(`PUT ${host}${path("manifests/1.2.3-dev")} Bearer access1`);
  const locked = registry({
    [path("manifests/1.2.3-dev")]: () =>
      Response.json(
        { errors: [{ code: "UNSUPPORTED", message: "The operation is disallowed" }] },
        { status: 405 },
      ),
  });
  await expect(
    locked.client.putTag("1.2.3-dev", { bytes: Buffer.from("{}"), mediaType: "m" }),
  ).rejects.toThrow(
    `tagging iam/auth-service:1.2.3-dev in ${host} failed: 405 UNSUPPORTED: The operation is disallowed`,
  );
});
