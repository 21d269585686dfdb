import { Cloud } from "../../../cli/live/cloud";

const endpoint = "https://management.example.org";
const about = { what: "vaults", of: "onestream-dev-rg", area: "dev" };

/** A cloud that gives these answers, one after the other, and what it was asked. */
function cloud(...answers: readonly { status?: number; body?: unknown; headers?: Record<string, string> }[]) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const fetcher = (async (address: string, init: RequestInit) => {
    const { authorization } = init.headers as Record<string, string>;
    asked.push(`${init.method} ${address} ${authorization}`);
    const { status = 200, body = {}, headers = {} } = left.shift()!;
    return new Response(JSON.stringify(body), { status, headers });
  }) as unknown as typeof fetch;
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const tokens = async (scope: string) => `token-for-${scope}`;
  return { cloud: new Cloud({ endpoint: `${endpoint}/`, tokens, fetch: fetcher, pause }), asked, pauses };
}

test("a list is read to its last page, in ARM's form and in Graph's", async () => {
  const { cloud: arm, asked } = cloud(
    { body: { value: [{ id: 1 }], nextLink: `${endpoint}/vaults?page=2` } },
    { body: { value: [{ id: 2 }], "@odata.nextLink": `${endpoint}/vaults?page=3` } },
    { body: { value: [{ id: 3 }] } },
  );
  expect(await arm.list("/vaults", about)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  const bearer = `Bearer token-for-${endpoint}/.default`;
  expect(asked).toEqual([
    `GET ${endpoint}/vaults ${bearer}`,
    `GET ${endpoint}/vaults?page=2 ${bearer}`,
    `GET ${endpoint}/vaults?page=3 ${bearer}`,
  ]);
});

test("a list that goes on at another host does not get the token", async () => {
  const { cloud: arm, asked } = cloud({ body: { value: [], nextLink: "https://evil.example.org/vaults" } });
  await expect(arm.list("/vaults", about)).rejects.toThrow(
    "https://management.example.org continues a list at another host, evil.example.org",
  );
  expect(asked).toHaveLength(1);
});

test("what is refused is not absent: it is kept, with the reason", async () => {
  const error = { code: "AuthorizationFailed", message: "no\n  Reader" };
  const { cloud: arm } = cloud({ status: 403, body: { error } });
  expect(await arm.list("/vaults", about)).toEqual([]);
  expect(arm.unread).toEqual([{ ...about, why: "403 AuthorizationFailed", message: "no Reader" }]);
});

test("what isn't there is nothing, and so are eligible roles where nobody can be eligible", async () => {
  const { cloud: arm } = cloud(
    { status: 404, body: { error: { code: "ResourceGroupNotFound" } } },
    { status: 400, body: { error: { code: "AadPremiumLicenseRequired" } } },
  );
  expect([await arm.list("/a", about), await arm.list("/b", about)]).toEqual([[], []]);
  expect(arm.unread).toEqual([]);
});

test("a busy cloud is asked again, when it said", async () => {
  const { cloud: arm, pauses } = cloud(
    { status: 429, headers: { "retry-after": "3" } },
    { status: 503 },
    { body: { value: [{ id: 1 }] } },
  );
  expect(await arm.list("/vaults", about)).toEqual([{ id: 1 }]);
  expect(pauses).toEqual([3000, 2000]);
});

test("a sign-in that is not accepted ends it all", async () => {
  const { cloud: arm } = cloud({ status: 401, body: { error: { code: "AuthenticationFailed" } } });
  await expect(arm.get("/vaults", about)).rejects.toThrow(
    "https://management.example.org does not accept the sign-in: 401 AuthenticationFailed",
  );
});
