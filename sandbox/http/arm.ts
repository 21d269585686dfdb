import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ArmError, badRequest } from "../azure/arm-error";
import { parseArmId } from "../azure/arm-id";
import { importParameters } from "../azure/import-parameters";
import type { Caller } from "../azure/resource-type";
import { subscriptionId, tenantId } from "../places";
import type { Sandbox } from "../sandbox";
import { serveClusterCredentials } from "./cluster-credentials";
import { showList, showRoleDefinition } from "./arm-lists";
import { showResources } from "./arm-resources";
import { generateCredentials, keepPasswords, withPasswords } from "./token-credentials";
import type { Exchange } from "./exchange";

type Outcome = "done" | ArmError;

/** How long, in milliseconds, the question after an operation is kept waiting for its end. */
const patience = 1000;

/** ARM's REST interface, as far as its own clients need it here. */
export class ArmEndpoint {
  private readonly operations = new Map<string, Promise<Outcome>>();

  async serve(sandbox: Sandbox, exchange: Exchange): Promise<boolean> {
    const path = exchange.url.pathname.replace(/\/+$/, "");
    if (!/^\/subscriptions(\/|$)/i.test(path)) return false;
    const bearer = exchange.bearer();
    const caller = bearer && (await sandbox.tokens.callerOf(bearer, sandbox.isArmAudience));
    if (!caller) {
      const challenge = `Bearer authorization_uri="${sandbox.endpoint}/${tenantId}"`;
      const error = new ArmError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The access token is missing, has expired or is meant for another API.",
      );
      exchange.reply(401, error, { "www-authenticate": challenge });
      return true;
    }
    await this.dispatch(sandbox, exchange, caller, path);
    return true;
  }

  private async dispatch(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): Promise<void> {
    const { method } = exchange;
    const action =
      /^(\/.*\/Microsoft\.ContainerRegistry\/registries\/[^/]+)\/(importImage|generateCredentials)$/i.exec(
        path,
      );
    if (method === "POST" && action) {
      const [, registryId, name] = action as unknown as [string, string, string];
      return name.toLowerCase() === "importimage"
        ? this.importImage(sandbox, exchange, caller, registryId)
        : generateCredentials(sandbox, exchange, caller, registryId);
    }
    const operation =
      /\/providers\/Microsoft\.ContainerRegistry\/locations\/[^/]+\/operationResults\/([^/]+)$/i.exec(path);
    if (method === "GET" && operation) return this.operationResult(exchange, operation[1]);
    if (method === "GET") return show(sandbox, exchange, caller, path);
    if (method === "PUT" || method === "PATCH") return write(sandbox, exchange, caller, path);
    if (method === "DELETE") return remove(sandbox, exchange, caller, path);
    if (method === "POST" && (await serveClusterCredentials(sandbox, exchange, caller, path))) return;
    if (method === "POST") requireAction(sandbox, caller, path);
    throw new ArmError(405, "MethodNotAllowed", `The sandbox does not offer ${method} for '${path}'.`);
  }

  private async importImage(
    sandbox: Sandbox,
    exchange: Exchange,
    caller: Caller,
    registryId: string,
  ): Promise<void> {
    const parameters = importParameters(await exchange.json());
    const copy = await sandbox.imports.prepare(caller, registryId, parameters);
    const id = `registries-${randomUUID()}`;
    this.operations.set(
      id,
      copy().then(() => "done", failure),
    );
    const location = `${sandbox.endpoint}/subscriptions/${subscriptionId}/providers/Microsoft.ContainerRegistry/locations/sandbox/operationResults/${id}?api-version=2025-11-01`;
    exchange.reply(202, undefined, { location, "retry-after": "0" });
  }

  // Clients ask at once, and then wait for as long as the answer says: Microsoft's Python ones half a minute where it says 0.
  private async operationResult(exchange: Exchange, id: string): Promise<void> {
    const ended = this.operations.get(id);
    if (ended === undefined)
      throw new ArmError(404, "OperationNotFound", `The operation '${id}' was not found.`);
    const outcome = await Promise.race([ended, sleep(patience, "running" as const, { ref: false })]);
    if (outcome === "done") return exchange.reply(200);
    if (outcome === "running") {
      return exchange.reply(202, undefined, { location: exchange.url.href, "retry-after": "1" });
    }
    exchange.reply(outcome.status, outcome);
  }
}

/** Who may not do it is told so, also where the sandbox could not do it: `POST <id>/listCredentials`. */
function requireAction(sandbox: Sandbox, caller: Caller, path: string): void {
  const at = path.lastIndexOf("/");
  const resource = parseArmId(path.slice(0, at));
  if (!resource) return;
  const action = `${resource.type}/${path.slice(at + 1)}/action`;
  sandbox.manager.authorize(caller, { plane: "control", action, scope: resource.text });
}

/** A resource, or a list of the ones of a type below a scope. */
function show(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): void {
  if (path.toLowerCase() === `/subscriptions/${subscriptionId}`) return exchange.reply(200, subscription());
  if (/^\/subscriptions$/i.test(path)) return exchange.reply(200, { value: [subscription()] });
  if (showResources(sandbox, exchange, caller, path)) return;
  // The path of a list is that of one of its members, less the name.
  const member = parseArmId(path) === undefined ? parseArmId(`${path}/name`) : undefined;
  if (member) return showList(sandbox, exchange, caller, member);
  const role = showRoleDefinition(sandbox, caller, path);
  exchange.reply(200, role ?? withPasswords(sandbox, sandbox.manager.get(caller, path)));
}

/** Makes a resource, or changes what stands; the manager says who may. */
async function write(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): Promise<void> {
  const given = await exchange.json();
  const properties = withoutNull(given.properties);
  const present = sandbox.manager.find(path);
  if (exchange.method === "PUT") {
    const stored = await sandbox.manager.put(caller, path, { ...envelope(given), properties });
    keepPasswords(sandbox, stored, properties);
    return exchange.reply(present ? 200 : 201, withPasswords(sandbox, stored));
  }
  // Whoever may not see it is told that, before whether it stands.
  if (!present) return exchange.reply(200, sandbox.manager.get(caller, path));
  const body = {
    ...envelope(present),
    ...envelope(given),
    properties: { ...present.properties, ...properties },
  };
  const stored = await sandbox.manager.put(caller, path, body);
  keepPasswords(sandbox, stored, properties);
  exchange.reply(200, withPasswords(sandbox, stored));
}

async function remove(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): Promise<void> {
  const present = sandbox.manager.find(path);
  await sandbox.manager.delete(caller, path);
  exchange.reply(present ? 200 : 204);
}

// What a client sends or reads back beside `properties`, less what Azure alone writes.
function envelope(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = ["id", "name", "type", "systemData", "properties"];
  return Object.fromEntries(Object.entries(body).filter(([key]) => !own.includes(key)));
}

// JSON's null is how clients leave a property out.
function withoutNull(properties: unknown = {}): Record<string, unknown> {
  if (typeof properties !== "object" || properties === null || Array.isArray(properties))
    throw badRequest(
      "InvalidRequestContent",
      "The request content was invalid: 'properties' is not an object.",
    );
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function subscription(): Record<string, unknown> {
  return {
    id: `/subscriptions/${subscriptionId}`,
    subscriptionId,
    tenantId,
    displayName: "sandbox",
    state: "Enabled",
  };
}

function failure(error: unknown): ArmError {
  return error instanceof ArmError
    ? error
    : new ArmError(500, "InternalServerError", (error as Error).message);
}
