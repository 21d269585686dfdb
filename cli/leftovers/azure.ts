import { setTimeout as wait } from "node:timers/promises";
import {
  kindOf,
  releaseTag,
  whyContainersStay,
  type FoundLeftover,
  type FoundResource,
} from "../../model/leftovers";
import { Cloud, type About, type CloudOptions, type Entry } from "../live/cloud";

/** What became of an attempt to delete. `changed`: it is another thing than what was judged; `going`: Azure hasn't ended yet. */
export type Removal =
  | { readonly outcome: "deleted" | "gone" }
  | { readonly outcome: "changed" | "refused" | "going"; readonly why: string };

/** Azure as the custodian of an environment sees it. */
export interface LeftoverCloud {
  /** What carries the tag of a release, and what stands in that. */
  find(version: string): Promise<FoundLeftover[]>;
  /** Deletes what still is what was found, and waits until it is gone. */
  remove(resource: FoundResource, ends: AbortSignal): Promise<Removal>;
  /** What could not be read: nothing of it goes. */
  unread(): readonly { readonly what: string; readonly why: string }[];
}

export interface LeftoverCloudOptions extends CloudOptions {
  readonly subscriptionId: string;
  /** The environment's resource group: containers in its storage accounts are looked through. */
  readonly group: string;
  /** For each question whether something is gone; half an hour of them at most. */
  readonly patience?: (ends: AbortSignal) => Promise<unknown>;
}

const mostQuestions = 900;
const listVersion = "2021-04-01";
const groupType = "Microsoft.Resources/resourceGroups";
const accountType = "Microsoft.Storage/storageAccounts";
const containerType = `${accountType}/blobServices/containers`;
const versions: Readonly<Record<string, string>> = {
  "microsoft.compute/virtualmachines": "2024-07-01",
  "microsoft.compute/disks": "2024-03-02",
  [accountType.toLowerCase()]: "2023-05-01",
  [containerType.toLowerCase()]: "2023-05-01",
  [groupType.toLowerCase()]: listVersion,
};

