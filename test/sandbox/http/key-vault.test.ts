import { createHash, createPublicKey, verify } from "node:crypto";
import * as https from "node:https";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { roleGuids } from "../../../model/access/roles";
import {
  addIdentity,
  addRegistry,
  addVault,
  assignmentId,
  openTestSandbox,
  roleId,
  type TestSandbox,
} from "../support";
import { credentialIn, transportTo } from "./credential";

const signer = "sp-onestream-dev-pipeline";
const stranger = "sp-onestream-staging-pipeline";
const digest = createHash("sha256").update("payload").digest();
let test: TestSandbox;
let vault: { id: string; vaultUri: string };
/** Address of the key's one version. */
let keyUri: string;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev"]);
  await addRegistry(test, "onestreamdev");
  vault = await addVault(test, "onestream-signing-kv");
  const { manager } = test.sandbox;
  const key = await manager.put(test.administrator, `${vault.id}/keys/cosign`, {
    properties: { kty: "EC", curveName: "P-256", keyOps: ["sign", "verify"] },
  });
  keyUri = String(key.properties.keyUriWithVersion);
  addIdentity(test.sandbox, stranger);
  await manager.put(test.administrator, assignmentId(vault.id, 1), {
    properties: {
      principalId: addIdentity(test.sandbox, signer).objectId,
      principalType: "ServicePrincipal",
      roleDefinitionId: roleId(roleGuids.cryptoUser),
    },
  });
});
afterAll(() => test.close());

// The client expects a vault's name within the domain that its token is for, and a host of this machine is in none.
const options = () => ({ ...transportTo(test), disableChallengeResourceVerification: true });
const keysAs = async (name: string, address = vault.vaultUri) =>
  new KeyClient(address, await credentialIn(test, name), options());
const cryptographyAs = async (name: string) =>
  new CryptographyClient(keyUri, await credentialIn(test, name), options());

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

describe("Microsoft's client for keys", () => {
  it("shows a key, whose id names its vault's host, and lists it with its versions", async () => {
    const client = await keysAs(signer);
    const { id, name, keyType, keyOperations, properties } = await client.getKey("cosign");
    expect({ id, name, keyType, keyOperations }).toEqual({
      id: keyUri,
      name: "cosign",
      keyType: "EC",
      keyOperations: ["sign", "verify"],
    });
    expect([properties.vaultUrl, properties.enabled]).toEqual([vault.vaultUri.replace(/\/$/, ""), true]);
    const version = keyUri.split("/").at(-1);
    expect((await all(client.listPropertiesOfKeys())).map((key) => key.name)).toEqual(["cosign"]);
    expect((await all(client.listPropertiesOfKeyVersions("cosign"))).map((key) => key.version)).toEqual([
      version,
    ]);
    expect((await client.getKey("cosign", { version })).id).toBe(keyUri);
  });

  it("signs a digest and verifies it, as the key's public half does", async () => {
    const { result } = await (await cryptographyAs(signer)).sign("ES256", digest);
    const { key } = await (await keysAs(signer)).getKey("cosign");
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: Buffer.from(key!.x!).toString("base64url"),
      y: Buffer.from(key!.y!).toString("base64url"),
    };
    const publicKey = createPublicKey({ key: jwk, format: "jwk" });
    const payload = Buffer.from("payload");
    expect(verify("sha256", payload, { key: publicKey, dsaEncoding: "ieee-p1363" }, result)).toBe(true);
    const other = createHash("sha256").update("other").digest();
    const client = await cryptographyAs(signer);
    const held = [await client.verify("ES256", digest, result), await client.verify("ES256", other, result)];
    expect(held.map(({ result: holds }) => holds)).toEqual([true, false]);
  });

  it("finds no key that was never made, and none of another vault", async () => {
    await expect((await keysAs(signer)).getKey("other")).rejects.toMatchObject({
      statusCode: 404,
      message: "A key with (name/id) other was not found in this key vault.",
    });
    const second = await addVault(test, "onestream-other-kv");
    expect(new URL(second.vaultUri).host).not.toBe(new URL(vault.vaultUri).host);
    await test.sandbox.manager.put(test.administrator, assignmentId(second.id, 2), {
      properties: {
        principalId: (await test.sandbox.sessions.open(signer)).objectId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(roleGuids.cryptoUser),
      },
    });
    const client = await keysAs(signer, second.vaultUri);
    expect(await all(client.listPropertiesOfKeys())).toEqual([]);
    await expect(client.getKey("cosign")).rejects.toMatchObject({ statusCode: 404 });
    await test.sandbox.manager.delete(test.administrator, second.id);
    await expect(ask(second.vaultUri)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it.each([
    ["read", "/keys/cosign", async () => (await keysAs(stranger)).getKey("cosign")],
    ["sign/action", "/keys/cosign", async () => (await cryptographyAs(stranger)).sign("ES256", digest)],
    ["create/action", "/keys/cosign", async () => (await keysAs(stranger)).createEcKey("cosign")],
    ["delete", "/keys/cosign", async () => (await keysAs(stranger)).beginDeleteKey("cosign")],
  ])("refuses keys/%s on %s to whoever holds nothing there", async (what, below, attempt) => {
    const { objectId } = await test.sandbox.sessions.open(stranger);
    await expect(attempt()).rejects.toMatchObject({
      statusCode: 403,
      code: "Forbidden",
      message: `Caller is not authorized to perform action on resource. Caller: '${stranger}' (${objectId}); Action: 'Microsoft.KeyVault/vaults/keys/${what}'; Resource: '${vault.id}${below}'.`,
    });
  });

  it("refuses to list keys to whoever holds nothing there", async () => {
    const listed = all((await keysAs(stranger)).listPropertiesOfKeys());
    await expect(listed).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" });
  });

  it("does not let the signer replace the key", async () => {
    await expect((await keysAs(signer)).createEcKey("cosign")).rejects.toMatchObject({ statusCode: 403 });
    await expect((await keysAs(signer)).beginDeleteKey("cosign")).rejects.toMatchObject({ statusCode: 403 });
  });
});

it("asks for a token, which must be the vault's own", async () => {
  const challenge = `Bearer authorization="${test.sandbox.endpoint}/${test.sandbox.manager.surroundings.tenantId}", resource="https://vault.azure.net"`;
  expect(await ask(keyUri)).toEqual([401, challenge]);
  const { token } = await (
    await credentialIn(test, signer)
  ).getToken("https://management.azure.com/.default");
  expect(await ask(keyUri, { authorization: `Bearer ${token}` })).toEqual([401, challenge]);
});

/** Status and challenge. */
function ask(url: string, headers: Record<string, string> = {}): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { headers, ca: test.authority.certificate, agent: false }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers["www-authenticate"]]);
      })
      .on("error", reject);
  });
}
