import { ArmError } from "../azure/arm-error";
import { can } from "../../model/access/evaluate";
import type { Caller } from "../azure/resource-type";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";

const vaultAudience = "https://vault.azure.net";

/** Key Vault's data plane, one vault a path: `/keyvault/<vault>/keys/<key>[/<version>[/sign]]`. */
export async function serveKeyVault(sandbox: Sandbox, exchange: Exchange): Promise<boolean> {
  const match = /^\/keyvault\/([^/]+)\/keys\/([^/]+)(?:\/([^/]+))?(?:\/(sign))?\/?$/.exec(
    exchange.url.pathname,
  );
  if (!match) return false;
  const [, vaultName, keyName, version, operation] = match as unknown as [
    string,
    string,
    string,
    string?,
    string?,
  ];
  const caller = await authenticate(sandbox, exchange);
  if (!caller) return true;
  const vault = sandbox.manager
    .all("Microsoft.KeyVault/vaults")
    .find(({ name }) => name.toLowerCase() === vaultName.toLowerCase());
  if (!vault) throw new ArmError(404, "VaultNotFound", `The vault '${vaultName}' was not found.`);
  const scope = `${vault.id}/keys/${keyName}`;
  if (operation === "sign" && exchange.method === "POST") {
    authorize(sandbox, caller, "sign", scope);
    await sign(sandbox, exchange, vault.name, keyName, version!);
  } else if (operation === undefined && exchange.method === "GET") {
    authorize(sandbox, caller, "read", scope);
    show(sandbox, exchange, vault.name, keyName, version);
  } else {
    throw new ArmError(405, "BadParameter", `The method ${exchange.method} is not allowed here.`);
  }
  return true;
}

async function authenticate(sandbox: Sandbox, exchange: Exchange): Promise<Caller | undefined> {
  const bearer = exchange.bearer();
  const caller = bearer && (await sandbox.tokens.callerOf(bearer, (audience) => audience === vaultAudience));
  if (caller) return caller;
  const challenge = `Bearer authorization="${sandbox.endpoint}/${sandbox.manager.surroundings.tenantId}", resource="${vaultAudience}"`;
  exchange.reply(
    401,
    {
      error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer token for this vault." },
    },
    { "www-authenticate": challenge },
  );
  return undefined;
}

function authorize(sandbox: Sandbox, caller: Caller, what: "read" | "sign", scope: string): void {
  const action = `Microsoft.KeyVault/vaults/keys/${what}${what === "sign" ? "/action" : ""}`;
  if (can(sandbox.graph.current(), caller.objectId, { plane: "data", action, scope }).allowed) return;
  throw new ArmError(
    403,
    "Forbidden",
    `Caller is not authorized to perform action on resource. Caller: '${caller.name}' (${caller.objectId}); Action: '${action}'; Resource: '${scope}'.`,
  );
}

function show(sandbox: Sandbox, exchange: Exchange, vault: string, name: string, version?: string): void {
  const key = sandbox.vaultKeys.publicKey(vault, name, version);
  if (!key) throw keyNotFound(name);
  const stored = sandbox.manager.all("Microsoft.KeyVault/vaults/keys").find((one) => one.name === name);
  exchange.reply(200, {
    key: {
      kid: keyId(sandbox, vault, name, key.version),
      kty: "EC",
      crv: "P-256",
      x: key.x,
      y: key.y,
      key_ops: stored?.properties.keyOps ?? ["sign", "verify"],
    },
    attributes: stored?.properties.attributes ?? { enabled: true },
  });
}

async function sign(
  sandbox: Sandbox,
  exchange: Exchange,
  vault: string,
  name: string,
  version: string,
): Promise<void> {
  const { alg, value } = await exchange.json();
  const digest = Buffer.from(typeof value === "string" ? value : "", "base64url");
  if (alg !== "ES256" || digest.length !== 32) {
    throw new ArmError(400, "BadParameter", "A P-256 key signs with alg ES256 a digest of 32 bytes.");
  }
  const signature = sandbox.vaultKeys.sign(vault, name, version, digest);
  if (!signature) throw keyNotFound(name);
  exchange.reply(200, { kid: keyId(sandbox, vault, name, version), value: signature.toString("base64url") });
}

function keyId(sandbox: Sandbox, vault: string, name: string, version: string): string {
  return `${sandbox.manager.surroundings.vaultUri(vault)}keys/${name}/${version}`;
}

function keyNotFound(name: string): ArmError {
  return new ArmError(404, "KeyNotFound", `A key with (name/id) ${name} was not found in this key vault.`);
}
