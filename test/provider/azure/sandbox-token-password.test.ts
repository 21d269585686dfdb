import { UNKNOWN, type Properties } from "../../../provider/properties";
import { pluginFor, secret } from "../support/grpc";
import { ReleaseWorld, tokenName } from "../support/sandbox-release";

jest.setTimeout(120_000);

let release: ReleaseWorld;
let plugin: Awaited<ReturnType<typeof pluginFor>>;

beforeAll(async () => {
  release = await ReleaseWorld.open();
  plugin = await pluginFor(release.azure, "airlock:index:TokenPassword");
});
afterEach(() => release.world.sandbox.faults.clear());
afterAll(async () => {
  plugin.stop();
  await release.close();
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

function asked(): Properties {
  return {
    registryId: release.registryId,
    loginServer: release.loginServer,
    tokenName,
    expires: inDays(7),
  };
}

const passwordOf = (outputs: Properties) => (outputs.password as { value: string }).value;

async function accepts(outputs: Properties): Promise<boolean> {
  const { loginServer } = release;
  return (await release.azure.tokens.signIn(loginServer, tokenName, passwordOf(outputs))).accepted;
}

test("a password is made, rotated without downtime, seen to end and deleted, and is sealed at each step", async () => {
  const { inputs, failures } = await plugin.check(asked());
  expect(failures).toEqual([]);
  const previewed = await plugin.create(inputs, true);
  expect(previewed.outputs.password).toEqual(secret(UNKNOWN));

  const first = (await plugin.create(inputs)).outputs;
  expect(first).toEqual({
    ...inputs,
    password: secret(expect.stringMatching(/^.{43}$/)),
    slot: "password1",
    createdAt: expect.stringMatching(/Z$/),
    acceptedAt: expect.stringMatching(/Z$/),
  });
  expect(await accepts(first)).toBe(true);
  expect(await plugin.read(inputs, first)).toEqual({ inputs, outputs: first });

  const rotated = (await plugin.check({ ...asked(), expires: inputs.expires, rotation: 1 }, inputs)).inputs;
  expect(await plugin.diff(first, inputs, rotated)).toEqual({ changes: ["rotation"], replaces: [] });
  expect((await plugin.update(rotated, first, true)).password).toEqual(secret(UNKNOWN));
  const second = await plugin.update(rotated, first);
  expect([second.slot, passwordOf(second) === passwordOf(first)]).toEqual(["password2", false]);
  expect([await accepts(first), await accepts(second)]).toEqual([true, true]);

  await release.putToken("disabled");
  const drifted = (await plugin.read(rotated, second))!;
  expect(drifted).toEqual({
    inputs: { ...rotated, valid: false },
    outputs: { ...second, valid: false },
  });
  await expect(plugin.update(rotated, drifted.outputs)).rejects.toMatchObject({
    details: expect.stringMatching(/is disabled in localhost:\d+: no password was made\. Enable it, or set/),
  });
  await release.putToken("enabled");
  expect(await plugin.update(rotated, drifted.outputs)).toEqual(second);

  await plugin.remove(second);
  expect([await accepts(first), await accepts(second)]).toEqual([false, false]);

  // Nothing that came back, errors included, held a password outside of a secret.
  const shown = plugin.answers.join("\n");
  expect(shown).toContain('"password":"[secret]"');
  for (const state of [first, second]) expect(shown).not.toContain(passwordOf(state));
});

test.each(["throttle", "error", "drop-before", "drop-after"] as const)(
  "a password is made though there is %s on ARM and on the registry",
  async (kind) => {
    const { inputs } = await plugin.check(asked());
    for (const on of ["arm", "token"]) release.world.sandbox.faults.set({ kind, on, times: 2 });
    const { outputs } = await plugin.create(inputs);
    expect(await accepts(outputs)).toBe(true);
    expect(release.world.sandbox.faults.list()).toEqual([]);
  },
);

test("a registry that can't be asked leaves no password behind in an error", async () => {
  const { inputs } = await plugin.check(asked());
  const host = release.loginServer;
  release.world.sandbox.faults.set({ kind: "drop-before", on: "token", match: "GET /oauth2/token" });
  await expect(plugin.create(inputs)).rejects.toMatchObject({
    details: expect.stringMatching(
      new RegExp(`^GET https://${host}/oauth2/token failed: fetch failed \\([A-Z_]+\\)$`),
    ),
  });
});

test("Azure itself refuses an expiry in the past", async () => {
  const { tokens } = release.azure;
  const token = { registryId: release.registryId, tokenName };
  await expect(tokens.generate(token, "password1", "2020-01-01T00:00:00Z")).rejects.toThrow(
    /^generating password1 of the token v0-0-1-qa-acr-sa in onestreamqa failed: 400 InvalidParameters: The expiry '2020-01-01T00:00:00.000Z' is in the past\./,
  );
});
