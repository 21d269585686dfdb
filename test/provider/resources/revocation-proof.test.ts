import { CloudError } from "../../../provider/errors";
import { UNKNOWN } from "../../../provider/properties";
import { changesBetween } from "../../../provider/resource";
import { RevocationProof } from "../../../provider/resources/revocation-proof";
import { TokenPassword } from "../../../provider/resources/token-password";
import { FakeAzure, registryId } from "../support/fake-azure";
import { without } from "../support/promotion";

const host = "onestreamqa.azurecr.io";
const tokenName = "v0-0-1-qa-acr-sa";
const name = "v0.0.1-qa-gh-sa";
const group = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg";
const day = 24 * 60 * 60 * 1000;

/** A stage whose password was accepted, and whose two accounts have ended since. */
async function setUp() {
  const azure = new FakeAzure();
  const { tokens, entra } = azure;
  const token = tokens.add(tokenName);
  const clock = () => tokens.now();
  const place = { registryId: registryId(host), loginServer: host, tokenName };
  const expires = new Date(tokens.clock + 7 * day).toISOString();
  const made = await new TokenPassword(azure, clock).create({
    ...place,
    expires,
    rotation: 0,
    ended: false,
    valid: true,
  });
  token.enabled = false;
  entra.held = {
    application: { name, clientId: "client", secrets: 0, federatedCredentials: [] },
    servicePrincipal: { clientId: "client", enabled: false, secrets: 0 },
  };
  const given = {
    ...place,
    password: tokens.values[0],
    passwordCreatedAt: made.outputs.createdAt,
    passwordExpires: expires,
    acceptedAt: made.outputs.acceptedAt,
    applicationId: `/applications/${entra.applicationId}`,
    servicePrincipalId: `/servicePrincipals/${entra.servicePrincipalId}`,
    scopes: [group],
  };
  const inputs = { ...given, revoked: true };
  azure.calls.length = 0;
  return { azure, tokens, entra, token, given, inputs, resource: new RevocationProof(azure, clock) };
}

type World = Awaited<ReturnType<typeof setUp>>;

test("what has ended is proven, with the bound for tokens that live on, and without the password", async () => {
  const { azure, resource, inputs } = await setUp();
  const { id, outputs } = await resource.create(inputs);
  expect(id).toBe(`${host}/tokens/${tokenName}@2026-11-21T10:00:02.000Z#revoked`);
  expect(outputs).toEqual({
    ...without(inputs, "password"),
    refusedAt: "2026-11-21T10:00:03.000Z",
    provenAt: "2026-11-21T10:00:03.000Z",
    accessTokensLiveUntil: "2026-11-21T15:45:03.000Z",
  });
  expect(azure.calls.sort()).toEqual(
    [
      "account?",
      "assignments?",
      "assignments?",
      `sign in ${host} ${tokenName}`,
      `token? ${tokenName}`,
    ].sort(),
  );
});

const unproven =
  "the end of the token v0-0-1-qa-acr-sa and the application aaaaaaaa-0000-4000-8000-000000000001 is not proven";
