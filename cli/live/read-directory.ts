import type { RegisteredResource } from "../../model/access/from-resources";
import { UserError } from "../../model/errors";
import type { Cloud, Entry } from "./cloud";
import type { Standing } from "./read-cloud";

const mostIds = 1000;
const directory = "directory";

/**
 * The principals of the object ids with everything that lets somebody be them: members of groups, owners, credentials.
 * @throws UserError (exit 3) when Graph doesn't say who they are: nothing could be compared then.
 */
export async function directoryOf(graph: Cloud, ids: readonly string[]): Promise<Standing> {
  const named = await principalsNamed(graph, ids);
  const groups = await Promise.all(named.filter(isOf("group")).map((group) => groupWith(graph, group)));
  const members = distinct([...named, ...groups.flatMap((group) => group.members)]);
  // Who is in a group inside a group is among the outer one's members already; its owners are not.
  const nested = members
    .filter(isOf("group"))
    .filter(({ id }) => !groups.some(({ group }) => group.id === id));
  const inner = await Promise.all(nested.map((group) => groupWith(graph, group)));
  const held = await Promise.all(
    members.filter(isOf("servicePrincipal")).map((principal) => applicationWith(graph, principal)),
  );
  const owners = distinct([...groups, ...inner, ...held].flatMap((one) => one.owners));
  const known = new Set(members.map(({ id }) => id));
  // Whoever owns an application can be it; so who can be the owner is asked once more.
  const owning = await Promise.all(
    owners
      .filter(isOf("servicePrincipal"))
      .filter(({ id }) => !known.has(id))
      .map((principal) => applicationWith(graph, principal)),
  );
  return {
    resources: [
      ...[...groups, ...inner].map(({ resource }) => resource),
      ...distinct([...members, ...owners, ...owning.flatMap((one) => one.owners)])
        .filter(isOf("user"))
        .map(userOf),
      ...[...held, ...owning].flatMap(({ resources }) => resources),
    ],
    unjudged: [...held, ...owning].flatMap(({ unjudged }) => unjudged),
  };
}

async function principalsNamed(graph: Cloud, ids: readonly string[]): Promise<Entry[]> {
  const about = { what: "names", of: "those who hold a role", area: directory };
  const found: Entry[] = [];
  for (let start = 0; start < ids.length; start += mostIds) {
    const body = { ids: ids.slice(start, start + mostIds), types: ["user", "group", "servicePrincipal"] };
    found.push(...(await graph.list("/v1.0/directoryObjects/getByIds", about, body)));
  }
  const [unread] = graph.unread;
  if (unread === undefined) return found;
  throw new UserError({
    what: `Microsoft Graph doesn't say who holds the roles: ${unread.why}`,
    fix: "Grant this identity the application permission Directory.Read.All",
    exitCode: 3,
  });
}

async function groupWith(graph: Cloud, group: Entry) {
  const id = String(group.id);
  const name = String(group.displayName);
  const path = `/v1.0/groups/${id}`;
  const about = { what: "members", of: `group ${name}`, area: directory };
  const [members, applications, owners] = await Promise.all([
    graph.list(`${path}/transitiveMembers`, about),
    // Graph left these out of the list above for years, and still does in some tenants.
    graph.list(`${path}/transitiveMembers/microsoft.graph.servicePrincipal`, about),
    graph.list(`${path}/owners`, { what: "owners", of: `group ${name}`, area: directory }),
  ]);
  const all = distinct([...members, ...applications]);
  const resource = registered("azuread:index/group:Group", name, id, {
    objectId: id,
    displayName: name,
    members: idsOf(all),
    owners: idsOf(owners),
  });
  return { group, members: all, owners, resource };
}

async function applicationWith(graph: Cloud, principal: Entry) {
  const id = String(principal.id);
  const clientId = String(principal.appId);
  const name = String(principal.displayName);
  const [application, holders] = await Promise.all([
    graph.get(`/v1.0/applications(appId='${clientId}')`, { what: "application", of: name, area: directory }),
    graph.list(`/v1.0/servicePrincipals/${id}/owners`, { what: "owners", of: name, area: directory }),
  ]);
  const own = registered("azuread:index/servicePrincipal:ServicePrincipal", name, id, {
    objectId: id,
    clientId,
    displayName: name,
    owners: idsOf(holders),
  });
  const secrets = secretsOf(principal, name, { servicePrincipalId: id }, "ServicePrincipal");
  if (application === undefined) {
    const why = "how it signs in is kept by Azure or by another tenant, and was not read";
    const type = String(principal.servicePrincipalType ?? "service principal");
    return { resources: [own, ...secrets], owners: holders, unjudged: [{ type, name, why }] };
  }
  const applicationId = String(application.id);
  const path = `/v1.0/applications/${applicationId}`;
  const [credentials, owners] = await Promise.all([
    graph.list(`${path}/federatedIdentityCredentials`, {
      what: "federated credentials",
      of: name,
      area: directory,
    }),
    graph.list(`${path}/owners`, { what: "owners", of: name, area: directory }),
  ]);
  const resources = [
    own,
    ...secrets,
    registered("azuread:index/application:Application", name, applicationId, {
      objectId: applicationId,
      clientId,
      displayName: String(application.displayName),
      owners: idsOf(owners),
    }),
    ...credentials.map((credential) =>
      registered(
        "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
        String(credential.name),
        String(credential.id),
        { ...credential, applicationId },
      ),
    ),
    ...secretsOf(application, name, { applicationId }, "Application"),
  ];
  return { resources, owners: [...holders, ...owners], unjudged: [] };
}

function secretsOf(
  holder: Entry,
  name: string,
  of: Readonly<Record<string, string>>,
  kind: "Application" | "ServicePrincipal",
): RegisteredResource[] {
  const lower = kind === "Application" ? "application" : "servicePrincipal";
  const made = (list: unknown, what: "Password" | "Certificate") =>
    ((list ?? []) as Entry[]).map((secret) =>
      registered(`azuread:index/${lower}${what}:${kind}${what}`, name, String(secret.keyId), {
        ...of,
        keyId: secret.keyId,
        displayName: secret.displayName,
        endDate: secret.endDateTime,
      }),
    );
  return [...made(holder.passwordCredentials, "Password"), ...made(holder.keyCredentials, "Certificate")];
}

function userOf(user: Entry): RegisteredResource {
  const id = String(user.id);
  const name = String(user.userPrincipalName ?? user.displayName ?? id);
  return registered("azuread:index/user:User", name, id, { objectId: id, userPrincipalName: name });
}

function registered(
  type: string,
  name: string,
  id: string,
  outputs: Record<string, unknown>,
): RegisteredResource {
  return { type, name, id, inputs: {}, outputs };
}

const idsOf = (entries: readonly Entry[]): string[] => entries.map(({ id }) => String(id));

const isOf =
  (kind: "user" | "group" | "servicePrincipal") =>
  (entry: Entry): boolean =>
    entry["@odata.type"] === `#microsoft.graph.${kind}`;

function distinct(entries: readonly Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [String(entry.id), entry])).values()];
}
