import { tokenCredentials } from "../../../provider/azure/token-credentials";
import { registryId } from "../support/fake-azure";
import { credential, scripted, type Answer } from "../support/http-client";

const id = registryId("onestreamqa.azurecr.io");
const token = { registryId: id, tokenName: "v0-0-1-qa-acr-sa" };
const expires = "2026-11-28T10:00:00Z";

function tokens(answer: Answer) {
  const network = scripted(() => answer);
  return {
    ...network,
    tokens: tokenCredentials({
      credential,
      endpoint: "https://arm.example/",
      lifetime: new AbortController().signal,
      pause: async () => undefined,
      httpClient: network.httpClient,
    }),
  };
}

const made = (password: Record<string, unknown>): Answer => ({
  status: 200,
  json: { username: token.tokenName, passwords: [{ name: "password1", value: "s3cret", ...password }] },
});
const times = { creationTime: "2026-11-21T10:00:00Z", expiry: "2026-11-28T10:00:00.5Z" };
const doing = "generating password1 of the token v0-0-1-qa-acr-sa";

test("a password is asked for by slot and expiry", async () => {
  const { tokens: asked, calls, bodies } = tokens(made(times));
  expect(await asked.generate(token, "password1", expires)).toEqual({
    slot: "password1",
    value: "s3cret",
    createdAt: "2026-11-21T10:00:00.000Z",
    expires: "2026-11-28T10:00:00.500Z",
  });
  expect(calls).toEqual([`POST ${id}/generateCredentials`]);
  expect(bodies).toEqual([
    { tokenId: `${id}/tokens/${token.tokenName}`, name: "password1", expiry: "2026-11-28T10:00:00.000Z" },
  ]);
});

test.each([
  ["no password", made({ ...times, name: "password2" }), `${doing} gave no password`],
  [
    "a password without an end",
    made({ ...times, expiry: undefined }),
    `${doing} gave a password that lives until for ever. Delete it: az acr token credential delete --password1 --name v0-0-1-qa-acr-sa`,
  ],
  [
    "a password that lives longer than was asked",
    made({ ...times, expiry: "2026-12-28T10:00:00Z" }),
    `${doing} gave a password that lives until 2026-12-28T10:00:00.000Z. Delete it: az acr token credential delete --password1 --name v0-0-1-qa-acr-sa`,
  ],
  [
    "a refusal",
    { status: 403, json: { error: { code: "AuthorizationFailed", message: "no right" } } },
    `${doing} in onestreamqa failed: 403 AuthorizationFailed: no right`,
  ],
])("%s is an error that doesn't repeat what came", async (_what, answer, message) => {
  const error = await tokens(answer)
    .tokens.generate(token, "password1", expires)
    .then(
      () => undefined,
      (failure: Error) => failure,
    );
  expect(error?.message).toBe(message);
  expect(JSON.stringify(error) + String(error?.stack)).not.toContain("s3cret");
});

test("an answer that can't be read is not repeated", async () => {
  const network = scripted(() => ({ status: 200, headers: { "content-type": "application/json" } }));
  const httpClient = {
    sendRequest: async (request: Parameters<typeof network.httpClient.sendRequest>[0]) => ({
      ...(await network.httpClient.sendRequest(request)),
      bodyAsText: '{"passwords":[{"value":"s3cret"',
    }),
  };
  const { generate } = tokenCredentials({
    credential,
    endpoint: "https://arm.example/",
    lifetime: new AbortController().signal,
    pause: async () => undefined,
    httpClient,
  });
  const error = await generate(token, "password1", expires).then(
    () => undefined,
    (failure: Error) => failure,
  );
  expect(error?.message).toBe(`${doing} in onestreamqa failed: the answer can't be read`);
});

test("a token is shown with its passwords' slots, and is absent where there is none", async () => {
  const shown = tokens({
    status: 200,
    json: {
      properties: { status: "disabled", credentials: { passwords: [{ name: "password2", ...times }] } },
    },
  });
  expect(await shown.tokens.read(token)).toEqual({
    enabled: false,
    passwords: [
      { slot: "password2", createdAt: "2026-11-21T10:00:00.000Z", expires: "2026-11-28T10:00:00.500Z" },
    ],
  });
  const plain = tokens({ status: 200, json: { properties: { status: "enabled" } } });
  expect(await plain.tokens.read(token)).toEqual({ enabled: true, passwords: [] });
  const absent = tokens({ status: 404, json: { error: { code: "NotFound", message: "no token" } } });
  expect(await absent.tokens.read(token)).toBeUndefined();
});

test("passwords end by a token that names the others", async () => {
  const { tokens: asked, calls, bodies } = tokens({ status: 200, json: { properties: {} } });
  await asked.keep(token, ["password2"]);
  expect([calls[0], bodies[0]]).toEqual([
    `PATCH ${id}/tokens/v0-0-1-qa-acr-sa`,
    { properties: { credentials: { passwords: [{ name: "password2" }] } } },
  ]);
});