const lives: [what: string, revive: (world: World) => void, line: string][] = [
  [
    "a password that still works",
    ({ token }) => (token.enabled = true),
    `the password of the token ${tokenName} still works in ${host}, and the token ${tokenName} is enabled in ${host}`,
  ],
  [
    "a password that was replaced while its token goes on",
    ({ token }) => {
      token.enabled = true;
      token.passwords = [];
    },
    `the token ${tokenName} is enabled in ${host}`,
  ],
  [
    "a token that isn't there",
    ({ tokens }) => tokens.all.clear(),
    `there is no token ${tokenName} in ${host}`,
  ],
  [
    "an enabled account",
    ({ entra }) =>
      (entra.held = { ...entra.held, servicePrincipal: { clientId: "client", enabled: true, secrets: 0 } }),
    `the account ${name} is enabled in Entra ID`,
  ],
  [
    "a federated credential",
    ({ entra }) =>
      (entra.held = {
        ...entra.held,
        application: { name, clientId: "client", secrets: 0, federatedCredentials: ["github-environment"] },
      }),
    `the account ${name} still has the federated credential github-environment`,
  ],
  [
    "a password of the account",
    ({ entra }) =>
      (entra.held = { ...entra.held, servicePrincipal: { clientId: "client", enabled: false, secrets: 1 } }),
    `the account ${name} still has passwords or certificates (1)`,
  ],
  [
    "a role on a scope",
    ({ entra }) =>
      entra.roles.set(group, [`${group}/providers/Microsoft.Authorization/roleAssignments/guid-1`]),
    `the account ${name} still has the role assignment guid-1 on rg`,
  ],
  [
    "a role on the registry, which is looked at unasked",
    ({ entra }) =>
      entra.roles.set(registryId(host), [
        `${registryId(host)}/providers/Microsoft.Authorization/roleAssignments/guid-2`,
      ]),
    `the account ${name} still has the role assignment guid-2 on onestreamqa`,
  ],
  [
    "another account's principal",
    ({ entra }) =>
      (entra.held = { ...entra.held, servicePrincipal: { clientId: "other", enabled: false, secrets: 0 } }),
    `the service principal bbbbbbbb-0000-4000-8000-000000000001 is not that of ${name}`,
  ],
  [
    "an account that isn't there",
    ({ entra }) => (entra.held = {}),
    "Entra ID has no application with the object id aaaaaaaa-0000-4000-8000-000000000001, and Entra ID has no service principal with the object id bbbbbbbb-0000-4000-8000-000000000001",
  ],
];

test.each(lives)("%s fails the proof in one line that names it", async (_what, revive, line) => {
  const world = await setUp();
  revive(world);
  const since = /the token|no token/.test(line) ? "" : " after 75 seconds";
  await expect(world.resource.create(world.inputs)).rejects.toThrow(
    `${unproven}${since}: ${line}. End it, then run this again`,
  );
});

test("what Azure is late with is waited for", async () => {
  const { azure, resource, inputs, entra } = await setUp();
  const ended = entra.held;
  entra.held = { ...ended, servicePrincipal: { clientId: "client", enabled: true, secrets: 0 } };
  let looks = 0;
  azure.before = (call) => {
    if (call === "account?" && ++looks === 4) entra.held = ended;
  };
  expect((await resource.create(inputs)).outputs).toMatchObject({ refusedAt: "2026-11-21T10:00:06.000Z" });
});

test.each(["sign in", "token?", "account?", "assignments?"])(
  "nothing is proven when there is no answer to %s",
  async (silent) => {
    const { azure, resource, inputs } = await setUp();
    azure.before = (call) => {
      if (call.startsWith(silent)) throw new CloudError("no answer from there", { status: 503 });
    };
    await expect(resource.create(inputs)).rejects.toMatchObject({
      message: `${unproven}: no answer from there`,
      status: 503,
    });
  },
);

test("a password that expired while it was tried proves nothing, whatever this machine's clock says", async () => {
  const { tokens, inputs, azure } = await setUp();
  const slow = new RevocationProof(azure, () => new Date("2026-11-21T10:00:00Z"));
  tokens.clock += 7 * day;
  await expect(slow.create(inputs)).rejects.toThrow(
    new RegExp(
      `^${host} refused the password of the token ${tokenName} at 2026-11-28T10:00:03.000Z: the password expired at ${inputs.passwordExpires}, and the refusal of an expired one proves nothing\\. Open the stage again with airlock release renew v0\\.0\\.1 --stage qa, then leave it again`,
    ),
  );
});

