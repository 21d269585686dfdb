import { roleGuids } from "../../../model/access/roles";
import type { Properties } from "../../../provider/properties";
import { assignmentId, groupId, roleId } from "../../sandbox/support";
import { pluginFor, secret } from "../support/grpc";
import { account, ReleaseWorld, tokenName } from "../support/sandbox-release";

jest.setTimeout(300_000);

let release: ReleaseWorld;
let passwords: Awaited<ReturnType<typeof pluginFor>>;
let proofs: Awaited<ReturnType<typeof pluginFor>>;
let servicePrincipalId: string;
let applicationId: string;
/** What `TokenPassword` made. */
let made: Properties;

beforeAll(async () => {
  release = await ReleaseWorld.open();
  passwords = await pluginFor(release.azure, "airlock:index:TokenPassword");
  const hurried = { ...release.azure, pause: async () => undefined };
  proofs = await pluginFor(hurried, "airlock:index:RevocationProof");
  servicePrincipalId = release.addAccount().objectId;
  applicationId = release.world.sandbox.directory
    .all("application")
    .find(({ displayName }) => displayName === account)!.id;
  await release.putRole(servicePrincipalId, roleGuids.repositoryReader);
  const expires = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const { registryId, loginServer } = release;
  const { inputs } = await passwords.check({ registryId, loginServer, tokenName, expires });
  made = (await passwords.create(inputs)).outputs;
});
afterEach(() => release.world.sandbox.faults.clear());
afterAll(async () => {
  passwords.stop();
  proofs.stop();
  await release.close();
});

function asked(): Properties {
  return {
    registryId: release.registryId,
    loginServer: release.loginServer,
    tokenName,
    password: made.password,
    passwordCreatedAt: made.createdAt,
    passwordExpires: made.expires,
    acceptedAt: made.acceptedAt,
    applicationId: `/applications/${applicationId}`,
    servicePrincipalId: `/servicePrincipals/${servicePrincipalId}`,
    scopes: [release.registryId],
  };
}

/** What the first update of an advance does. */
async function end(): Promise<void> {
  const { directory, manager } = release.world.sandbox;
  await release.putToken("disabled");
  const principal = directory.find("servicePrincipal", servicePrincipalId)!;
  directory.put({ ...principal, settings: { accountEnabled: false } });
  for (const { id } of directory.credentialsOf(applicationId)) directory.remove(id);
  await manager.delete(release.world.administrator, assignmentId(release.registryId, 2));
}

test("an open stage is not proven to have ended, and the line names all that lives", async () => {
  const { inputs, failures } = await proofs.check(asked());
  expect(failures).toEqual([]);
  await expect(proofs.create(inputs)).rejects.toMatchObject({
    details:
      `the end of the token ${tokenName} and the application ${applicationId} is not proven: ` +
      `the password of the token ${tokenName} still works in ${release.loginServer}, ` +
      `and the token ${tokenName} is enabled in ${release.loginServer}, ` +
      `and the account ${account} is enabled in Entra ID, ` +
      `and the account ${account} still has the federated credential github-environment, ` +
      `and the account ${account} still has the role assignment 00000000-0000-4000-8000-000000000002 on onestreamqa. ` +
      "End it, then run this again",
  });
});

