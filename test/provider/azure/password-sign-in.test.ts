import { signInWithPassword } from "../../../provider/azure/password-sign-in";

const host = "onestreamqa.azurecr.io";
const date = "Sat, 21 Nov 2026 10:00:00 GMT";

function signIn(answer: Response) {
  const asked: { url: string; authorization?: string; redirect?: string }[] = [];
  const done = signInWithPassword(host, "v0-0-1-qa-acr-sa", "p:w", {
    lifetime: new AbortController().signal,
    pause: async () => undefined,
    fetch: async (input, init) => {
      const { authorization } = (init?.headers ?? {}) as Record<string, string>;
      asked.push({ url: String(input), authorization, redirect: init?.redirect });
      return answer.clone();
    },
  });
  return { asked, done };
}

const answer = (status: number, body: unknown = {}, headers: Record<string, string> = { date }) =>
  new Response(JSON.stringify(body), { status, headers });

test("a name and password are tried where clients sign in, and the registry tells the time", async () => {
  const { asked, done } = signIn(answer(200, { access_token: "t" }));
  expect(await done).toEqual({ accepted: true, at: "2026-11-21T10:00:00.000Z" });
  expect(asked).toEqual([
    {
      url: `https://${host}/oauth2/token?service=${host}&account=v0-0-1-qa-acr-sa`,
      authorization: `Basic ${Buffer.from("v0-0-1-qa-acr-sa:p:w").toString("base64")}`,
      redirect: "manual",
    },
  ]);
  expect(await signIn(answer(401)).done).toEqual({ accepted: false, at: "2026-11-21T10:00:00.000Z" });
});

test("without a Date, this machine's clock stands in", async () => {
  const before = Date.now();
  const { at } = await signIn(answer(401, {}, {})).done;
  expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
});

test.each([
  [
    "a firewall",
    answer(403, { errors: [{ code: "DENIED", message: "client with IP" }] }),
    "403 DENIED: client with IP",
  ],
  [
    "a redirect, which another host would answer",
    answer(307, {}, { location: "https://else.example/" }),
    "307",
  ],
  ["a page that is none of the registry's", new Response("<html>", { status: 200 }), "200 no access token"],
  ["a host without registry", answer(404), "404"],
])("%s neither accepts nor refuses", async (_what, given, reason) => {
  const { asked, done } = signIn(given);
  await expect(done).rejects.toThrow(
    `${host} neither accepted nor refused the sign-in of the token v0-0-1-qa-acr-sa: ${reason}`,
  );
  expect(asked).toHaveLength(1);
});

test("a failing registry is asked again, and is no refusal either", async () => {
  const { asked, done } = signIn(answer(503));
  await expect(done).rejects.toMatchObject({
    status: 503,
    message: `GET https://${host}/oauth2/token failed: 503`,
  });
  expect(asked).toHaveLength(6);
});
