import { ArmError, badRequest } from "../azure/arm-error";
import type { Caller, Properties, StoredResource } from "../azure/resource-type";
import type { Sandbox } from "../sandbox";
import { textOf } from "../text";
import type { Exchange } from "./exchange";

/** Passwords of a registry token: shown in this answer and never again. */
export async function generateCredentials(
  sandbox: Sandbox,
  exchange: Exchange,
  caller: Caller,
  registryId: string,
): Promise<void> {
  const action = "Microsoft.ContainerRegistry/registries/generateCredentials/action";
  sandbox.manager.authorize(caller, { plane: "control", action, scope: registryId });
  const { tokenId, expiry, name } = await exchange.json();
  const token = sandbox.manager.find(textOf(tokenId));
  if (!token || !token.id.toLowerCase().startsWith(`${registryId.toLowerCase()}/tokens/`)) {
    throw new ArmError(404, "TokenNotFound", `The token '${textOf(tokenId)}' was not found.`);
  }
  if (name !== undefined && name !== "password1" && name !== "password2") {
    throw badRequest("InvalidParameters", "The password's name is password1 or password2.");
  }
  const now = new Date();
  const until = expiry === undefined ? undefined : textOf(expiry);
  if (until !== undefined && Number.isNaN(Date.parse(until))) {
    throw badRequest("InvalidParameters", `The expiry '${until}' is no date.`);
  }
  if (until !== undefined && Date.parse(until) <= now.getTime()) {
    throw badRequest("InvalidParameters", `The expiry '${until}' is in the past.`);
  }
  const names = name === undefined ? ["password1", "password2"] : [name];
  const passwords = sandbox.passwords.generate(token.id, names, now.toISOString(), until);
  exchange.reply(200, { username: token.name, passwords });
}

/** A token as ARM shows it: with what there is to know of its passwords, but for their values. */
export function withPasswords(sandbox: Sandbox, resource: StoredResource): StoredResource {
  if (!isToken(resource)) return resource;
  const passwords = sandbox.passwords.list(resource.id);
  return { ...resource, properties: { ...resource.properties, credentials: { passwords } } };
}

/** A token that is written with a list of passwords loses the others: how the Azure CLI deletes one. */
export function keepPasswords(sandbox: Sandbox, resource: StoredResource, given: Properties): void {
  const { passwords } = (given.credentials ?? {}) as { passwords?: unknown };
  if (!isToken(resource) || !Array.isArray(passwords)) return;
  const names = passwords.map((one) => textOf((one as { name?: unknown } | null)?.name));
  sandbox.passwords.keep(resource.id, names);
}

function isToken({ type }: StoredResource): boolean {
  return type === "Microsoft.ContainerRegistry/registries/tokens";
}
