import { mostPasswordDays } from "../../../model/registry-token";
import { UNKNOWN } from "../../../provider/properties";
import { changesBetween } from "../../../provider/resource";
import { TokenPassword } from "../../../provider/resources/token-password";
import { FakeAzure, registryId } from "../support/fake-azure";
import { without } from "../support/promotion";

const host = "onestreamqa.azurecr.io";
const tokenName = "v0-0-1-qa-acr-sa";
const day = 24 * 60 * 60 * 1000;

function setUp() {
  const azure = new FakeAzure();
  const { tokens } = azure;
  const token = tokens.add(tokenName);
  const resource = new TokenPassword(azure, () => tokens.now());
  const inDays = (days: number) => new Date(tokens.clock + days * day).toISOString();
  const given = {
    registryId: registryId(host),
    loginServer: host,
    tokenName,
    expires: inDays(7),
    rotation: 1,
  };
  const inputs = { ...given, ended: false, valid: true };
  return { azure, tokens, token, resource, inDays, given, inputs };
}

const made = (calls: readonly string[]) => calls.filter((call) => call.startsWith("generate "));

test("a new password is generated, signed in with, and told with its slot and instants", async () => {
  const { azure, tokens, resource, inputs } = setUp();
  const { id, outputs } = await resource.create(inputs);
  expect(id).toBe(`${host}/tokens/${tokenName}`);
  expect(outputs).toEqual({
    ...inputs,
    password: tokens.values[0],
    slot: "password1",
    createdAt: "2026-11-21T10:00:01.000Z",
    acceptedAt: "2026-11-21T10:00:02.000Z",
  });
  expect(azure.calls).toEqual([
    `token? ${tokenName}`,
    `generate password1 ${tokenName}`,
    `sign in ${host} ${tokenName}`,
  ]);
});

test("a password that Azure is late with is tried again, for a bounded time", async () => {
  const { tokens, resource, inputs } = setUp();
  tokens.late = 20;
  expect((await resource.create(inputs)).outputs.slot).toBe("password1");
  tokens.late = 1000;
  await expect(resource.create(inputs)).rejects.toThrow(
    `${host} does not accept the new password2 of the token ${tokenName} after 120 seconds. Run this again: it makes another one`,
  );
});

test("a rotation takes the other slot, and the former password goes on working", async () => {
  const { azure, tokens, token, resource, inputs } = setUp();
  const { outputs: first } = await resource.create(inputs);
  const second = await resource.update({ ...inputs, rotation: 2 }, first);
  expect([second.slot, second.password]).toEqual(["password2", tokens.values[1]]);
  for (const state of [first, second]) {
    expect(await tokens.signIn(host, tokenName, String(state.password))).toMatchObject({ accepted: true });
  }
  const third = await resource.update({ ...inputs, rotation: 3 }, second);
  expect(third.slot).toBe("password1");
  expect(await tokens.signIn(host, tokenName, String(first.password))).toMatchObject({ accepted: false });
  expect(token.passwords).toHaveLength(2);
  expect(made(azure.calls)).toHaveLength(3);
});

test("another expiry makes a new password, and unchanged inputs touch nothing", async () => {
  const { azure, resource, inputs, inDays } = setUp();
  const { outputs } = await resource.create(inputs);
  azure.calls.length = 0;
  expect(await resource.update(inputs, outputs)).toEqual(outputs);
  expect((await resource.check(inputs, without(inputs, "valid"))).failures).toEqual([]);
  expect(azure.calls).toEqual([]);
  const expires = inDays(14);
  expect(await resource.update({ ...inputs, expires }, outputs)).toMatchObject({
    slot: "password2",
    expires,
  });
});

