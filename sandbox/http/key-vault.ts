import { can } from "../../model/access/evaluate";
import type { GraphSource } from "../azure/access-graph";
import { ArmError } from "../azure/arm-error";
import type { ResourceManager } from "../azure/resource-manager";
import type { Caller, StoredResource } from "../azure/resource-type";
import type { PublicKey, VaultKeys } from "../azure/vault-keys";
import type { TokenService } from "../entra/token-service";
import { Exchange } from "./exchange";
import type { Handler } from "./limits";
import { respond } from "./respond";

/** What a vault's data plane works with. */
export interface VaultContext {
  /** Address of the Azure endpoint, where Entra is. */
  readonly endpoint: string;
  readonly manager: ResourceManager;
  readonly graph: GraphSource;
  readonly tokens: TokenService;
  readonly keys: VaultKeys;
  /** Address of the vault, with a slash at its end. */
  readonly address: (vault: string) => string;
}

const audience = "https://vault.azure.net";

/** One request to one vault; without a key it is about all of them. */
interface Ask {
  readonly context: VaultContext;
  readonly exchange: Exchange;
  readonly vault: StoredResource;
  readonly key: string;
  readonly version?: string;
}

interface Operation {
  readonly method: string;
  readonly path: RegExp;
  /** Below `Microsoft.KeyVault/vaults/keys/`. */
  readonly action: string;
  readonly answer: (ask: Ask) => void | Promise<void>;
}

// Resource Manager alone makes keys here; whoever may not is told so all the same.
const notOffered = ({ exchange: { method, url } }: Ask): never => {
  throw new ArmError(405, "NotSupported", `The sandbox's vaults don't offer ${method} ${url.pathname}.`);
};

const operations: readonly Operation[] = [
  { method: "GET", path: /^\/keys\/?$/, action: "read", answer: list },
  { method: "GET", path: /^\/keys\/([^/]+)\/versions\/?$/, action: "read", answer: listVersions },
  { method: "GET", path: /^\/keys\/([^/]+)(?:\/([^/]+))?\/?$/, action: "read", answer: show },
  { method: "POST", path: /^\/keys\/([^/]+)\/([^/]+)\/sign$/, action: "sign/action", answer: sign },
  { method: "POST", path: /^\/keys\/([^/]+)\/([^/]+)\/verify$/, action: "verify/action", answer: verify },
  { method: "POST", path: /^\/keys\/([^/]+)\/create$/, action: "create/action", answer: notOffered },
  { method: "PUT", path: /^\/keys\/([^/]+)$/, action: "import/action", answer: notOffered },
  { method: "DELETE", path: /^\/keys\/([^/]+)$/, action: "delete", answer: notOffered },
];

/** Key Vault's data plane of one vault, as far as it is about keys. `name` is in lower case. */
export function vaultHandler(context: VaultContext, name: string): Handler {
  return (request, response) => {
    const exchange = new Exchange(request, response, context.address(name).replace(/\/$/, ""));
    respond(exchange, () => serve(context, exchange, name));
  };
}

async function serve(context: VaultContext, exchange: Exchange, name: string): Promise<void> {
  const caller = await authenticate(context, exchange);
  if (!caller) return;
  const vault = context.manager
    .all("Microsoft.KeyVault/vaults")
    .find((one) => one.name.toLowerCase() === name);
  if (!vault) throw new ArmError(404, "VaultNotFound", `The vault '${name}' was not found.`);
  for (const { method, path, action, answer } of operations) {
    const [whole, key, version] = path.exec(exchange.url.pathname) ?? [];
    if (whole === undefined || method !== exchange.method) continue;
    authorize(context, caller, action, key === undefined ? vault.id : `${vault.id}/keys/${key}`);
    return answer({ context, exchange, vault, key, version });
  }
  const known = operations.some(({ path }) => path.test(exchange.url.pathname));
  if (!known)
    throw new ArmError(404, "NotFound", `There is nothing at '${exchange.url.pathname}' of a vault.`);
  throw new ArmError(405, "BadParameter", `The method ${exchange.method} is not allowed here.`);
}

