import { gitHubFrom } from "../../../cli/github/client";
import { wordsAt } from "../../../cli/github/words";
import { trustAuthority } from "../../../cli/sandbox/trust";
import { controlKey, openTestSandbox, type TestSandbox } from "../support";

let opened: TestSandbox;
beforeAll(async () => {
  opened = await openTestSandbox();
  trustAuthority(opened.authority.certificate);
});
afterAll(() => opened.close());

const server = "https://github.com";
const repository = "contoso/shop";
const gitHub = () =>
  gitHubFrom({ GITHUB_API_URL: `${opened.sandbox.endpoint}/github`, GITHUB_TOKEN: "anything" });

async function control(method: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${opened.sandbox.endpoint}/sandbox/reviews`, {
    method,
    headers: { "x-sandbox-key": controlKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function say(kind: "review" | "run", login: string, text: string): Promise<string> {
  const { body } = await control("POST", { kind, repository, login, text });
  return (body as { address: string }).address;
}

const reviewAt = (review: string, of = repository) =>
  wordsAt(gitHub(), { server, repository: of, at: { pull: "1", review } });

test("what somebody says is read as GitHub's own would be", async () => {
  const review = await say("review", "Uma", "Good.");
  const run = await say("run", "Ulf", "Go.");
  expect([review, run]).toEqual([
    "https://github.com/contoso/shop/pull/1#pullrequestreview-1",
    "https://github.com/contoso/shop/actions/runs/2",
  ]);
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;
  expect(await reviewAt("1")).toEqual([{ login: "uma", text: "Good.", at }]);
  expect(await reviewAt("1", "Contoso/Shop")).toEqual([{ login: "uma", text: "Good.", at }]);
  expect(await wordsAt(gitHub(), { server, repository, at: { run: "2" } })).toEqual([
    { login: "ulf", text: "Go." },
  ]);
  const elsewhere = [
    reviewAt("2"),
    reviewAt("1", "contoso/other"),
    wordsAt(gitHub(), { server, repository, at: { run: "1" } }),
  ];
  expect(await Promise.all(elsewhere)).toEqual([[], [], []]);
});

test("a review can be edited and dismissed, and nothing else can", async () => {
  const id = (await say("review", "uma", "Good.")).split("-").at(-1)!;
  expect((await control("DELETE", { id, text: "Very good." })).status).toBe(200);
  expect(await reviewAt(id)).toMatchObject([
    { text: "Very good.", objection: expect.stringMatching(/^the review was edited at /) as string },
  ]);
  expect((await control("DELETE", { id })).status).toBe(200);
  expect(await reviewAt(id)).toMatchObject([{ objection: "the review was dismissed" }]);
  for (const other of ["2", "99", "x"])
    expect(await control("DELETE", { id: other })).toEqual({
      status: 400,
      body: { error: { what: `there is no review ${other}`, exitCode: 2 } },
    });
});

test("GitHub shows nothing without a token, and says what isn't there", async () => {
  const at = (path: string, headers: Record<string, string>) =>
    fetch(`${opened.sandbox.endpoint}/github${path}`, { headers }).then(async (answer) => [
      answer.status,
      ((await answer.json()) as { message: string }).message,
    ]);
  const reviews = "/repos/contoso/shop/pulls/1/reviews";
  expect(await at(reviews, {})).toEqual([401, "Requires authentication"]);
  expect(await at("/repos/contoso/shop", { authorization: "Bearer x" })).toEqual([404, "Not Found"]);
});
