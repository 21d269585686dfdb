import { RegistryView, type RegistryStore, type RepositoryView } from "../registry";
import type { TagRecord } from "../registry/store/records";
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
  const state = (): Pick<RepositoryView, "manifests" | "tags"> =>
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

/** A registry as its login server shows it, without what is late. An import reads where the image is. */
export function replicaOf(late: Late, registry: string, store: RegistryStore): RegistryView {
  return late.empty ? store : new Replica(late, registry, store);
}

class Replica extends RegistryView {
  readonly content: RegistryStore["content"];

  constructor(
    private readonly late: Late,
    private readonly registry: string,
    private readonly store: RegistryStore,
  ) {
    super();
    this.content = store.content;
  }

  repositoryNames(): string[] {
    return this.store.repositoryNames().filter((name) => this.hasRepository(name));
  }

  protected find(repository: string): RepositoryView | undefined {
    if (!this.store.hasRepository(repository)) return undefined;
    const held = (name: string) => this.late.held(keyOf(this.registry, repository, name));
    const { name, record, ...all } = this.store.repository(repository);
    const manifests = new Map([...all.manifests].filter(([digest]) => !held(digest)));
    if (all.manifests.size > 0 && manifests.size === 0) return undefined;
    const tags = [...all.tags.values()].flatMap((tag) => {
      const behind = held(tag.name);
      return behind === undefined ? [tag] : (behind.tag ?? []);
    });
    return { name, record, manifests, tags: new Map(tags.map((tag) => [tag.name, tag])) };
  }
}

function keyOf(registry: string, repository: string, name: string): string {
  return `${registry.toLowerCase()} ${repository} ${name}`;
}