describe("a stage that has ended", () => {
  beforeAll(end);

  it("is proven, read back as proven, and keeps its password sealed", async () => {
    const { inputs } = await proofs.check(asked());
    expect(inputs.password).toEqual(made.password);
    expect((await proofs.create(inputs, true)).outputs.password).toBeUndefined();
    const { outputs } = await proofs.create(inputs);
    const { password: _password, ...rest } = inputs;
    expect(outputs).toEqual({
      ...rest,
      refusedAt: expect.stringMatching(/Z$/),
      provenAt: expect.stringMatching(/Z$/),
      accessTokensLiveUntil: new Date(Date.parse(String(outputs.provenAt)) + 345 * 60_000).toISOString(),
    });
    expect(await proofs.read(inputs, outputs)).toEqual({ inputs, outputs });
    const again = (await proofs.check(asked(), inputs)).inputs;
    expect(await proofs.diff(outputs, inputs, again)).toEqual({ changes: [], replaces: [] });

    await release.putToken("enabled");
    const drifted = (await proofs.read(inputs, outputs))!;
    expect([drifted.inputs.revoked, drifted.outputs.revoked]).toEqual([false, false]);
    await release.putToken("disabled");
    expect(await proofs.update(again, drifted.outputs)).toMatchObject({
      revoked: true,
      refusedAt: outputs.refusedAt,
    });
    await proofs.remove(outputs);
  });

  it("has its password sealed also when the program gives it in the clear", async () => {
    const { value } = made.password as { value: string };
    const { inputs } = await proofs.check({ ...asked(), password: value });
    expect(inputs.password).toEqual(secret(value));
  });

  it.each([
    ["throttle", "token"],
    ["error", "graph"],
    ["drop-before", "arm"],
    ["drop-after", "token"],
  ] as const)("is proven though there is %s on %s, twice", async (kind, on) => {
    const { inputs } = await proofs.check(asked());
    release.world.sandbox.faults.set({ kind, on, times: 2 });
    expect((await proofs.create(inputs)).outputs.revoked).toBe(true);
    expect(release.world.sandbox.faults.list()).toEqual([]);
  });

  it.each([
    [{ kind: "drop-before", on: "token", match: "GET /oauth2/token" }, /oauth2\/token failed: fetch failed/],
    [{ kind: "error", on: "token", match: "GET /oauth2/token" }, /oauth2\/token failed: 500$/],
    [{ kind: "error", on: "graph" }, /failed: 500$/],
    [{ kind: "error", match: "GET /subscriptions/**/roleAssignments" }, /roleAssignments failed: 500$/],
    [{ kind: "error", match: "GET /subscriptions/**/tokens/*" }, /^.*reading the token .* failed: 500/],
  ] as const)("is not proven while there is %j", async (fault, reason) => {
    const { inputs } = await proofs.check(asked());
    release.world.sandbox.faults.set(fault);
    const error = await proofs.create(inputs).then(
      () => undefined,
      ({ details }: { details: string }) => details,
    );
    expect(error).toMatch(/^the end of the token .* is not proven: /);
    expect(error).toMatch(reason);
  });

  it("is not proven by a password that has expired by the registry's clock", async () => {
    const { inputs } = await proofs.check(asked());
    release.world.sandbox.faults.set({ kind: "clock-skew", seconds: 8 * 86_400 });
    await expect(proofs.create(inputs)).rejects.toMatchObject({
      details: expect.stringMatching(
        /refused the password of the token .*: the password expired at .*, and the refusal of an expired one proves nothing/,
      ),
    });
  });

  it("is not proven while a group of the account's gives it a role", async () => {
    const { directory, manager } = release.world.sandbox;
    const group = directory.addGroup("qa-team", { securityEnabled: true });
    directory.addMember(group.id, servicePrincipalId);
    const role = assignmentId(groupId, 3);
    await manager.put(release.world.administrator, role, {
      properties: {
        principalId: group.id,
        principalType: "Group",
        roleDefinitionId: roleId(roleGuids.reader),
      },
    });
    const { inputs } = await proofs.check(asked());
    await expect(proofs.create(inputs)).rejects.toMatchObject({
      details: expect.stringMatching(
        new RegExp(
          `is not proven after 75 seconds: the account ${account} still has the role assignment .*3 on onestream-dev-rg\\.`,
        ),
      ),
    });
  });
});

afterAll(() => {
  const { value } = made.password as { value: string };
  expect([...passwords.answers, ...proofs.answers].join("\n")).not.toContain(value);
});