async function authenticate(
  { endpoint, manager, tokens }: VaultContext,
  exchange: Exchange,
): Promise<Caller | undefined> {
  const bearer = exchange.bearer();
  const caller = bearer && (await tokens.callerOf(bearer, (named) => named === audience));
  if (caller) return caller;
  const challenge = `Bearer authorization="${endpoint}/${manager.surroundings.tenantId}", resource="${audience}"`;
  exchange.reply(
    401,
    {
      error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer token for this vault." },
    },
    { "www-authenticate": challenge },
  );
  return undefined;
}

function authorize({ graph }: VaultContext, caller: Caller, what: string, scope: string): void {
  const action = `Microsoft.KeyVault/vaults/keys/${what}`;
  if (can(graph.current(), caller.objectId, { plane: "data", action, scope }).allowed) return;
  throw new ArmError(
    403,
    "Forbidden",
    `Caller is not authorized to perform action on resource. Caller: '${caller.name}' (${caller.objectId}); Action: '${action}'; Resource: '${scope}'.`,
  );
}

function list({ context, exchange, vault }: Ask): void {
  const value = keysOf(context, vault).map(({ name, properties }) => ({
    kid: keyId(context, vault, name),
    attributes: properties.attributes,
  }));
  exchange.reply(200, { value, nextLink: null });
}

function listVersions(ask: Ask): void {
  const { context, exchange, vault, key } = ask;
  const { version } = publicKey(ask);
  const kid = keyId(context, vault, key, version);
  exchange.reply(200, { value: [{ kid, attributes: stored(ask)?.properties.attributes }], nextLink: null });
}

function show(ask: Ask): void {
  const { context, exchange, vault, key } = ask;
  const { version, x, y } = publicKey(ask);
  const properties = stored(ask)?.properties;
  exchange.reply(200, {
    key: {
      kid: keyId(context, vault, key, version),
      kty: "EC",
      crv: "P-256",
      x,
      y,
      key_ops: properties?.keyOps ?? ["sign", "verify"],
    },
    attributes: properties?.attributes ?? { enabled: true },
  });
}

async function sign(ask: Ask): Promise<void> {
  const { context, exchange, vault, key, version } = ask;
  const { alg, value } = await exchange.json();
  const signature = context.keys.sign(vault.name, key, version!, digestOf(alg, value));
  if (!signature) throw keyNotFound(key);
  exchange.reply(200, {
    kid: keyId(context, vault, key, version),
    value: signature.toString("base64url"),
  });
}

async function verify(ask: Ask): Promise<void> {
  const { context, exchange, vault, key, version } = ask;
  const { alg, digest, value } = await exchange.json();
  const signature = Buffer.from(typeof value === "string" ? value : "", "base64url");
  const holds = context.keys.verify(vault.name, key, version!, digestOf(alg, digest), signature);
  if (holds === undefined) throw keyNotFound(key);
  exchange.reply(200, { value: holds });
}

function digestOf(alg: unknown, value: unknown): Buffer {
  const digest = Buffer.from(typeof value === "string" ? value : "", "base64url");
  if (alg === "ES256" && digest.length === 32) return digest;
  throw new ArmError(400, "BadParameter", "A P-256 key signs with alg ES256 a digest of 32 bytes.");
}

function publicKey({ context, vault, key, version }: Ask): PublicKey {
  const found = context.keys.publicKey(vault.name, key, version);
  if (!found) throw keyNotFound(key);
  return found;
}

function stored({ context, vault, key }: Ask): StoredResource | undefined {
  return keysOf(context, vault).find(({ name }) => name.toLowerCase() === key.toLowerCase());
}

function keysOf({ manager }: VaultContext, vault: StoredResource): StoredResource[] {
  const above = `${vault.id}/keys/`.toLowerCase();
  return manager.all("Microsoft.KeyVault/vaults/keys").filter(({ id }) => id.toLowerCase().startsWith(above));
}

function keyId(context: VaultContext, vault: StoredResource, name: string, version?: string): string {
  return `${context.address(vault.name)}keys/${name}${version === undefined ? "" : `/${version}`}`;
}

function keyNotFound(name: string): ArmError {
  return new ArmError(404, "KeyNotFound", `A key with (name/id) ${name} was not found in this key vault.`);
}
