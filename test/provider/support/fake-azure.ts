import type { Azure, ImportRequest, Lock, Repository } from "../../../provider/azure/azure";
import { CloudError } from "../../../provider/errors";
import { FakeEntra } from "./fake-entra";
import { FakeTokens } from "./fake-tokens";
import { sha256 } from "./images";

/** Whether a manifest that is locked for writing takes new tags and referrers: Azure's documentation doesn't say. */
export type ManifestWriteLock = "refuses-tags" | "allows-tags";

interface Manifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export class FakeRepository {
  readonly manifests = new Map<string, Manifest>();
  readonly blobs = new Map<string, Buffer>();
  readonly tags = new Map<string, string>();
  readonly locks = new Map<string, Lock>();

  put(manifest: { mediaType: string; [field: string]: unknown }, tag?: string): string {
    const bytes = Buffer.from(JSON.stringify(manifest));
    this.manifests.set(sha256(bytes), { bytes, mediaType: manifest.mediaType });
    if (tag !== undefined) this.tags.set(tag, sha256(bytes));
    return sha256(bytes);
  }

  lockOf(reference: string): Lock {
    return this.locks.get(reference) ?? { canWrite: true, canDelete: true };
  }
}

/** Registries in memory, which count every call and can be told to fail. */
export class FakeAzure implements Azure {
  readonly calls: string[] = [];
  readonly entra = new FakeEntra((name, work) => this.call(name, work));
  readonly tokens = new FakeTokens((name, work) => this.call(name, work));
  /** Runs before a call does anything: throws to make it fail. */
  before: (call: string) => void | Promise<void> = () => undefined;
  /** Runs when a call has done its work: throws to lose the answer. */
  after: (call: string) => void = () => undefined;
  manifestWriteLock: ManifestWriteLock = "allows-tags";
  private readonly registries = new Map<string, Map<string, FakeRepository>>();

  /** The contents of a repository, made when it is not there. */
  at(host: string, name: string): FakeRepository {
    const registry = this.registries.get(host) ?? new Map<string, FakeRepository>();
    this.registries.set(host, registry);
    const repository = registry.get(name) ?? new FakeRepository();
    registry.set(name, repository);
    return repository;
  }

  async pause(): Promise<void> {}

  importImage(request: ImportRequest): Promise<void> {
    const { registryId, sourceRegistryId, repository, digest, tag, force = false } = request;
    const target = this.at(hostOf(registryId), repository);
    const name = `import ${hostOf(sourceRegistryId)} → ${hostOf(registryId)} ${short(digest)}${tag ? ` ${tag}` : ""}${force ? " force" : ""}`;
    return this.call(name, () => {
      const source = this.at(hostOf(sourceRegistryId), repository);
      const manifest = source.manifests.get(digest);
      if (!manifest) throw new CloudError(`${digest} is not in the source`, { status: 400 });
      if (tag !== undefined && target.tags.has(tag) && !force)
        throw new CloudError("the tag exists", { status: 409 });
      this.guard(target, digest, manifest);
      target.manifests.set(digest, manifest);
      for (const [blob, bytes] of source.blobs) target.blobs.set(blob, bytes);
      if (tag !== undefined) target.tags.set(tag, digest);
    });
  }

  repository(host: string, name: string): Repository {
    const contents = this.at(host, name);
    const resolve = (reference: string) => contents.tags.get(reference) ?? reference;
    return {
      host,
      name,
      manifest: (reference) =>
        this.call(`manifest ${host} ${short(reference)}`, () => {
          const digest = resolve(reference);
          const found = contents.manifests.get(digest);
          return found && { ...found, digest };
        }),
      blob: (digest) =>
        this.call(`blob ${host} ${short(digest)}`, () => {
          const found = contents.blobs.get(digest);
          if (!found) throw new CloudError(`no blob ${digest}`, { status: 404 });
          return found;
        }),
      referrers: (digest) =>
        this.call(`referrers ${host} ${short(digest)}`, () =>
          [...contents.manifests]
            .filter(([, { bytes }]) => parsed(bytes).subject?.digest === digest)
            .map(([found, { bytes, mediaType }]) => ({
              digest: found,
              mediaType,
              artifactType: parsed(bytes).artifactType,
            })),
        ),
      putTag: (tag, manifest) =>
        this.call(`put ${host} ${tag}`, () => {
          const digest = sha256(manifest.bytes);
          this.guard(contents, digest, manifest);
          contents.manifests.set(digest, manifest);
          contents.tags.set(tag, digest);
        }),
      manifestLock: (digest) =>
        this.call(`lock? ${host} ${short(digest)}`, () =>
          contents.manifests.has(digest) ? contents.lockOf(digest) : undefined,
        ),
      tagLock: (tag) =>
        this.call(`lock? ${host} ${tag}`, () => {
          const digest = contents.tags.get(tag);
          return digest === undefined ? undefined : { ...contents.lockOf(tag), digest };
        }),
      setManifestLock: (digest, lock) =>
        this.call(`lock ${host} ${short(digest)} ${shown(lock)}`, () => {
          contents.locks.set(digest, { ...contents.lockOf(digest), ...lock });
        }),
      setTagLock: (tag, lock) =>
        this.call(`lock ${host} ${tag} ${shown(lock)}`, () => {
          contents.locks.set(tag, { ...contents.lockOf(tag), ...lock });
        }),
    };
  }

  private guard(target: FakeRepository, digest: string, { bytes }: Manifest): void {
    if (this.manifestWriteLock === "allows-tags") return;
    const locked = [digest, parsed(bytes).subject?.digest].find((one) => one && !target.lockOf(one).canWrite);
    if (locked) throw new CloudError(`${short(locked)} is locked`, { status: 405 });
  }

  private async call<T>(name: string, work: () => T): Promise<T> {
    this.calls.push(name);
    await this.before(name);
    const result = work();
    this.after(name);
    return result;
  }
}

/** The fake's registries are named by the first label of their host. */
export function registryId(host: string): string {
  const registry = host.split(".")[0];
  return `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/${registry}`;
}

function hostOf(id: string): string {
  return `${id.split("/").at(-1)}.azurecr.io`;
}

export function short(reference: string): string {
  return reference.startsWith("sha256:") ? reference.slice(7, 13) : reference;
}

function shown({ canWrite, canDelete }: Partial<Lock>): string {
  const flag = (name: string, value: boolean | undefined) =>
    value === undefined ? [] : [`${name}=${value ? "on" : "off"}`];
  return [...flag("write", canWrite), ...flag("delete", canDelete)].join(" ");
}

function parsed(bytes: Buffer): { subject?: { digest: string }; artifactType?: string } {
  return JSON.parse(bytes.toString("utf8")) as { subject?: { digest: string }; artifactType?: string };
}
