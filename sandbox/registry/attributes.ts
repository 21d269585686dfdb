import type { RegistryContext } from "./context";
import { RegistryError } from "./errors";
import { smallBodyLimit, type Exchange } from "./exchange";
import { readJson } from "./json";
import { requireDigest, requireTag } from "./names";
import { page } from "./paging";
import { compareNames, type RegistryView } from "./store";
import {
  attributeNames,
  type Attributes,
  type LockTarget,
  type ManifestRecord,
  type TagRecord,
} from "./store/records";

const defaultPage = 100;

/** `GET /acr/v1/<name>`. */
export async function showRepository(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await context.access.authorize(exchange, "metadata/read", repository);
  exchange.json(200, repositoryView(context, repository));
}

/** `PATCH /acr/v1/<name>`: the lock of a repository. */
export async function patchRepository(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await patch(context, exchange, repository, {});
  exchange.json(200, repositoryView(context, repository));
}

/** `DELETE /acr/v1/<name>`. */
export async function deleteRepository(
  { access, store, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await access.authorize(exchange, "content/delete", repository);
  shown.requireShown(repository, {});
  exchange.json(202, store.deleteRepository(repository));
}

/** `GET /acr/v1/<name>/_tags`. */
export async function listTagAttributes(
  { access, shown, host }: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await access.authorize(exchange, "metadata/read", repository);
  const digest = exchange.query.get("digest");
  const tags = shown.tags(repository).filter((tag) => digest === null || tag.digest === digest);
  const ordered = inOrder(tags, exchange);
  const { items, headers } = page(
    ordered,
    ({ name }) => name,
    compareNames,
    exchange.path,
    exchange.query,
    defaultPage,
  );
  exchange.json(200, { registry: host, imageName: repository, tags: items.map(tagView) }, headers);
}

/** `GET /acr/v1/<name>/_tags/<tag>`. */
export async function showTag(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  tag: string,
): Promise<void> {
  await context.access.authorize(exchange, "metadata/read", repository);
  exchange.json(200, singleTag(context, repository, tag));
}

/** `PATCH /acr/v1/<name>/_tags/<tag>`: the lock of a tag. */
export async function patchTag(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  tag: string,
): Promise<void> {
  await patch(context, exchange, repository, { tag });
  exchange.json(200, singleTag(context, repository, tag));
}

/** `DELETE /acr/v1/<name>/_tags/<tag>`: untags. */
export async function deleteTag(
  { access, store, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
  tag: string,
): Promise<void> {
  await access.authorize(exchange, "content/delete", repository);
  shown.requireShown(repository, { tag: requireTag(tag) });
  store.deleteTag(repository, tag);
  exchange.send(202);
}

/** `GET /acr/v1/<name>/_manifests`. */
export async function listManifestAttributes(
  { access, shown, host }: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await access.authorize(exchange, "metadata/read", repository);
  const ordered = inOrder(shown.manifests(repository), exchange);
  const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const { items, headers } = page(
    ordered,
    (m) => m.digest,
    byCode,
    exchange.path,
    exchange.query,
    defaultPage,
  );
  const manifests = items.map((manifest) => manifestView(shown, repository, manifest));
  exchange.json(200, { registry: host, imageName: repository, manifests }, headers);
}

/** `GET /acr/v1/<name>/_manifests/<digest>`. */
export async function showManifest(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  digest: string,
): Promise<void> {
  await context.access.authorize(exchange, "metadata/read", repository);
  exchange.json(200, singleManifest(context, repository, requireDigest(digest)));
}

/** `PATCH /acr/v1/<name>/_manifests/<digest>`: the lock of a manifest. */
export async function patchManifest(
  context: RegistryContext,
  exchange: Exchange,
  repository: string,
  digest: string,
): Promise<void> {
  await patch(context, exchange, repository, { digest: requireDigest(digest) });
  exchange.json(200, singleManifest(context, repository, digest));
}

async function patch(
  { access, store, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
  target: LockTarget,
): Promise<void> {
  await access.authorize(exchange, "metadata/write", repository);
  const changes = parseAttributes(await exchange.body(smallBodyLimit, "a change of attributes"));
  shown.requireShown(repository, target);
  store.updateAttributes(repository, target, changes);
}

function parseAttributes(bytes: Buffer): Partial<Attributes> {
  const read = readJson(bytes);
  if (!read) throw invalid("the body is not JSON");
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("the body is not an object");
  for (const [key, setting] of Object.entries(value)) {
    if (!(attributeNames as readonly string[]).includes(key)) {
      throw invalid(`${key} is not one of ${attributeNames.join(", ")}`);
    }
    if (typeof setting !== "boolean") throw invalid(`${key} must be true or false`);
  }
  return value;
}

function invalid(problem: string): RegistryError {
  return new RegistryError(400, "UNSUPPORTED", `attributes invalid: ${problem}`);
}

function repositoryView({ shown, host }: RegistryContext, repository: string): object {
  const { record, manifests, tags } = shown.repository(repository);
  return {
    registry: host,
    imageName: repository,
    createdTime: record?.createdTime,
    lastUpdateTime: record?.lastUpdateTime,
    manifestCount: manifests.size,
    tagCount: tags.size,
    changeableAttributes: record?.attributes,
  };
}

function singleTag({ shown, host }: RegistryContext, repository: string, tag: string): object {
  shown.manifestRecord(repository, requireTag(tag));
  const record = shown.repository(repository).tags.get(tag);
  return { registry: host, imageName: repository, tag: record && tagView(record) };
}

function singleManifest({ shown, host }: RegistryContext, repository: string, digest: string): object {
  const manifest = manifestView(shown, repository, shown.manifestRecord(repository, digest));
  return { registry: host, imageName: repository, manifest };
}

function tagView(tag: TagRecord): object {
  const { name, digest, createdTime, lastUpdateTime, attributes } = tag;
  return { name, digest, createdTime, lastUpdateTime, signed: false, changeableAttributes: attributes };
}

function manifestView(shown: RegistryView, repository: string, manifest: ManifestRecord): object {
  const { digest, contentSize, createdTime, lastUpdateTime, architecture, os, mediaType, config } = manifest;
  return {
    digest,
    imageSize: contentSize,
    createdTime,
    lastUpdateTime,
    architecture,
    os,
    mediaType,
    configMediaType: config?.mediaType,
    references: manifest.children.length > 0 ? manifest.children : undefined,
    tags: shown.tagsOfManifest(repository, digest),
    changeableAttributes: manifest.attributes,
  };
}

function inOrder<T extends { lastUpdateTime: string }>(items: T[], exchange: Exchange): T[] {
  const order = exchange.query.get("orderby");
  if (order !== "timeasc" && order !== "timedesc") return items;
  const sign = order === "timeasc" ? 1 : -1;
  return items.sort((a, b) => sign * a.lastUpdateTime.localeCompare(b.lastUpdateTime));
}