test("whoever is killed after the generation makes another one, and never overwrites the newest", async () => {
  const { azure, tokens, resource, inputs } = setUp();
  const die = (call: string) => {
    if (call.startsWith("generate ")) throw new Error("killed");
  };
  azure.after = die;
  await expect(resource.create(inputs)).rejects.toThrow("killed");
  await expect(resource.create(inputs)).rejects.toThrow("killed");
  azure.after = () => undefined;
  const { outputs } = await resource.create(inputs);
  expect(outputs).toMatchObject({ slot: "password1", password: tokens.values[2] });

  azure.after = die;
  const wanted = { ...inputs, rotation: 2 };
  await expect(resource.update(wanted, outputs)).rejects.toThrow("killed");
  expect(await tokens.signIn(host, tokenName, tokens.values[2])).toMatchObject({ accepted: true });
  azure.after = () => undefined;
  expect(await resource.update(wanted, outputs)).toMatchObject({
    slot: "password2",
    password: tokens.values[4],
  });
  expect(made(azure.calls)).toEqual([1, 2, 1, 2, 2].map((slot) => `generate password${slot} ${tokenName}`));
});

test("what replaces a password on the same token takes the slot of the older one", async () => {
  const { tokens, resource, inputs } = setUp();
  let state = (await resource.create(inputs)).outputs;
  for (const rotation of [2, 3]) state = await resource.update({ ...inputs, rotation }, state);
  expect([state.slot, (await resource.create(inputs)).outputs.slot]).toEqual(["password1", "password2"]);
  expect(await tokens.signIn(host, tokenName, String(state.password))).toMatchObject({ accepted: true });
});

test("no password is made for a token that is disabled or isn't there", async () => {
  const { azure, token, tokens, resource, inputs } = setUp();
  token.enabled = false;
  await expect(resource.create(inputs)).rejects.toThrow(
    `the token ${tokenName} is disabled in ${host}: no password was made. Enable it, or set ended: true for a token that is to stay disabled`,
  );
  tokens.all.clear();
  await expect(resource.create(inputs)).rejects.toThrow(
    `the token ${tokenName} does not exist in ${host}: no password was made. Create it first`,
  );
  expect(made(azure.calls)).toEqual([]);
});

test("read says that a password works no longer, and makes none", async () => {
  const { azure, tokens, token, resource, inputs } = setUp();
  const { outputs } = await resource.create(inputs);
  const state = { inputs, outputs };
  expect(await resource.read(state)).toEqual(state);
  const drifted = { inputs: { ...inputs, valid: false }, outputs: { ...outputs, valid: false } };

  token.enabled = false;
  expect(await resource.read(state)).toEqual(drifted);
  token.enabled = true;
  const [kept] = token.passwords;
  token.passwords = [{ ...kept, createdAt: "2026-11-21T11:00:00Z" }];
  expect(await resource.read(state)).toEqual(drifted);
  token.passwords = [kept];
  tokens.clock += 7 * day;
  expect(await resource.read(state)).toEqual(drifted);
  tokens.all.clear();
  expect(await resource.read(state)).toBeUndefined();
  expect(made(azure.calls)).toHaveLength(1);
  expect(changesBetween(drifted.inputs, inputs, resource.replaceOn)).toEqual([
    { property: "valid", kind: "update", replaces: false },
  ]);
});

test("a token that is enabled again keeps a password that works, and gets a new one for one that doesn't", async () => {
  const { token, resource, inputs } = setUp();
  const { outputs } = await resource.create(inputs);
  const drifted = { ...outputs, valid: false };
  expect(await resource.update(inputs, drifted)).toEqual(outputs);
  token.passwords = [];
  expect(await resource.update(inputs, drifted)).toMatchObject({ slot: "password2", valid: true });
});

test("an expired password that was found asks for a later expiry", async () => {
  const { tokens, resource, inputs, given, inDays } = setUp();
  tokens.clock += 8 * day;
  expect((await resource.check(inputs, given)).failures).toEqual([]);
  expect((await resource.check({ ...inputs, valid: false }, given)).failures).toEqual([
    {
      property: "expires",
      reason: `${inputs.expires} has passed: a new password needs an instant in the future. Renew the stage with airlock release renew v0.0.1`,
    },
  ]);
  expect((await resource.check(inputs, { ...given, expires: inDays(1) })).failures).toEqual([]);
});

