import type { Caller } from "../azure/resource-type";
import { GraphError, graphNotFound } from "../entra/graph-error";
import type { Application, DirectoryObject, Group, ServicePrincipal } from "../entra/objects";
import { audienceIn, type Sandbox } from "../sandbox";
import { page } from "./arm-lists";
import type { Exchange } from "./exchange";
import { RefusedRequest } from "./refusal";
import { filterOf } from "./odata-filter";
import { textOf } from "../text";

type Entry = Record<string, unknown>;

/** Microsoft Graph, as far as an auditor reads it, and a little of what makes drift: `/graph/v1.0/…`. True when the path was one of it. */
export async function serveGraph(sandbox: Sandbox, exchange: Exchange): Promise<boolean> {
  const path = /^\/graph\/v1\.0(\/.*?)\/*$/.exec(decodeURIComponent(exchange.url.pathname))?.[1];
  if (path === undefined) return false;
  try {
    await answer(sandbox, exchange, await authorize(sandbox, exchange), path);
  } catch (error) {
    const problem = error instanceof RefusedRequest ? unread(error) : error;
    if (!(problem instanceof GraphError)) throw problem;
    exchange.reply(problem.status, { error: { code: problem.code, message: problem.text } });
  }
  return true;
}

// Graph makes no difference between a body of another type and one that is no JSON.
function unread({ refusal }: RefusedRequest): GraphError {
  if (refusal.status === 413) return new GraphError(413, "RequestEntityTooLarge", refusal.text);
  return new GraphError(
    400,
    "BadRequest",
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  );
}

async function authorize(sandbox: Sandbox, exchange: Exchange): Promise<Caller> {
  const bearer = exchange.bearer();
  const audience = audienceIn(["https://graph.microsoft.com", `${sandbox.endpoint}/graph`]);
  const caller = bearer && (await sandbox.tokens.callerOf(bearer, audience));
  if (!caller) throw new GraphError(401, "InvalidAuthenticationToken", "Access token is empty or invalid.");
  if (sandbox.mayReadDirectory(caller)) return caller;
  throw new GraphError(
    403,
    "Authorization_RequestDenied",
    `Insufficient privileges to complete the operation: '${caller.name}' can't read the directory.`,
  );
}

// The two things that give somebody another's rights: a member more, and a federated credential more.
async function write(
  sandbox: Sandbox,
  exchange: Exchange,
  caller: Caller,
  [collection, id = "", relation, reference]: readonly string[],
): Promise<boolean> {
  const { directory } = sandbox;
  sandbox.guardDirectory(caller);
  if (collection === "groups" && relation === "members" && reference === "$ref") {
    const { "@odata.id": member } = await exchange.json();
    directory.addMember(id, textOf(member).split("/").at(-1)!);
    exchange.reply(204);
    return true;
  }
  if (collection === "applications" && relation === "federatedIdentityCredentials") {
    const { name, issuer, subject, audiences } = await exchange.json();
    const made = directory.putCredential({
      applicationId: id,
      displayName: textOf(name),
      issuer: textOf(issuer),
      subject: textOf(subject),
      audiences: Array.isArray(audiences) ? audiences.map(textOf) : [],
    });
    exchange.reply(201, { id: made.id, name, issuer, subject, audiences });
    return true;
  }
  return false;
}

// A credential goes by its id or by its name.
function removeCredential(sandbox: Sandbox, caller: Caller, application: string, idOrName: string): void {
  const { directory } = sandbox;
  sandbox.guardDirectory(caller);
  const found = directory
    .credentialsOf(application.toLowerCase())
    .find(({ id, displayName }) => idOrName === id || idOrName === displayName);
  if (!found) throw graphNotFound("Resource", idOrName);
  directory.remove(found.id);
}

async function answer(sandbox: Sandbox, exchange: Exchange, caller: Caller, path: string): Promise<void> {
  const { directory } = sandbox;
  const list = (entries: readonly Entry[]) =>
    exchange.reply(200, page(exchange.url, entries, "@odata.nextLink"));
  const parts = path.slice(1).split("/");
  const [collection, id = "", relation, cast] = parts;
  if (exchange.method === "POST" && path === "/directoryObjects/getByIds") {
    const { ids } = await exchange.json();
    const wanted = (Array.isArray(ids) ? ids : []).map((one) => textOf(one).toLowerCase());
    return list(principalsOf(sandbox).filter(({ id }) => wanted.includes(textOf(id))));
  }
  if (exchange.method === "POST" && (await write(sandbox, exchange, caller, parts))) return;
  if (exchange.method === "DELETE" && relation === "federatedIdentityCredentials" && cast !== undefined) {
    removeCredential(sandbox, caller, id, cast);
    return exchange.reply(204);
  }
  if (exchange.method !== "GET") {
    throw new GraphError(
      405,
      "Request_BadRequest",
      "Specified HTTP method is not allowed for the request target.",
    );
  }
  if (parts.length === 1 && !collection.includes("("))
    return list(filtered(exchange, collectionOf(sandbox, collection)));
  if (collection === "groups") {
    const group = directory.find("group", id);
    if (!group) throw graphNotFound("Resource", id);
    if (relation === "transitiveMembers") return list(membersOf(sandbox, group.id, cast));
    if (relation === "owners") return list(ownersOf(sandbox, group));
    if (relation === undefined) return exchange.reply(200, entryOf(sandbox, group));
  }
  if (collection === "servicePrincipals") {
    const principal = directory.find("servicePrincipal", id);
    if (!principal) throw graphNotFound("Resource", id);
    if (relation === "owners") return list(ownersOf(sandbox, principal));
    if (relation === undefined) return exchange.reply(200, entryOf(sandbox, principal));
  }
  const application = collection.startsWith("applications")
    ? applicationOf(sandbox, collection, id)
    : undefined;
  const own = application && (collection === "applications" ? relation : parts[1]);
  if (application && own === undefined) return exchange.reply(200, entryOf(sandbox, application));
  if (application && own === "owners") return list(ownersOf(sandbox, application));
  if (application && own === "federatedIdentityCredentials") {
    return list(
      directory.credentialsOf(application.id).map(({ id, displayName, issuer, subject, audiences }) => {
        return { id, name: displayName, issuer, subject, audiences };
      }),
    );
  }
  throw new GraphError(400, "BadRequest", `Resource not found for the segment '${parts.at(-1)}'.`);
}

// `/applications/<object id>` or `/applications(appId='<client id>')`.
function applicationOf({ directory }: Sandbox, collection: string, id: string): Application {
  const clientId = /^applications\(appId='([^']+)'\)$/i.exec(collection)?.[1];
  const found = clientId ? directory.applicationByClientId(clientId) : directory.find("application", id);
  if (!found) throw graphNotFound("Resource", clientId ?? id);
  return found;
}

function collectionOf(sandbox: Sandbox, name: string): Entry[] {
  const { directory } = sandbox;
  const kinds = {
    applications: "application",
    groups: "group",
    servicePrincipals: "servicePrincipal",
    users: "user",
  } as const;
  const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : undefined;
  if (kind === undefined)
    throw new GraphError(400, "BadRequest", `Resource not found for the segment '${name}'.`);
  return directory.all(kind).map((object) => entryOf(sandbox, object));
}

// A filter that is not understood is refused, as Graph does: whoever asks for one must not be given everybody.
function filtered({ url }: Exchange, entries: readonly Entry[]): Entry[] {
  const wanted = filterOf(url.searchParams.get("$filter") ?? "");
  if (wanted) return entries.filter(wanted);
  throw new GraphError(
    400,
    "Request_UnsupportedQuery",
    "Unsupported or invalid query filter clause specified.",
  );
}

function principalsOf(sandbox: Sandbox): Entry[] {
  const { directory } = sandbox;
  return [...directory.all("servicePrincipal"), ...directory.all("group"), ...directory.all("user")].map(
    (object) => entryOf(sandbox, object),
  );
}

function entryOf({ directory }: Sandbox, object: DirectoryObject): Entry {
  switch (object.kind) {
    case "application": {
      const { id, appId, displayName } = object;
      return {
        "@odata.type": "#microsoft.graph.application",
        id,
        appId,
        displayName,
        passwordCredentials: [],
        keyCredentials: [],
      };
    }
    case "servicePrincipal": {
      const { id, appId } = object;
      const displayName = directory.applicationByClientId(appId)?.displayName ?? appId;
      return {
        "@odata.type": "#microsoft.graph.servicePrincipal",
        id,
        appId,
        displayName,
        servicePrincipalNames: [appId],
        servicePrincipalType: "Application",
        accountEnabled: directory.isEnabled(id),
        passwordCredentials: [],
        keyCredentials: [],
      };
    }
    case "group":
      return { "@odata.type": "#microsoft.graph.group", id: object.id, displayName: object.displayName };
    case "user": {
      const { id, displayName, userPrincipalName } = object;
      return { "@odata.type": "#microsoft.graph.user", id, displayName, userPrincipalName };
    }
    default:
      return { id: object.id };
  }
}

function membersOf(sandbox: Sandbox, groupId: string, cast: string | undefined): Entry[] {
  const memberships = sandbox.directory.memberships();
  const members = new Set<string>();
  const add = (group: string): void => {
    for (const { member } of memberships.filter((membership) => membership.group === group)) {
      if (members.has(member)) continue;
      members.add(member);
      add(member);
    }
  };
  add(groupId);
  const entries = principalsOf(sandbox).filter(({ id }) => members.has(textOf(id)));
  return cast === undefined ? entries : entries.filter((entry) => entry["@odata.type"] === `#${cast}`);
}

// Whoever makes an application or a group owns it, unless others were named.
function ownersOf(sandbox: Sandbox, { id, settings }: Application | ServicePrincipal | Group): Entry[] {
  const maker = sandbox.platform();
  const isMaker = maker !== undefined && [maker.id, maker.applicationId].includes(id);
  const named = Array.isArray(settings.owners) ? settings.owners : maker && !isMaker ? [maker.id] : [];
  const owners = named.map((owner) => textOf(owner).toLowerCase());
  return principalsOf(sandbox).filter((entry) => owners.includes(textOf(entry.id)));
}
