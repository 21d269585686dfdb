import type {
  ArtifactManifestProperties,
  ContainerRegistryContentClient,
  ContainerRepository,
} from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import pLimit from "p-limit";
import type { StoredManifest, StoredRepository, StoredTag } from "../../model/retention";
import { isAbsent, statusOf } from "./refusal";

/** What became of an attempt to delete. `changed`: it was tagged or locked since it was listed, and stands. */
export type Removal = "deleted" | "gone" | "changed";

/** A registry as a sweep needs it. What it refuses is thrown as its client throws it. */
export interface SweptRegistry {
  repositories(): Promise<string[]>;
  /** Undefined when there is no such repository any more. */
  read(repository: string): Promise<StoredRepository | undefined>;
  /** Deletes by digest, and with it the tags, unless it is another thing than the one that was listed. */
  remove(repository: string, manifest: StoredManifest): Promise<Removal>;
  /** The registry's own clock at its last answer, in milliseconds since the epoch. */
  clock(): number | undefined;
}

const audience = "https://containerregistry.azure.net";
const readsAtOnce = 8;

/** A container registry of Azure, through Microsoft's own clients. */
export async function azureRegistry(
  host: string,
  credential: TokenCredential,
  httpClient?: HttpClient,
): Promise<SweptRegistry> {
  // Loaded when it is needed: every other command starts without it.
  const { ContainerRegistryClient, ContainerRegistryContentClient } =
    await import("@azure/container-registry");
  const endpoint = `https://${host}`;
  const limit = pLimit(readsAtOnce);
  let clock: number | undefined;
  const options = {
    audience,
    ...(httpClient && { httpClient }),
    retryOptions: { maxRetries: 5, retryDelayInMs: 200, maxRetryDelayInMs: 10_000 },
    additionalPolicies: [{ policy: watching((date) => (clock = date)), position: "perCall" as const }],
  };
  // A client keeps one token: with one for all, each request would ask for another token than the one before.
  const clients = new Map<string, Clients>();
  const clientsOf = (repository: string): Clients => {
    const made = clients.get(repository) ?? {
      metadata: new ContainerRegistryClient(endpoint, credential, options).getRepository(repository),
      content: new ContainerRegistryContentClient(endpoint, repository, credential, options),
      deleting: new ContainerRegistryClient(endpoint, credential, options).getRepository(repository),
    };
    clients.set(repository, made);
    return made;
  };

  return {
    clock: () => clock,
    repositories: () => all(new ContainerRegistryClient(endpoint, credential, options).listRepositoryNames()),

    read: async (name) => {
      const { metadata } = clientsOf(name);
      try {
        const { canDelete, canWrite } = await metadata.getProperties();
        const listed = await all(metadata.listManifestProperties());
        // Of whichever artifact it is asked, this client lists the tags of all.
        const tags =
          listed.length > 0 ? await all(metadata.getArtifact(listed[0].digest).listTagProperties()) : [];
        const manifests = await Promise.all(
          listed.map((one) => limit(() => readManifest(clientsOf(name), one, tags))),
        );
        const locked = isLocked({ canDelete, canWrite });
        return { name, locked, manifests: manifests.filter((one) => one !== undefined) };
      } catch (error) {
        if (isAbsent(error, "NAME_UNKNOWN")) return undefined;
        throw error;
      }
    },

    remove: async (name, manifest) => {
      const { metadata, deleting } = clientsOf(name);
      const now = await standing(metadata, manifest.digest);
      if (now === undefined) return "gone";
      if (isLocked(now) || !sameTags(now.tags, manifest.tags)) return "changed";
      await deleting.getArtifact(manifest.digest).delete();
      return "deleted";
    },
  };
}

interface Clients {
  readonly metadata: ContainerRepository;
  readonly content: Pick<ContainerRegistryContentClient, "getManifest">;
  readonly deleting: ContainerRepository;
}

/** What the registry says of a manifest; undefined where there is none. */
async function standing(
  metadata: ContainerRepository,
  digest: string,
): Promise<ArtifactManifestProperties | undefined> {
  try {
    return await metadata.getArtifact(digest).getManifestProperties();
  } catch (error) {
    if (isAbsent(error, "MANIFEST_UNKNOWN", "NAME_UNKNOWN")) return undefined;
    throw error;
  }
}

/** A manifest and what it refers to; undefined for one that went since it was listed. */
async function readManifest(
  { metadata, content }: Clients,
  listed: ArtifactManifestProperties,
  tags: readonly TagProperties[],
): Promise<StoredManifest | undefined> {
  const { digest } = listed;
  let manifest: unknown;
  try {
    ({ manifest } = await content.getManifest(digest));
  } catch (error) {
    // A registry also says so of a form that the client doesn't know; nobody knows then what it refers to.
    if (statusOf(error) === 404 && (await standing(metadata, digest)) === undefined) return undefined;
    throw error;
  }
  const { subject, manifests } = manifest as { subject?: Descriptor; manifests?: Descriptor[] };
  const changed = latestOf(listed);
  return {
    digest,
    ...(changed !== undefined && { changed }),
    locked: isLocked(listed),
    // A tag that is in one list and not in the other has no age, and stays.
    tags: listed.tags.map((name) =>
      tagOf(tags.find((tag) => tag.name === name && tag.digest === digest) ?? { name }),
    ),
    parts: (manifests ?? []).map((part) => part.digest),
    ...(subject && { subject: subject.digest }),
  };
}

interface Descriptor {
  readonly digest: string;
}

interface Times {
  readonly createdOn?: Date;
  readonly lastUpdatedOn?: Date;
}

interface TagProperties extends Times, Locks {
  readonly name: string;
  readonly digest?: string;
}

interface Locks {
  readonly canDelete?: boolean;
  readonly canWrite?: boolean;
}

function tagOf(tag: TagProperties): StoredTag {
  const changed = latestOf(tag);
  return { name: tag.name, ...(changed !== undefined && { changed }), locked: isLocked(tag) };
}

/** A flag that is left out allows it. Without writing there is no deleting either. */
function isLocked({ canDelete, canWrite }: Locks): boolean {
  return canDelete === false || canWrite === false;
}

function latestOf({ createdOn, lastUpdatedOn }: Times): number | undefined {
  const times = [createdOn, lastUpdatedOn].flatMap((time) => {
    const milliseconds = time?.getTime() ?? NaN;
    return Number.isNaN(milliseconds) ? [] : [milliseconds];
  });
  return times.length > 0 ? Math.max(...times) : undefined;
}

function sameTags(names: readonly string[], tags: readonly StoredTag[]): boolean {
  return names.length === tags.length && tags.every(({ name }) => names.includes(name));
}

function watching(tell: (date: number) => void): PipelinePolicy {
  return {
    name: "airlockRegistryClock",
    sendRequest: async (request, next) => {
      const response = await next(request);
      const date = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(date)) tell(date);
      return response;
    },
  };
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