test("check refuses instants that can't be, and asks nobody", async () => {
  const { azure, tokens, resource, given } = await setUp();
  const failures = async (news: Record<string, unknown>, olds?: Record<string, unknown>) =>
    (await resource.check(olds, news)).failures;
  expect(await failures(given)).toEqual([]);
  expect(await failures(without(given, "acceptedAt"))).toEqual([
    { property: "acceptedAt", reason: "is required" },
  ]);
  expect(await failures({ ...given, acceptedAt: "2026-11-21T09:59:00Z" })).toEqual([
    {
      property: "acceptedAt",
      reason: "the registry accepted a password at 2026-11-21T09:59:00Z, before this one was made",
    },
  ]);
  // The registry's seconds are whole ones.
  expect(
    await failures({
      ...given,
      acceptedAt: "2026-11-21T10:00:01Z",
      passwordCreatedAt: "2026-11-21T10:00:01.9Z",
    }),
  ).toEqual([]);
  expect(await failures({ ...given, acceptedAt: given.passwordExpires })).toEqual([
    {
      property: "acceptedAt",
      reason: `${given.passwordExpires} is after the password's end: it can't have been accepted then`,
    },
  ]);
  expect(await failures({ ...given, password: 7, applicationId: "client", scopes: ["/x"] })).toEqual([
    { property: "password", reason: "expected a secret text" },
    { property: "applicationId", reason: 'expected an object id of Entra ID, got "client"' },
    { property: "scopes", reason: 'expected the ARM id of a scope, got "/x"' },
  ]);
  expect(await failures({ ...given, password: UNKNOWN, passwordExpires: UNKNOWN, scopes: UNKNOWN })).toEqual(
    [],
  );
  tokens.clock += 8 * day;
  expect(await failures(given)).toEqual([
    {
      property: "passwordExpires",
      reason: `the password expired at ${given.passwordExpires}, and the refusal of an expired one proves nothing. Open the stage again with airlock release renew v0.0.1 --stage qa, then leave it again`,
    },
  ]);
  expect(await failures(given, { ...given, revoked: true })).toEqual([]);
  expect(azure.calls).toEqual([]);
});

test("read finds an account that lives again, also when its password has expired", async () => {
  const { azure, tokens, token, entra, resource, inputs } = await setUp();
  const { outputs } = await resource.create(inputs);
  const state = { inputs, outputs };
  expect(await resource.read(state)).toEqual(state);
  const drifted = { inputs: { ...inputs, revoked: false }, outputs: { ...outputs, revoked: false } };
  token.enabled = true;
  expect(await resource.read(state)).toEqual(drifted);
  expect(changesBetween(drifted.inputs, inputs, resource.replaceOn)).toEqual([
    { property: "revoked", kind: "update", replaces: false },
  ]);
  await expect(resource.update(inputs, drifted.outputs)).rejects.toThrow("still works");

  tokens.clock += 8 * day;
  expect(await resource.read(state)).toEqual(drifted);
  token.enabled = false;
  azure.calls.length = 0;
  const again = await resource.update(inputs, drifted.outputs);
  expect(again).toMatchObject({ revoked: true, refusedAt: outputs.refusedAt });
  expect(Date.parse(String(again.provenAt))).toBeGreaterThan(Date.parse(String(outputs.provenAt)));
  expect(azure.calls.filter((call) => call.startsWith("sign in"))).toEqual([]);

  // When the release is deleted, nothing of it is there any more.
  tokens.all.clear();
  entra.held = {};
  expect(await resource.read(state)).toEqual(state);
  await resource.delete();
});

test("another credential is another proof, and more scopes are proven anew", async () => {
  const { resource, inputs } = await setUp();
  const next = { ...inputs, password: "other", acceptedAt: "2026-11-22T10:00:00Z", scopes: [] };
  expect(changesBetween(inputs, next, resource.replaceOn)).toEqual([
    { property: "acceptedAt", kind: "update", replaces: true },
    { property: "password", kind: "update", replaces: true },
    { property: "scopes", kind: "update", replaces: false },
  ]);
});

test("a preview keeps what was proven, and promises nothing else", async () => {
  const { resource, inputs } = await setUp();
  const { outputs } = await resource.create(inputs);
  expect(resource.preview(inputs, outputs)).toEqual(outputs);
  const unknown = { refusedAt: UNKNOWN, provenAt: UNKNOWN, accessTokensLiveUntil: UNKNOWN };
  expect(resource.preview(inputs)).toEqual({ ...without(inputs, "password"), ...unknown });
  expect(resource.preview(inputs, { ...outputs, revoked: false })).toMatchObject(unknown);
});

test("no error and no output holds the password", async () => {
  const world = await setUp();
  const { resource, inputs, tokens, token } = world;
  const told: string[] = [JSON.stringify(await resource.create(inputs))];
  token.enabled = true;
  await resource.create(inputs).catch((error: Error) => told.push(error.message));
  tokens.clock += 8 * day;
  token.enabled = false;
  await resource.create(inputs).catch((error: Error) => told.push(error.message));
  expect(told).toHaveLength(3);
  expect(told.join("\n")).not.toContain(inputs.password);
});
