import type { RegistryStore } from "../registry";
import { manifestUnknown, repositoryUnknown } from "../registry/errors";
import type { LockTarget, TagRecord } from "../registry/store/records";
import type { RepositoryState } from "../registry/store/repository";
import type { Delays } from "./delays";

/** What a replica has where replication is behind: nothing, or the tag as it was. */
export interface Behind {
  readonly tag?: TagRecord;
}

type Late = Delays<Behind>;

/**
 * Remembers what a repository has, so that what an import adds to it can be held back from its readers.
 * @returns holds back what is new since then
 */
export function holdBack(
  late: Late,
  registry: string,
  store: RegistryStore,
  repository: string,
): (seconds: number) => void {
  const hold = (name: string, seconds: number, before: Behind) =>
    late.hold(keyOf(registry, repository, name), seconds, before);
  const state = (): Pick<RepositoryState, "manifests" | "tags"> =>
    store.hasRepository(repository)
      ? store.repository(repository)
      : { manifests: new Map(), tags: new Map() };
  const [manifests, tags] = [new Set(state().manifests.keys()), new Map(state().tags)];
  return (seconds) => {
    for (const digest of state().manifests.keys()) if (!manifests.has(digest)) hold(digest, seconds, {});
    for (const { name, digest } of state().tags.values()) {
      const tag = tags.get(name);
      if (tag?.digest !== digest) hold(name, seconds, { ...(tag && { tag }) });
    }
  };
}

/**
 * A registry as its login server shows it, without what is late. Only who asks through the login server gets this one:
 * an import reads and writes where the image is.
 */
export function replicaOf(late: Late, registry: string, store: RegistryStore): RegistryStore {
  if (late.empty) return store;
  const held = (repository: string, name: string) => late.held(keyOf(registry, repository, name));
  const visible = (repository: string): RepositoryState => {
    const state = store.repository(repository);
    const manifests = new Map([...state.manifests].filter(([digest]) => !held(repository, digest)));
    const tags = new Map(
      [...state.tags].flatMap(([name, tag]) => {
        const behind = held(repository, name);
        const shown = behind === undefined ? tag : behind.tag;
        return shown ? [[name, shown] as const] : [];
      }),
    );
    if (state.manifests.size > 0 && manifests.size === 0) throw repositoryUnknown(repository);
    return Object.create(state, {
      manifests: { value: manifests },
      tags: { value: tags },
    }) as RepositoryState;
  };
  const known = (repository: string, name: string): void => {
    const { manifests, tags } = visible(repository);
    if (!manifests.has(name) && !tags.has(name)) throw manifestUnknown(repository, name);
  };
  // What is not named here reads through these, or is the registry's own.
  const replica: Partial<RegistryStore> = {
    repository: visible,
    repositoryNames: () => store.repositoryNames().filter((name) => isShown(visible, name)),
    referrers: (repository, digest) =>
      store.referrers(repository, digest).filter((one) => !held(repository, one.digest)),
    updateAttributes(repository: string, target: LockTarget, changes) {
      if ("tag" in target) known(repository, target.tag);
      if ("digest" in target) known(repository, target.digest);
      store.updateAttributes(repository, target, changes);
    },
    deleteTag(repository, tag) {
      known(repository, tag);
      return store.deleteTag(repository, tag);
    },
    deleteManifest(repository, digest) {
      known(repository, digest);
      return store.deleteManifest(repository, digest);
    },
    deleteRepository: (repository) => store.deleteRepository(repository),
  };
  return Object.assign(Object.create(store) as RegistryStore, replica);
}

function isShown(visible: (repository: string) => RepositoryState, repository: string): boolean {
  try {
    visible(repository);
    return true;
  } catch {
    return false;
  }
}

function keyOf(registry: string, repository: string, name: string): string {
  return `${registry.toLowerCase()} ${repository} ${name}`;
}