/** Through Resource Manager alone: the custodian has no right to any content. */
export function leftoverCloud(options: LeftoverCloudOptions): LeftoverCloud {
  const { subscriptionId, group, patience = patiently } = options;
  const arm = new Cloud(options);
  const subscription = `/subscriptions/${subscriptionId}`;
  const about = (what: string, of: string): About => ({ what, of, area: group });
  const isUnread = ({ what, of }: About) => arm.unread.some((one) => one.what === what && one.of === of);
  const known = new Map<string, Promise<FoundResource[] | undefined>>();

  /** A resource as it stands now; undefined when it isn't there or can't be read. */
  async function read({ id, type }: Pick<FoundResource, "id" | "type">): Promise<FoundResource | undefined> {
    const entry = await arm.get(addressOf({ id, type }), about("the resource", id));
    return entry && resourceOf(entry, type);
  }

  async function listed(path: string, asked: About): Promise<Entry[] | undefined> {
    const entries = await arm.list(path, asked);
    return isUnread(asked) ? undefined : entries;
  }

  // Once for a storage account, however many releases are looked for; whoever deletes one reads them anew.
  function containersOf(account: string): Promise<FoundResource[] | undefined> {
    const reading = known.get(account.toLowerCase()) ?? readContainers(account);
    known.set(account.toLowerCase(), reading);
    return reading;
  }

  async function readContainers(account: string): Promise<FoundResource[] | undefined> {
    const entries = await listed(
      `${account}/blobServices/default/containers?api-version=${versions[containerType.toLowerCase()]}`,
      about("containers", account),
    );
    if (entries === undefined) return undefined;
    // A list need not say what metadata they have.
    const ids = entries.map(({ id }) => String(id));
    const found = await Promise.all(ids.map((id) => read({ id, type: containerType })));
    // One that is gone says nothing; of one that can't be read nobody knows whose it is.
    if (ids.some((id) => isUnread(about("the resource", id)))) return undefined;
    return found.filter((one) => one !== undefined);
  }

  async function contentsOf({ id, type, name }: FoundResource): Promise<FoundResource[] | undefined> {
    if (sameType(type, accountType)) return containersOf(id);
    if (!sameType(type, groupType)) return [];
    const entries = await listed(
      `${id}/resources?api-version=${listVersion}`,
      about("what stands in the group", name),
    );
    return entries?.map((entry) => resourceOf(entry, String(entry.type)));
  }

  /** Why a group or an account may not go with what stands in it by now. */
  async function keptByContents(resource: FoundResource): Promise<Removal | undefined> {
    const isGroup = sameType(resource.type, groupType);
    if (!isGroup && !sameType(resource.type, accountType)) return undefined;
    const contents = await (isGroup ? contentsOf(resource) : readContainers(resource.id));
    if (contents === undefined) return { outcome: "refused", why: "it can't be read what stands in it" };
    const why = isGroup
      ? contents.map(({ name }) => `${name} still stands in it`)[0]
      : whyContainersStay(contents, resource.tags[releaseTag]);
    return why === undefined ? undefined : { outcome: "changed", why };
  }

  async function inAccountsOfTheGroup(version: string): Promise<FoundResource[]> {
    const accounts = await arm.list(
      `${subscription}/resourceGroups/${group}/providers/${accountType}?api-version=${versions[accountType.toLowerCase()]}`,
      about("storage accounts", group),
    );
    const containers = await Promise.all(accounts.map(({ id }) => containersOf(String(id))));
    return containers.flatMap((all) => all ?? []).filter(({ tags }) => tags[releaseTag] === version);
  }

  async function tagged(version: string): Promise<FoundResource[]> {
    const filter = encodeURIComponent(`tagName eq '${releaseTag}' and tagValue eq '${version}'`);
    const query = `$filter=${filter}&api-version=${listVersion}`;
    const [resources, groups] = await Promise.all([
      arm.list(`${subscription}/resources?${query}`, about("resources tagged", version)),
      arm.list(`${subscription}/resourcegroups?${query}`, about("resource groups tagged", version)),
    ]);
    // Azure's answer to such a question leaves the tags out, and may be generous: each is asked for itself.
    const standing = await Promise.all(
      resources.map(async (entry) => {
        const resource = resourceOf({ ...entry, tags: { [releaseTag]: version } }, String(entry.type));
        return kindOf(resource) === undefined ? resource : read(resource);
      }),
    );
    return [
      ...standing.filter((one) => one !== undefined),
      ...groups.map((entry) => resourceOf(entry, groupType)),
    ];
  }

  return {
    async find(version) {
      const found = [...(await tagged(version)), ...(await inAccountsOfTheGroup(version))];
      return Promise.all(
        found.map(async (resource) => {
          const contents = await contentsOf(resource);
          return { resource, ...(contents && { contents }) };
        }),
      );
    },

    async remove(resource, ends) {
      const now = await read(resource);
      if (now === undefined && isUnread(about("the resource", resource.id)))
        return { outcome: "refused", why: "it can't be read any more" };
      if (now === undefined) return { outcome: "gone" };
      if (!sameTags(now.tags, resource.tags))
        return { outcome: "changed", why: "its tags changed since it was looked at" };
      const kept = await keptByContents(resource);
      if (kept) return kept;
      const refusal = await arm.remove(addressOf(resource));
      if (refusal !== undefined) return { outcome: "refused", why: refusal };
      for (let question = 1; !(await arm.hides(addressOf(resource))); question++) {
        if (ends.aborted || question === mostQuestions)
          return { outcome: "going", why: "Azure took it on, and hasn't ended" };
        await patience(ends);
      }
      return { outcome: "deleted" };
    },

    unread: () =>
      arm.unread.map(({ what, of, why, message }) => ({
        what: `${what} of ${of}`,
        why: `${why}: ${message}`,
      })),
  };
}

function addressOf({ id, type }: Pick<FoundResource, "id" | "type">): string {
  return `${id}?api-version=${versions[type.toLowerCase()]}`;
}

/** A container has no tags, and says in its metadata what it is for. */
function resourceOf(entry: Entry, type: string): FoundResource {
  const { id, name, tags, properties } = entry as {
    readonly id: string;
    readonly name: string;
    readonly tags?: Readonly<Record<string, string>> | null;
    readonly properties?: { readonly metadata?: Readonly<Record<string, string>> | null };
  };
  if (!sameType(type, containerType)) return { id, type, name, tags: tags ?? {} };
  const [, account] = /\/storageAccounts\/([^/]+)\//i.exec(id) ?? [];
  return { id, type, name: `${account}/${name}`, tags: properties?.metadata ?? {} };
}

function sameType(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function sameTags(now: FoundResource["tags"], then: FoundResource["tags"]): boolean {
  const text = (tags: FoundResource["tags"]) => JSON.stringify(Object.entries(tags).sort());
  return text(now) === text(then);
}

const patiently = (ends: AbortSignal): Promise<unknown> =>
  wait(2000, undefined, { signal: ends }).catch(() => undefined);