test("an ended password is left as it is, whatever became of its token", async () => {
  const { azure, tokens, token, resource, inputs, given, inDays } = setUp();
  const { outputs } = await resource.create(inputs);
  const ended = { ...inputs, ended: true };
  token.enabled = false;
  tokens.clock += 8 * day;
  azure.calls.length = 0;
  const state = await resource.update(ended, outputs);
  expect(state).toEqual({ ...outputs, ended: true });
  expect((await resource.check(ended, { ...given, ended: true })).failures).toEqual([]);
  expect(resource.preview(ended, outputs)).toEqual(state);
  expect(await resource.read({ inputs: ended, outputs: state })).toEqual({ inputs: ended, outputs: state });
  expect(azure.calls).toEqual([]);
  // Another `passwordDays` is agreed on: what ended has the end that it was made with.
  expect(await resource.check(ended, { ...given, ended: true, rotation: 2, expires: inDays(9) })).toEqual({
    inputs: ended,
    failures: [],
  });
  expect((await resource.check(undefined, { ...given, ended: true })).failures).toEqual([
    { property: "ended", reason: "a password that was never made can't be ended: leave it out" },
  ]);
});

test("delete ends this password and the former one, and leaves one that was made later", async () => {
  const { azure, tokens, token, resource, inputs } = setUp();
  const { outputs: first } = await resource.create(inputs);
  const second = await resource.update({ ...inputs, rotation: 2 }, first);
  await resource.delete(first);
  expect(token.passwords.map(({ slot }) => slot)).toEqual(["password2"]);
  await resource.update({ ...inputs, rotation: 3 }, second);
  await resource.delete(second);
  expect(token.passwords.map(({ slot }) => slot)).toEqual(["password1"]);
  azure.calls.length = 0;
  await resource.delete(second);
  expect(azure.calls).toEqual([`token? ${tokenName}`]);
  tokens.all.clear();
  await resource.delete(second);
});

test("a preview knows what stays, and no more", () => {
  const { resource, inputs } = setUp();
  const kept = { password: "kept", slot: "password1", createdAt: "c", acceptedAt: "a" };
  const unknown = Object.fromEntries(Object.keys(kept).map((name) => [name, UNKNOWN]));
  expect(resource.preview(inputs)).toEqual({ ...inputs, ...unknown });
  expect(resource.preview(inputs, { ...inputs, ...kept })).toEqual({ ...inputs, ...kept });
  const rotated = { ...inputs, rotation: 2 };
  expect(resource.preview(rotated, { ...inputs, ...kept })).toEqual({ ...rotated, ...unknown });
});

test("what is wrong is said by property", async () => {
  const { resource, given, inDays } = setUp();
  const failures = async (news: Record<string, unknown>) => (await resource.check(undefined, news)).failures;
  const tooFar = new Date(Date.parse(inDays(mostPasswordDays)) + 1000).toISOString();
  expect(await failures({ ...given, expires: inDays(mostPasswordDays) })).toEqual([]);
  expect(await failures({ ...given, expires: tooFar })).toEqual([
    {
      property: "expires",
      reason: `${tooFar} is more than 30 days ahead: a password may live for 30 days at most`,
    },
  ]);
  expect(await failures({ ...given, expires: "2026-11-21T09:59:59Z" })).toEqual([
    {
      property: "expires",
      reason:
        "2026-11-21T09:59:59Z has passed: a new password needs an instant in the future. Renew the stage with airlock release renew v0.0.1",
    },
  ]);
  expect(await failures({ ...given, expires: "2026-02-30T00:00:00Z" })).toEqual([
    {
      property: "expires",
      reason: 'expected an instant in UTC such as 2026-11-21T10:00:00Z, got "2026-02-30T00:00:00Z"',
    },
  ]);
  expect(await failures({ ...without(given, "expires"), tokenName: "v0.0.1-qa", rotation: 1.5 })).toEqual([
    {
      property: "tokenName",
      reason: `expected the name of a registry token: 5-50 letters, digits and '-', got "v0.0.1-qa"`,
    },
    { property: "expires", reason: "is required" },
    { property: "rotation", reason: "expected a whole number, got 1.5" },
  ]);
  expect(await failures({ ...given, expires: UNKNOWN, tokenName: UNKNOWN })).toEqual([]);
});
