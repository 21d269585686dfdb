import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import { roleGuids } from "../../../model/access/roles";
import { subscriptionId } from "../../../sandbox/places";
import {
  addIdentity,
  addRegistry,
  assignmentId,
  openTestSandbox,
  roleId,
  type TestSandbox,
} from "../support";
import { credentialIn, transportTo } from "./credential";

const place = ["onestream-dev-rg", "onestreamdev"] as const;
let test: TestSandbox;
let registry: string;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev"]);
  registry = await addRegistry(test, "onestreamdev");
  const { manager } = test.sandbox;
  await manager.put(test.administrator, `${registry}/scopeMaps/readers`, {
    properties: { actions: ["repositories/iam/*/content/read"] },
  });
  await manager.put(test.administrator, `${registry}/tokens/release`, {
    properties: { scopeMapId: `${registry}/scopeMaps/readers` },
  });
  await grant("sp-maker", roleGuids.registryConfigurationAdministrator, 1);
  await grant("sp-reader", roleGuids.registryConfigurationReader, 2);
});
afterAll(() => test.close());

async function grant(name: string, role: string, number: number): Promise<void> {
  const { objectId } = addIdentity(test.sandbox, name);
  await test.sandbox.manager.put(test.administrator, assignmentId(registry, number), {
    properties: {
      principalId: objectId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleId(role),
    },
  });
}

async function clientOf(name: string): Promise<ContainerRegistryManagementClient> {
  return new ContainerRegistryManagementClient(await credentialIn(test, name), subscriptionId, {
    endpoint: test.sandbox.endpoint,
    ...transportTo(test),
  });
}

const wish = (expiry: Date, name = "password1") => ({ tokenId: `${registry}/tokens/release`, name, expiry });
const inAnHour = () => new Date(Date.now() + 3_600_000);

describe("passwords of a token", () => {
  it("are made by whoever has the action for it, and never with an end in the past", async () => {
    const reader = await clientOf("sp-reader");
    await expect(reader.registries.generateCredentials(...place, wish(inAnHour()))).rejects.toMatchObject({
      statusCode: 403,
      code: "AuthorizationFailed",
    });
    const maker = await clientOf("sp-maker");
    await expect(
      maker.registries.generateCredentials(...place, wish(new Date("2020-01-01T00:00:00Z"))),
    ).rejects.toMatchObject({
      statusCode: 400,
      message: "The expiry '2020-01-01T00:00:00.000Z' is in the past.",
    });
    const made = await maker.registries.generateCredentials(...place, wish(inAnHour()));
    expect(made.passwords).toEqual([expect.objectContaining({ name: "password1" })]);
  });

  it("are shown without their values, and end when a write of the token leaves them out", async () => {
    const maker = await clientOf("sp-maker");
    const values: string[] = [];
    for (const name of ["password1", "password2"]) {
      const { passwords } = await maker.registries.generateCredentials(...place, wish(inAnHour(), name));
      values.push(passwords![0].value!);
    }
    const shown = async () => (await maker.tokens.get(...place, "release")).credentials?.passwords;
    expect(await shown()).toEqual(
      ["password1", "password2"].map((name) => ({
        name,
        creationTime: expect.any(Date),
        expiry: expect.any(Date),
        value: undefined,
      })),
    );
    const { passwords } = test.sandbox;
    const works = () =>
      values.map((value) => passwords.matches(`${registry}/tokens/release`, value, new Date()));
    // A write that says nothing of passwords leaves them.
    await maker.tokens.update(...place, "release", { status: "enabled" });
    expect(works()).toEqual([true, true]);
    await maker.tokens.update(...place, "release", { credentials: { passwords: [{ name: "password2" }] } });
    expect(works()).toEqual([false, true]);
    expect((await shown())?.map(({ name }) => name)).toEqual(["password2"]);
    await maker.tokens.update(...place, "release", { credentials: { passwords: [] } });
    expect(works()).toEqual([false, false]);
  });

  it("expire by the registries' clock, which can be made to run ahead", async () => {
    const maker = await clientOf("sp-maker");
    const { passwords } = await maker.registries.generateCredentials(...place, wish(inAnHour()));
    const ask = async () => {
      const { get } = await import("node:https");
      const headers = {
        authorization: `Basic ${Buffer.from(`release:${passwords![0].value!}`).toString("base64")}`,
      };
      const options = { ca: test.authority.certificate, headers };
      return new Promise<{ status?: number; date?: string }>((resolve, reject) => {
        const url = `https://${test.sandbox.hosts.hostOf("onestreamdev")}/oauth2/token?service=x`;
        get(url, options, (response) => {
          response.resume();
          resolve({ status: response.statusCode, date: response.headers.date });
        }).on("error", reject);
      });
    };
    expect((await ask()).status).toBe(200);
    test.sandbox.faults.set({ kind: "clock-skew", seconds: 7_200 });
    const { status, date } = await ask();
    expect([status, Date.parse(date!) > inAnHour().getTime()]).toEqual([401, true]);
    test.sandbox.faults.clear();
    expect((await ask()).status).toBe(200);
  });
});
